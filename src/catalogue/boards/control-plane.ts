import { counter, rate } from '../../promql/counter.ts';
import { RATE_INTERVAL } from '../../promql/node.ts';
import { quantile } from '../../promql/quantile.ts';
import { by, combine, compare, either, gauge, times } from '../../promql/vector.ts';
import type { ContextPanel } from './context-panel.ts';

const NO_API_SERVER = 'apiserver is not scraped';

const requestsByCode: ContextPanel = {
  component: 'control-plane',
  title: 'API requests by status code',
  about: 'How much is asked, and how it is answered. A jump of one code shows which signal to read next.',
  empty: NO_API_SERVER,
  unit: 'reqps',
  draw: 'stack',
  queries: [{ of: rate(counter('apiserver', 'apiserver_request_total'), RATE_INTERVAL, ['code']) }],
};

const durationByVerb: ContextPanel = {
  component: 'control-plane',
  title: 'Duration of API requests by verb, p99',
  about:
    'Without webhooks, queueing and watches; which kind of request is slow. An estimate between two bucket bounds.',
  empty: `no traffic, or ${NO_API_SERVER}`,
  unit: 's',
  draw: 'lines',
  queries: [
    {
      of: quantile(
        0.99,
        {
          exporter: 'apiserver',
          metric: 'apiserver_request_sli_duration_seconds',
          matchers: { verb: '!~WATCH|CONNECT' },
        },
        RATE_INTERVAL,
        ['verb'],
      ),
    },
  ],
};

const PER_LEVEL = ['priority_level'] as const;
const seats = gauge('apiserver', 'apiserver_flowcontrol_current_executing_seats', {}, [
  'flow_schema',
  'priority_level',
]);
const nominalSeats = gauge('apiserver', 'apiserver_flowcontrol_nominal_limit_seats', {}, PER_LEVEL);

/** A level that nobody uses reports no seats. */
const seatsOrNone = either(by('sum', seats, PER_LEVEL), times(nominalSeats, 0));

const seatsInUse: ContextPanel = {
  component: 'control-plane',
  title: 'Seats in use by priority level',
  about:
    'Who loads the API server. Above 100 % a level borrows seats of others; when none are left its requests wait, then are rejected.',
  empty: NO_API_SERVER,
  unit: 'percentunit',
  draw: 'lines',
  queries: [{ of: combine(seatsOrNone, '/', compare(nominalSeats, '>', 0)) }],
};

const deprecatedApis: ContextPanel = {
  component: 'control-plane',
  title: 'Deprecated APIs in use',
  about:
    'Asked for since the API server started. Where a release is named, that release no longer serves it: move its callers before the upgrade.',
  empty: `nobody asks for a deprecated API, or ${NO_API_SERVER}`,
  unit: 'short',
  draw: 'rows',
  queries: [
    {
      of: gauge('apiserver', 'apiserver_requested_deprecated_apis', {}, [
        'group',
        'version',
        'resource',
        'removed_release',
      ]),
    },
  ],
};

/** What helps to find the cause of trouble with the API server. */
export const CONTROL_PLANE_CONTEXT: readonly ContextPanel[] = [
  requestsByCode,
  durationByVerb,
  seatsInUse,
  deprecatedApis,
];
