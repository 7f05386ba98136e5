import type { Duration } from '../../src/domain/duration.ts';
import { durationOf, seconds } from '../../src/domain/duration.ts';
import type { Rule, RuleGroup } from '../../src/render/prometheus/rule.ts';
import type { CatalogueAlert } from './rule-cases.ts';

/** The rules of one alert with one mistake in them. */
export interface Mutant {
  /** What was changed: `limit up`, `for halved`, `no cluster in sum by (…)`. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
}

type AlertRule = Extract<Rule, { alert: string }>;
type Mutation = readonly [name: string, change: (rule: AlertRule) => Partial<AlertRule>];

/** A limit is moved by a quarter, except where it counts: there the next whole number is farther away. */
const FACTOR = 1.25;
const FACTORS: Readonly<Record<string, number>> = { NodeReadinessFlapping: 1.5, CoreDnsReplicasLow: 2 };

/** Mutants that mean the same as the rule: where no replica is available, and some are wanted, one is lacking. */
const EQUIVALENT: Readonly<Record<string, string>> = { AddonDeploymentDown: 'limit down' };

/**
 * The alert's rule and the recordings it reads, each time with another mistake.
 *
 * @throws Error when a mutation changes nothing: the rule is not written as this file thinks
 */
export function mutantsOf({ name, alert }: CatalogueAlert, groups: readonly RuleGroup[]): readonly Mutant[] {
  const own = needed(name, groups);
  const rule = own.flatMap(({ rules }) => rules).find((one) => 'alert' in one && one.alert === name);
  if (rule === undefined || !('alert' in rule)) throw new Error(`${name} is in none of the groups`);
  const mutations: readonly Mutation[] = [
    ...limitMutations(name, alert.when.is).filter(([what]) => EQUIVALENT[name] !== what),
    ...forMutations(rule),
    ...lineMutations(rule, alert.when),
    ...windowMutations(rule),
    ...clusterMutations(rule, alert.when),
  ];
  const ofAlert = mutations.map(([what, change]): Mutant => {
    const changed = { ...rule, ...change(rule) };
    if (changed.expr === rule.expr && changed.for === rule.for) {
      throw new Error(`${name}: "${what}" changes nothing of ${rule.expr}`);
    }
    return { name: what, groups: replaced(own, rule, changed) };
  });
  const ofRecordings = own
    .flatMap(({ rules }) => rules)
    .filter((one): one is Extract<Rule, { record: string }> => 'record' in one)
    .flatMap((recording) => {
      const expr = recording.expr.replace('by (cluster', 'by (').replace('by (, ', 'by (');
      if (expr === recording.expr) return [];
      return [
        {
          name: `no cluster in ${recording.record} of ${recording.labels?.['signal']}`,
          groups: replaced(own, recording, { ...recording, expr }),
        },
      ];
    });
  return [...ofAlert, ...ofRecordings];
}

/** The groups with nothing but the alert and what it reads, directly or not. */
function needed(alert: string, groups: readonly RuleGroup[]): readonly RuleGroup[] {
  const rules = groups.flatMap((group) => group.rules);
  const wanted = new Set(rules.filter((rule) => 'alert' in rule && rule.alert === alert));
  for (const reader of wanted) {
    for (const rule of rules) {
      if ('record' in rule && isReadBy(rule, reader)) wanted.add(rule);
    }
  }
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => wanted.has(rule)) }))
    .filter((group) => group.rules.length > 0);
}

/** Whether the rule's expression selects the recording by its name and by all of its labels. */
function isReadBy({ record, labels }: Extract<Rule, { record: string }>, reader: Rule): boolean {
  const matchers = Object.entries(labels ?? {}).map(([label, value]) => `${label}="${value}"`);
  return reader.expr.includes(`${record}{${matchers.join(',')}}`);
}

function replaced(groups: readonly RuleGroup[], old: Rule, changed: Rule): readonly RuleGroup[] {
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => (rule === old ? changed : rule)),
  }));
}

/** Where the number stands that decides: before the first line's end, and for burning budgets before the budget. */
function limitMutations(name: string, is: CatalogueAlert['alert']['when']['is']): readonly Mutation[] {
  if (is === 'missing') {
    return [
      ['down counts as seen', ({ expr }) => ({ expr: expr.replace(/ == 1\)$/, ' == 0)') })],
      ['seen instead of missing', ({ expr }) => ({ expr: expr.replace('\nunless on', '\nand on') })],
    ];
  }
  const factor = FACTORS[name] ?? FACTOR;
  const place = is === 'burning' ? /(?<=[<>] )[\d.]+(?= \* \(1 - )/g : /(?<=[<>] )[\d.e+-]+(?=$|\n)/;
  const moved = (up: boolean) => (limit: string) => {
    if (Number(limit) === 0) return up ? '1' : '-1';
    return String(up ? Number(limit) * factor : Number(limit) / factor);
  };
  return [
    ['limit up', ({ expr }) => ({ expr: expr.replace(place, moved(true)) })],
    ['limit down', ({ expr }) => ({ expr: expr.replace(place, moved(false)) })],
  ];
}

function forMutations({ for: lasting }: AlertRule): readonly Mutation[] {
  const length = seconds(lasting);
  const set = (duration: Duration) => () => ({ for: duration });
  if (length === 0) return [['for 5m', set('5m')]];
  return [
    ['for doubled', set(durationOf(length * 2))],
    ['for halved', set(durationOf(length / 2))],
  ];
}

/** The short window of the slowest tier is longer than a test file's time: `slo-windows.test.ts` proves it. */
function isProvenElsewhere(when: CatalogueAlert['alert']['when'], text: string): boolean {
  return when.is === 'burning' && when.tier === 'trickle' && text.includes('ratio_rate6h');
}

/** Every further line of an expression is a condition of its own: traffic, the short window, what is left out. */
function lineMutations({ expr }: AlertRule, when: CatalogueAlert['alert']['when']): readonly Mutation[] {
  const lines = expr.split('\n');
  const without = lines.flatMap((line, at): readonly Mutation[] => {
    if (at === 0 || isProvenElsewhere(when, line)) return [];
    const rest = lines.filter((_, other) => other !== at).join('\n');
    return [[`without ${line.slice(0, 60)}`, () => ({ expr: rest })]];
  });
  if (!(when.and ?? []).some((guard) => 'traffic' in guard)) return without;
  const last = lines.at(-1) ?? '';
  const busier = last.replace(/(?<=> )[\d.]+$/, (traffic) => String(Number(traffic) / FACTOR));
  return [
    ...without,
    ['less traffic is enough', () => ({ expr: [...lines.slice(0, -1), busier].join('\n') })],
  ];
}

/** Counts over half of the time. A share of two rates is the same over any time, where both are steady. */
function windowMutations({ expr }: AlertRule): readonly Mutation[] {
  if (!/(sum_over_time|^60 \* .*rate)\(/.test(expr)) return [];
  if (expr.startsWith('slo:')) return [];
  const half = expr.replaceAll(/\[(\d+[smh])\]/g, (_, window) => `[${durationOf(seconds(window) / 2)}]`);
  return [['half the window', () => ({ expr: half })]];
}

/** The cluster dropped from one grouping or matching, wherever the same is written, and replaced by a constant. */
function clusterMutations({ expr }: AlertRule, when: CatalogueAlert['alert']['when']): readonly Mutation[] {
  const places = expr.matchAll(/(?:by|on) \(cluster(?:, )?[^)]*\) (?:\()?(?:[a-z]+ by )?[^{]*/g);
  const written = new Set([...places].map(([text]) => text));
  const dropped = [...written].flatMap((text): readonly Mutation[] => {
    if (isProvenElsewhere(when, text)) return [];
    const without = text.replace(/\(cluster(, )?/, '(');
    return [[`no cluster in ${text}`, () => ({ expr: expr.replaceAll(text, without) })]];
  });
  return [
    ...dropped,
    ['one name for all clusters', () => ({ expr: `label_replace(${expr}, "cluster", "all", "", "")` })],
  ];
}
