import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../../test/support/free-port.ts';
import { HALTING_ALERT, type StoreSeries, storeSeries } from './world.ts';

// A store in a process of its own that answers as Prometheus does, as fast as it can: prints its address, ends on SIGTERM.
// POST /fire?cluster=NAME makes the halting alert fire there; GET /questions tells how many were asked so far.

const MINUTE_S = 60;
const SERIES = storeSeries();
const firing = new Set<string>();
let questions = 0;

/** A quiet cluster's number of a minute: much traffic, few errors, nothing broken; the same whenever it is asked. */
function numberOf({ kind, key }: StoreSeries, cluster: number, minute: number): number {
  const noise = Math.imul(cluster * 31 + minute * 17 + key.length * 7, 2_654_435_761) >>> 0;
  switch (kind) {
    case 'events':
      return noise % 9 === 0 ? 1 : 0;
    case 'exposure':
      return 1_200 + (noise % 200);
    case 'among':
      return 12;
    case 'bad':
      return 0;
    case 'value':
      return 2 + (noise % 100) / 1_000;
  }
}

/** What stands around the samples of a series, made once. */
const HEADS = new Map<string, string>();

function headOf({ metric, signal, edge }: StoreSeries, cluster: string): string {
  const id = `${metric} ${signal} ${edge} ${cluster}`;
  const known = HEADS.get(id);
  if (known !== undefined) return known;
  const labels = { __name__: metric, cluster, signal, ...(edge !== undefined && { edge: String(edge) }) };
  const made = `{"metric":${JSON.stringify(labels)},"values":[`;
  HEADS.set(id, made);
  return made;
}

function listOf(query: string, label: string): readonly string[] {
  return new RegExp(`${label}=~?"([^"]*)"`).exec(query)?.[1]?.split('|') ?? [];
}

/** Raw samples of the last minutes before a time, as an instant query with a range selector answers them. */
function samples(query: string, at: number): string {
  const names = new Set(listOf(query, '__name__'));
  const minutes = Number(/\[(\d+)m\]$/.exec(query)?.[1] ?? 1);
  const own = SERIES.filter(({ metric }) => names.has(metric));
  const last = Math.floor(at / MINUTE_S);
  const parts: string[] = [];
  for (const cluster of listOf(query, 'cluster')) {
    const number = Number(cluster.slice(1));
    for (const series of own) {
      let values = '';
      for (let minute = last - minutes + 1; minute <= last; minute += 1) {
        values += `${values === '' ? '' : ','}[${minute * MINUTE_S - 20},"${numberOf(series, number, minute)}"]`;
      }
      parts.push(`${headOf(series, cluster)}${values}]}`);
    }
  }
  return `{"status":"success","data":{"resultType":"matrix","result":[${parts.join(',')}]}}`;
}

/** One number of one series, as the peers ask for it. */
function single(query: string, at: number): string {
  const [cluster = ''] = listOf(query, 'cluster');
  const [signal] = listOf(query, 'signal');
  const series = SERIES.find((one) => one.signal === signal);
  const value = series ? numberOf(series, Number(cluster.slice(1)), Math.floor(at / MINUTE_S)) : 0;
  return `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"cluster":"${cluster}"},"value":[${at},"${value}"]}]}}`;
}

function alerts(query: string, at: number): string {
  const result = listOf(query, 'cluster')
    .filter((cluster) => firing.has(cluster))
    .map((cluster) => ({
      metric: { __name__: 'ALERTS', alertname: HALTING_ALERT, alertstate: 'firing', cluster },
      value: [at, '1'],
    }));
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

function answer(form: URLSearchParams): string {
  questions += 1;
  const query = form.get('query') ?? '';
  const at = Number(form.get('time') ?? Date.now() / 1000);
  if (query === 'time()') {
    return `{"status":"success","data":{"resultType":"scalar","result":[${at},"${Date.now() / 1000}"]}}`;
  }
  if (query.startsWith('ALERTS')) return alerts(query, at);
  if (query.startsWith('{__name__')) return samples(query, at);
  if (/^tidegate:[a-z0-9_:]+\{/.test(query)) return single(query, at);
  const resultType = form.has('step') ? 'matrix' : 'vector';
  return JSON.stringify({ status: 'success', data: { resultType, result: [] } });
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://store');
  if (url.pathname === '/questions') return response.end(String(questions));
  if (url.pathname === '/fire') {
    firing.add(url.searchParams.get('cluster') ?? '');
    return response.end();
  }
  const form = new URLSearchParams(await text(request));
  response.setHeader('content-type', 'application/json');
  return response.end(answer(form));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${portOf(server)}\n`));
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
