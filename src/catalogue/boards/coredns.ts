import { counter, rate } from '../../promql/counter.ts';
import { RATE_INTERVAL } from '../../promql/node.ts';
import { quantile } from '../../promql/quantile.ts';
import { by, combine, compare, gauge } from '../../promql/vector.ts';
import type { ContextPanel } from './context-panel.ts';

const NO_COREDNS = 'coredns is not scraped';

const perSecond = <const L extends string>(metric: string, labels: readonly L[] = []) =>
  rate(counter('coredns', metric), RATE_INTERVAL, labels);

const queriesByType: ContextPanel = {
  component: 'dns',
  title: 'Queries by type',
  about: 'How much is asked. Every name is asked for as A and AAAA, and once for each search domain.',
  empty: NO_COREDNS,
  unit: 'reqps',
  draw: 'stack',
  queries: [{ of: perSecond('coredns_dns_requests_total', ['type']) }],
};

const answersByCode: ContextPanel = {
  component: 'dns',
  title: 'Answers by code',
  about: 'NXDOMAIN comes with search domains and is no trouble; SERVFAIL is.',
  empty: NO_COREDNS,
  unit: 'reqps',
  draw: 'stack',
  queries: [{ of: perSecond('coredns_dns_responses_total', ['rcode']) }],
};

const duration = (share: number) =>
  quantile(
    share,
    { exporter: 'coredns', metric: 'coredns_dns_request_duration_seconds', matchers: {} },
    RATE_INTERVAL,
  );

const durations: ContextPanel = {
  component: 'dns',
  title: 'Duration of DNS answers',
  about:
    'Half, nine of ten and 99 of 100 answers are faster than the lines; estimates between two bucket bounds.',
  empty: `no queries, or ${NO_COREDNS}`,
  unit: 's',
  draw: 'lines',
  queries: [
    { of: duration(0.5), name: 'p50' },
    { of: duration(0.9), name: 'p90' },
    { of: duration(0.99), name: 'p99' },
  ],
};

const cacheRequests = perSecond('coredns_cache_requests_total');

const cacheHits: ContextPanel = {
  component: 'dns',
  title: 'Answers from the cache',
  about:
    'Share of the queries that needed nobody else. It falls after a restart and when many new names are asked for.',
  empty: `no queries, no cache in the Corefile, or ${NO_COREDNS}`,
  unit: 'percentunit',
  draw: 'lines',
  queries: [
    {
      of: combine(
        combine(cacheRequests, '-', perSecond('coredns_cache_misses_total')),
        '/',
        compare(cacheRequests, '>', 0),
      ),
    },
  ],
};

const upstreamFailures: ContextPanel = {
  component: 'dns',
  title: 'Failed health checks of upstream resolvers',
  about: 'By upstream. One that fails is left out; when all fail, names outside the cluster do too.',
  empty: `no upstream ever failed a check, or ${NO_COREDNS}`,
  unit: 'ops',
  draw: 'lines',
  queries: [{ of: perSecond('coredns_proxy_healthcheck_failures_total', ['to']) }],
};

const versions: ContextPanel = {
  component: 'dns',
  title: 'CoreDNS pods by version',
  about: 'How far a rollout of CoreDNS has come.',
  empty: NO_COREDNS,
  unit: 'short',
  draw: 'stack',
  queries: [
    { of: by('count', gauge('coredns', 'coredns_build_info', {}, ['instance', 'version']), ['version']) },
  ],
};

const cacheEntries: ContextPanel = {
  component: 'dns',
  title: 'Names in the cache',
  about: 'Found names and names that are known not to exist, over all pods’ caches.',
  empty: `no cache in the Corefile, or ${NO_COREDNS}`,
  unit: 'short',
  draw: 'lines',
  queries: [
    {
      of: by('sum', gauge('coredns', 'coredns_cache_entries', {}, ['instance', 'server', 'type']), ['type']),
    },
  ],
};

/** What helps to find the cause of trouble with names. */
export const COREDNS_CONTEXT: readonly ContextPanel[] = [
  queriesByType,
  answersByCode,
  durations,
  upstreamFailures,
  cacheHits,
  versions,
  cacheEntries,
];
