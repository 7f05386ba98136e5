import { counter, rate } from '../../promql/counter.ts';
import { RATE_INTERVAL } from '../../promql/node.ts';
import { quantile } from '../../promql/quantile.ts';
import { by, gauge, times } from '../../promql/vector.ts';
import type { ContextPanel } from './context-panel.ts';

const UNSCRAPED = 'tidegate is not scraped';

const SECONDS_A_MINUTE = 60;

const perMinute = <const L extends string>(metric: string, labels: readonly L[]) =>
  times(rate(counter('tidegate', metric), RATE_INTERVAL, labels), SECONDS_A_MINUTE);

const openRuns: ContextPanel = {
  component: 'gate',
  title: 'Open runs by state',
  about: 'Runs without a verdict. Many that are asked and few that soak: waves wait for each other.',
  empty: UNSCRAPED,
  unit: 'short',
  draw: 'stack',
  queries: [{ of: gauge('tidegate', 'tidegate_open_runs', {}, ['state']) }],
};

const verdicts: ContextPanel = {
  component: 'gate',
  title: 'Verdicts answered',
  about: 'Per minute. Hooks ask again and again while it is hold; go, halt and inconclusive are final.',
  empty: `nobody asked since the gate started, or ${UNSCRAPED}`,
  unit: 'cpm',
  draw: 'stack',
  queries: [{ of: perMinute('tidegate_verdicts_total', ['verdict']) }],
};

const reasons: ContextPanel = {
  component: 'gate',
  title: 'Reasons of answers, the most frequent',
  about: 'Per minute, by the first reason of each answer: what rollouts wait for.',
  empty: `nobody asked since the gate started, or ${UNSCRAPED}`,
  unit: 'cpm',
  draw: 'highest',
  queries: [{ of: perMinute('tidegate_answers_total', ['reason']) }],
};

const questions: ContextPanel = {
  component: 'gate',
  title: 'Questions to metric sources, and those not answered in full',
  about: 'Per minute. A look asks a constant number of questions, whatever the number of clusters.',
  empty: `no run is open, or ${UNSCRAPED}`,
  unit: 'cpm',
  draw: 'lines',
  queries: [
    { of: perMinute('tidegate_source_questions_total', ['source']), name: 'asked' },
    { of: perMinute('tidegate_source_failures_total', ['source']), name: 'not answered' },
  ],
};

const duration = (metric: string, share: number) =>
  quantile(share, { exporter: 'tidegate', metric, matchers: {} }, RATE_INTERVAL);

const looks: ContextPanel = {
  component: 'gate',
  title: 'Duration of a look at all open runs',
  about:
    'A look that takes longer than the time between two delays halts. An estimate between two bucket bounds.',
  empty: UNSCRAPED,
  unit: 's',
  draw: 'lines',
  queries: [
    { of: duration('tidegate_look_duration_seconds', 0.5), name: 'p50' },
    { of: duration('tidegate_look_duration_seconds', 0.99), name: 'p99' },
  ],
};

const requests: ContextPanel = {
  component: 'gate',
  title: 'HTTP requests by status',
  about: '503: the ledger can’t be written. 401 and 403: callers with a wrong or without a token.',
  empty: `nobody called since the gate started, or ${UNSCRAPED}`,
  unit: 'reqps',
  draw: 'stack',
  queries: [{ of: rate(counter('tidegate', 'tidegate_http_requests_total'), RATE_INTERVAL, ['status']) }],
};

const shards: ContextPanel = {
  component: 'gate',
  title: 'Shards of the clusters by replica',
  about:
    'Who looks at how many of the 64 shards. Less than 64 in all: some clusters wait for a lease to end.',
  empty: UNSCRAPED,
  unit: 'short',
  draw: 'stack',
  queries: [{ of: gauge('tidegate', 'tidegate_shards_held', {}, ['instance']) }],
};

const versions: ContextPanel = {
  component: 'gate',
  title: 'Gates by version',
  about: 'Every process that is scraped as the gate.',
  empty: UNSCRAPED,
  unit: 'short',
  draw: 'stack',
  queries: [
    { of: by('count', gauge('tidegate', 'tidegate_build_info', {}, ['instance', 'version']), ['version']) },
  ],
};

/** What helps to see what the gate does, and whether it can. */
export const GATE_CONTEXT: readonly ContextPanel[] = [
  openRuns,
  verdicts,
  reasons,
  questions,
  looks,
  requests,
  shards,
  versions,
];
