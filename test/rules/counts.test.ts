import { describe, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { Duration } from '../../src/domain/duration.ts';
import { print } from '../../src/promql/print.ts';
import { recordedSelector } from '../../src/render/prometheus/recorded.ts';
import { groupsOf, toYaml } from '../../src/render/prometheus/render-rules.ts';
import type { RuleGroup } from '../../src/render/prometheus/rule.ts';
import { installedPromtools, testRules } from '../support/promtool.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { GRID, storedSeries, type Target } from './counted-series.ts';

/** An hour of a counter whose true growth is known. */
interface Case {
  readonly name: string;
  readonly truth: number;
  /** What may be lost: a minute's events where a counter is reset or a target comes back. */
  readonly lost?: number;
  readonly targets: readonly Target[];
}

/** What grows does so for an hour, from the first minute on: a first sample counts nothing. */
const START = 60;
const END = 3660;
const INSTANCE = '10.0.1.30:9153';

/** A counter that rises by one every so many seconds. */
const rising =
  (from: number, every: number, since = START) =>
  (time: number) =>
    from + Math.floor((Math.min(Math.max(time, since), END) - since) / every);
const one = (target: Omit<Target, 'instance'>): readonly Target[] => [{ instance: INSTANCE, ...target }];
const between = (from: number, to: number) => (time: number) => time >= from && time < to;

const cases: readonly Case[] = [
  {
    name: 'six bursts of ten in an old series',
    truth: 60,
    targets: one({ shows: (time) => 100 + 10 * Math.floor(Math.min(time, END) / 600) }),
  },
  {
    name: 'the first burst of a series that stood at 0',
    truth: 10,
    targets: one({ shows: (time) => (time < 1333 ? 0 : 10) }),
  },
  {
    name: 'ten errors in a series born with them',
    truth: 10,
    targets: one({ shows: (time) => (time < 1333 ? undefined : 10) }),
  },
  {
    name: 'a series born at 7 in a process scraped before, then 8 more',
    truth: 15,
    targets: one({ shows: (time) => (time < 1333 ? undefined : time < 1700 ? 7 : 15) }),
  },
  {
    name: 'a series born at 1, then 20 a minute for five minutes',
    truth: 101,
    targets: one({
      shows: (time) => (time < 1333 ? undefined : 1 + Math.min(100, Math.floor((time - 1333) / 3))),
    }),
  },
  {
    name: 'a new process whose first sample is 4, then 6 more',
    truth: 10,
    targets: one({
      answers: (time) => time >= 1333,
      startedAt: () => 1310,
      shows: (time) => (time < 1800 ? 4 : 10),
    }),
  },
  {
    name: 'a pod replaced by one of another address',
    truth: 240,
    lost: 4,
    targets: [
      { instance: INSTANCE, answers: (time) => time < 1817, shows: rising(500, 15) },
      {
        instance: '10.0.2.31:9153',
        answers: (time) => time >= 1817,
        startedAt: () => 1805,
        shows: rising(0, 15, 1805),
      },
    ],
  },
  {
    // Of the 360 the 60 while it was away are never seen; what was before is not counted twice.
    name: 'a target away for ten minutes and back, the same process',
    truth: 300,
    lost: 12,
    targets: one({ answers: (time) => !between(1503, 2103)(time), shows: rising(100, 10) }),
  },
  {
    name: 'a counter reset',
    truth: 179,
    lost: 3,
    targets: one({ shows: (time) => (time < 1817 ? rising(500, 20)(time) : rising(0, 20, 1817)(time)) }),
  },
  {
    name: 'an exporter restarted, for forty seconds not scraped',
    truth: 179,
    lost: 3,
    targets: one({
      answers: (time) => !between(1817, 1857)(time),
      startedAt: (time) => (time < 1817 ? -86_400 : 1850),
      shows: (time) => (time < 1817 ? rising(500, 20)(time) : rising(0, 20, 1817)(time)),
    }),
  },
  {
    name: 'a minute of failed scrapes, every six minutes',
    truth: 360,
    targets: one({ answers: (time) => Math.floor(time / 60) % 6 !== 3, shows: rising(100, 10) }),
  },
];

/** The group of DNS errors for a scrape interval, and beside it what everybody writes. */
function groups(scrapeInterval: Duration): readonly RuleGroup[] {
  const bundle = defineBundle(CATALOGUE, { scrapeInterval });
  const signal = bundle.signals.find(({ id }) => id === 'dns-errors');
  if (signal === undefined) throw new Error('the catalogue has no dns-errors');
  const recording = groupsOf(signal, bundle).filter(({ name }) => name === 'tidegate/dns-errors');
  const naive = 'sum by (cluster) (increase(coredns_dns_responses_total{rcode="SERVFAIL"}[1m]))';
  return [...recording, { name: 'naive', interval: '1m', rules: [{ record: 'naive', expr: naive }] }];
}

const SERVFAIL = 'coredns_dns_responses_total{server="dns://:53",zone=".",rcode="SERVFAIL"}';
const RECORDED = print(recordedSelector('events', 'dns-errors'), { jobs: {} });

/** Each case has a second cluster with the same addresses, where one query a minute fails. */
function testsOf(scrapeInterval: Duration, check: (one: Case) => readonly object[]): readonly object[] {
  const length = END + 300;
  const steady: Target = { instance: INSTANCE, shows: rising(40, 60) };
  return cases.map((one) => ({
    name: one.name,
    interval: GRID,
    input_series: [
      ...one.targets.flatMap((target) => storedSeries('prod-1', SERVFAIL, target, scrapeInterval, length)),
      ...storedSeries('prod-2', SERVFAIL, steady, scrapeInterval, length),
    ],
    promql_expr_test: check(one),
  }));
}

const holds = (expr: string) => ({ expr, eval_time: '65m', exp_samples: [{ labels: '{}', value: 1 }] });

describeWith(['promtool'], 'recorded minutes', () => {
  describe.each(installedPromtools())('%s', (promtool) => {
    const run = async (scrapeInterval: Duration, check: (one: Case) => readonly object[]) => {
      using dir = new TempDir();
      const rules = dir.write('rules.yaml', toYaml({ groups: groups(scrapeInterval) }));
      const tests = testsOf(scrapeInterval, check);
      const file = { rule_files: [rules], evaluation_interval: '1m', tests };
      const { ok, output } = await testRules([dir.write('counts.test.yaml', toYaml(file))], promtool);
      return ok ? 'SUCCESS' : output;
    };

    test.each<Duration>(['15s', '30s', '60s'])(
      'scraped every %s, they add up to the truth',
      async (scrapeInterval) => {
        const sum = (cluster: string) =>
          `sum(sum_over_time(${RECORDED.replace('{', `{cluster="${cluster}",`)}[2h]))`;
        const result = await run(scrapeInterval, ({ truth, lost = 0 }) => [
          holds(`${sum('prod-1')} <= bool ${truth}`),
          holds(`${sum('prod-1')} >= bool ${truth - lost}`),
          holds(`${sum('prod-2')} == bool 60`),
        ]);
        expect(result).toBe('SUCCESS');
      },
      60_000,
    );

    test.each<Duration>(['15s', '30s'])(
      'scraped every %s, increase over a minute does not',
      async (scrape) => {
        const result = await run(scrape, ({ truth, lost }) => {
          // Steady growth comes out right by luck: what it guesses in one minute it misses in the next.
          if (lost !== undefined) return [];
          const sum = 'sum(sum_over_time(naive{cluster="prod-1"}[2h]))';
          return [holds(`abs(${sum} - ${truth}) > bool 0.5`)];
        });
        expect(result).toBe('SUCCESS');
      },
      60_000,
    );
  });
});
