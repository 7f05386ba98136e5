import { MINUTE_MS } from '../domain/reading.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import type { Tracing } from './tracing.ts';

/** Clusters that a span names; a fleet has thousands. */
const NAMED_CLUSTERS = 20;

/** A source whose observations are spans, each with the queries it asked as children. */
export function traceSource(source: SignalSource, tracing: Tracing): SignalSource {
  const { name, settleDelayMs } = source;
  return {
    name,
    settleDelayMs,
    observe(clusters, window, now) {
      const facts = {
        'tidegate.source': name,
        'tidegate.clusters': clusters.slice(0, NAMED_CLUSTERS),
        'tidegate.cluster.count': clusters.length,
        'tidegate.minute.count': Math.max(0, (window.to - window.from) / MINUTE_MS + 1),
      };
      return tracing.inSpan('observe', { facts }, async (span) => {
        const seen = await source.observe(clusters, window, now);
        const { alerts } = seen;
        if (alerts.is === 'value' || alerts.is === 'partial') {
          span.set({ 'tidegate.alert.count': alerts.value.length });
        }
        return seen;
      });
    },
    fired: (...asked) => source.fired(...asked),
    facts(clusters, ids, now) {
      const facts = {
        'tidegate.source': name,
        'tidegate.clusters': clusters.slice(0, NAMED_CLUSTERS),
        'tidegate.cluster.count': clusters.length,
      };
      return tracing.inSpan('read facts', { facts }, () => source.facts(clusters, ids, now));
    },
    health: (now) => source.health(now),
  };
}

/** One query of a source, when it is over. */
interface EndedQuery {
  readonly source: string;
  readonly subject: string;
  readonly seconds: number;
  readonly outcome: string;
  readonly cause?: string;
}

/** Adds a query to the observation that asked it; a query that belongs to none, a probe's, is left out. */
export function traceQuery(tracing: Tracing, { hostname, port, protocol }: URL, query: EndedQuery): void {
  const { source, subject, seconds, outcome, cause } = query;
  const facts = {
    'tidegate.source': source,
    'tidegate.query.subject': subject,
    'tidegate.query.outcome': outcome,
    'error.type': outcome === 'failed' ? 'source/query' : undefined,
    'http.request.method': 'POST',
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
  const how = { seconds, ...(cause !== undefined && { failure: cause }) };
  tracing.ended(`query ${subject}`, { kind: 'client', facts }, how);
}
