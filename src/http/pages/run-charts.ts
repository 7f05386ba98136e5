import type { Evidence } from '../../domain/evidence.ts';
import type { Run } from '../../domain/run.ts';
import type { EvidenceMinute, RunEvidence } from '../../gate/use-cases.ts';
import { type Chart, chart } from './chart.ts';
import type { Html } from './layout.ts';
import { momentsOf } from './moments.ts';

/** Which checks a reader wants to see first. */
const TELLING: readonly string[] = ['harm', 'suspicion', 'no-data', 'unknown'];
const FEW = 3;
const ORDER = ['harm', 'suspicion', 'no-data', 'unknown', 'gathering', 'proved'];

type CheckResult = RunEvidence['checks'][number];

/** Charts of a run: of the checks that mattered, and of the others. */
export interface RunCharts {
  readonly telling: readonly Html[];
  readonly others: readonly Html[];
}

/** What was counted minute by minute, beside the controls or before, and beside the limit; one chart a check. */
export async function runCharts({ run, checks, before, minutes: since }: RunEvidence): Promise<RunCharts> {
  const minutes = [...before, ...since];
  if (minutes.length < 2) return { telling: [], others: [] };
  const drawn = checks
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((check) => {
      const evidence = tellingEvidence(check, run);
      return evidence === undefined ? [] : [{ check, shown: chartOf(check, evidence, minutes, run) }];
    })
    .filter(({ shown }) => shown.lines[0]?.points.some(({ value }) => value !== undefined));
  const harmed = drawn.filter(({ check }) => TELLING.includes(check.outcome));
  // Where nothing stands out the required checks are what go stands on.
  const telling =
    harmed.length > 0 ? harmed : drawn.filter(({ check }) => check.promise !== undefined).slice(0, FEW);
  const others = drawn.filter((each) => !telling.includes(each));
  const draw = (list: typeof drawn) => Promise.all(list.map(({ shown }) => chart(shown)));
  return { telling: await draw(telling), others: await draw(others) };
}

/** The bound of a histogram that a reason tells of, else the first. */
function tellingEvidence({ signal, evidence }: CheckResult, { reasons }: Run): Evidence | undefined {
  const told = reasons.find((reason) => reason.evidence?.signal === signal)?.evidence;
  return evidence.find(({ edge }) => edge === told?.edge) ?? evidence[0];
}

/** Where a check stands in lists: what mattered first. */
export function rank({ outcome }: Pick<CheckResult, 'outcome'>): number {
  const at = ORDER.indexOf(outcome);
  return at === -1 ? ORDER.length : at;
}

function chartOf(
  { signal, text }: CheckResult,
  evidence: Evidence,
  minutes: readonly EvidenceMinute[],
  run: Run,
): Chart {
  const key = evidence.edge === undefined ? signal : `${signal}@${evidence.edge}`;
  const points = minutes.map(({ minute, readings }) => ({
    at: Date.parse(minute),
    ...valued(ownValue(readings, signal, key)),
  }));
  const others = minutes.map(({ minute, readings }) => ({
    at: Date.parse(minute),
    ...valued(controlValue(readings, signal, key)),
  }));
  const clusters = Math.max(
    0,
    ...minutes.map(({ readings }) => readings.controls?.counts[key]?.clusters ?? 0),
  );
  const { before, limit } = evidence;
  const rate = before && before.exposure > 0 ? before.events / before.exposure : undefined;
  const ends = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const isCompared = others.some(({ value }) => value !== undefined);
  const scale = minutes.some(({ readings }) => isShare(readings, key)) ? 'share' : 'number';
  return {
    title: evidence.edge === undefined ? signal : `${signal}, slower than ${evidence.edge} s`,
    summary: text,
    scale,
    lines: [
      { label: run.cluster, role: 'treated', points },
      ...(isCompared
        ? [{ label: `${clusters} clusters without the change`, role: 'control' as const, points: others }]
        : []),
      ...(rate !== undefined && !isCompared
        ? [
            {
              label: 'before the sync',
              role: 'control' as const,
              points: ends.map((at) => ({ at, value: rate })),
            },
          ]
        : []),
    ],
    limits: limit === undefined ? [] : [{ label: limitText(limit, scale), value: limit }],
    moments: momentsOf(run),
  };
}

function limitText(limit: number, scale: Chart['scale']): string {
  return scale === 'share' ? `limit ${Number((limit * 100).toPrecision(3))} %` : 'limit';
}

type Readings = EvidenceMinute['readings'];

/** What is drawn for a minute: a rate for counts, bad items for states, the number itself for gauges. */
function ownValue({ counts, items, values }: Readings, signal: string, key: string): number | undefined {
  const count = counts[key];
  if (count?.is === 'value') return rateOf(count.value);
  const state = items[signal];
  if (state?.is === 'value') return state.value.bad;
  const value = values[signal];
  return value?.is === 'value' ? value.value : undefined;
}

/** The same of the clusters without the change, together. */
function controlValue({ controls }: Readings, signal: string, key: string): number | undefined {
  const count = controls?.counts[key];
  return count === undefined ? controls?.values[signal]?.mean : rateOf(count);
}

function rateOf({
  events,
  exposure,
}: {
  readonly events: number;
  readonly exposure: number;
}): number | undefined {
  return exposure > 0 ? events / exposure : undefined;
}

function isShare({ counts }: Readings, key: string): boolean {
  const count = counts[key];
  return count?.is === 'value' && count.value.exposure > 1;
}

function valued(value: number | undefined): { readonly value?: number } {
  return value === undefined ? {} : { value };
}
