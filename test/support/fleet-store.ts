import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Check } from '../../src/domain/check.ts';
import { FACTS, type FactId } from '../../src/domain/fact.ts';
import { cleanValue, MINUTE_MS } from '../../src/domain/reading.ts';
import { RECORDED } from '../../src/domain/recorded-series.ts';
import type { Fleet } from '../../src/simulator/fleet.ts';
import { portOf } from './free-port.ts';

/** A simulated fleet behind HTTP that answers as a Prometheus with our rules would. */
export interface FleetStore extends AsyncDisposable {
  readonly port: number;
}

/** One series of an answer, with its samples in seconds. */
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** How long before the end of its minute a sample was recorded. */
const RECORDED_BEFORE_MS = 20_000;

/** Starts one on a free port of loopback; `now` is its clock, epoch milliseconds. It answers 503 while the fleet is away. */
export async function startFleetStore(
  fleet: Fleet,
  checks: readonly Check[],
  now: () => number,
): Promise<FleetStore> {
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const cause = fleet.clusters
      .map(({ name }) => fleet.away(name, now()))
      .find((each) => each !== undefined);
    response.statusCode = cause === undefined ? 200 : 503;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: answer(fleet, checks, form, now()) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(fleet: Fleet, checks: readonly Check[], form: URLSearchParams, now: number): unknown {
  const query = form.get('query') ?? '';
  const at = Number(form.get('time') ?? form.get('start') ?? now / 1000) * 1000;
  const clusters = /cluster=~"([^"]*)"/.exec(query)?.[1]?.split('|') ?? [];
  if (query === 'time()') return { resultType: 'scalar', result: [now / 1000, String(now / 1000)] };
  if (query.startsWith('ALERTS')) {
    const result = clusters.flatMap((cluster) =>
      fleet.alerts(cluster, at).map(({ name, state, labels }) => ({
        metric: { __name__: 'ALERTS', alertname: name, alertstate: state, cluster, ...labels },
        value: [at / 1000, '1'],
      })),
    );
    return { resultType: 'vector', result };
  }
  if (query.startsWith('{__name__')) {
    const names = /__name__=~"([^"]*)"/.exec(query)?.[1]?.split('|') ?? [];
    const minutes = Number(/\[(\d+)m\]$/.exec(query)?.[1]);
    const result = clusters.flatMap((cluster) =>
      recorded(fleet, checks, cluster, { to: at, minutes }).filter(({ metric }) =>
        names.includes(metric['__name__'] ?? ''),
      ),
    );
    return { resultType: 'matrix', result };
  }
  const facts = [...query.matchAll(/"tidegate_fact", "([a-z-]+)"/g)].map(([, id]) => id as FactId);
  const asked = [...new Set(facts)].filter((id) => id in FACTS);
  return {
    resultType: 'matrix',
    result: clusters.flatMap((cluster) => factSeries(fleet, cluster, asked, at)),
  };
}

/** Everything that the rules recorded of a cluster in the minutes up to a time. */
function recorded(
  fleet: Fleet,
  checks: readonly Check[],
  cluster: string,
  { to, minutes }: { readonly to: number; readonly minutes: number },
): readonly Series[] {
  const last = Math.floor(to / MINUTE_MS) * MINUTE_MS;
  const ends = Array.from({ length: minutes }, (_, at) => last - (minutes - 1 - at) * MINUTE_MS);
  const series = (
    name: string,
    labels: Readonly<Record<string, string>>,
    read: (end: number) => number | undefined,
  ) => {
    const values = ends.flatMap((end): (readonly [number, string])[] => {
      const value = read(end);
      return value === undefined ? [] : [[(end - RECORDED_BEFORE_MS) / 1000, String(value)]];
    });
    return values.length === 0 ? [] : [{ metric: { __name__: name, cluster, ...labels }, values }];
  };
  return checks.flatMap((check): readonly Series[] => {
    const { signal } = check;
    if (check.kind === 'gauge') {
      return series(RECORDED.value, { signal }, (end) => cleanValue(fleet.value(cluster, check, end)));
    }
    if (check.kind === 'state' || check.kind === 'presence') {
      const items = ends.map((end) => fleet.items(cluster, check, end));
      const of = (part: 'bad' | 'among') => (end: number) => {
        const reading = items[ends.indexOf(end)];
        return reading && (reading.is === 'no-traffic' ? 0 : cleanValue(reading)?.[part]);
      };
      return [
        ...series(RECORDED.bad, { signal }, of('bad')),
        ...series(RECORDED.among, { signal }, of('among')),
      ];
    }
    const drawn = new Map(ends.map((end) => [end, fleet.counts(cluster, check, end)]));
    const of = (key: string, part: 'events' | 'exposure') => (end: number) => {
      const reading = drawn.get(end)?.get(key);
      return reading && (reading.is === 'no-traffic' ? 0 : cleanValue(reading)?.[part]);
    };
    const [first] = check.series;
    return [
      ...check.series.flatMap(({ key, edge }) =>
        series(
          RECORDED.events,
          { signal, ...(edge !== undefined && { edge: String(edge) }) },
          of(key, 'events'),
        ),
      ),
      ...(first ? series(RECORDED.exposure, { signal }, of(first.key, 'exposure')) : []),
    ];
  });
}

/** Facts as the gate marks them in its question: their rows, and that they are delivered. */
function factSeries(fleet: Fleet, cluster: string, ids: readonly FactId[], at: number): readonly Series[] {
  return [...fleet.facts(cluster, ids, at)].flatMap(([fact, reading]) => {
    const rows = cleanValue(reading);
    if (rows === undefined) return [];
    const marked = (part: string) => ({ cluster, tidegate_fact: fact, tidegate_part: part });
    return [
      { metric: marked('seen'), values: [[at / 1000, '1'] as const] },
      ...rows.map(({ labels, value }) => ({
        metric: { ...labels, ...marked('rows') },
        values: [[at / 1000, String(value)] as const],
      })),
    ];
  });
}
