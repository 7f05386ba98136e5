/**
 * Every fact that a span can carry, and what it says. Names without `tidegate.` are OpenTelemetry's.
 *
 * What is not in this table can't be written onto a span: no header, token or body gets into a trace by accident.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export const SPAN_FACTS = {
  'tidegate.app': 'App that is rolled out.',
  'tidegate.cluster': 'Cluster that was asked about.',
  'tidegate.clusters': 'Names of the clusters that were observed, the first twenty.',
  'tidegate.cluster.count': 'How many clusters were observed at once.',
  'tidegate.phase': 'Phase of the sync that a hook reported.',
  'tidegate.revision': 'Git revision that is synced.',
  'tidegate.digest': 'Identity of the change.',
  'tidegate.run.id': 'Run of the ledger.',
  'tidegate.run.from': 'State of a run before it changed; absent when it was opened.',
  'tidegate.run.state': 'State of the run.',
  'tidegate.run.count': 'How many runs were looked at.',
  'tidegate.run.failed': 'How many of them could not be looked at.',
  'tidegate.verdict': 'hold, go, halt or inconclusive.',
  'tidegate.reason': 'Code of the first reason.',
  'tidegate.hook.end': 'How a hook ended: a verdict, registered, no-answer, identity-refused or usage.',
  'tidegate.source': 'Metric source, as the configuration names it.',
  'tidegate.minute.count': 'How many minutes of each series were asked for.',
  'tidegate.alert.count': 'How many alerts fired or were pending.',
  'tidegate.query.subject': 'What a query was about: events, exposure, states, alerts, clock or live.',
  'tidegate.query.outcome': 'answered, partial or failed.',
  'error.type': 'Code or class of what went wrong, or the status of a failed request.',
  'http.request.method': 'Method; _OTHER for one that HTTP does not define.',
  'http.response.status_code': 'Status that was answered.',
  'http.route': 'Template of the matched route.',
  'process.exit.code': 'Code that the process ends with.',
  'server.address': 'Host that was asked.',
  'server.port': 'Port that was asked.',
  'url.full': 'Whole address of a request, without user and password.',
  'url.path': 'Path of a request.',
  'url.scheme': 'http or https.',
} as const;

/** Facts of one span; those that are undefined are left out. */
export type SpanFacts = {
  readonly [K in keyof typeof SPAN_FACTS]?: string | number | boolean | readonly string[] | undefined;
};

/** Methods that may stand in a span's name. @see https://www.rfc-editor.org/rfc/rfc9110 and RFC 5789 */
const METHODS: readonly string[] = [
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
];

/** A method as spans hold it: callers can send any word, and each would be a new name. */
export function knownMethod(method: string): string {
  return METHODS.includes(method) ? method : '_OTHER';
}
