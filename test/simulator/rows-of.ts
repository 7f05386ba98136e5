import type { Observation } from '../../src/sources/signal-source.ts';

/** Everything of an observation laid open: its rows are made when they are asked for, and compare as functions until then. */
export function rowsOf({ counts, items, values, ...rest }: Observation) {
  const laidOpen = <T>(part: { keys(): Iterable<string>; get(cluster: string): T | undefined }) =>
    new Map([...part.keys()].map((cluster) => [cluster, part.get(cluster)]));
  return { ...rest, counts: laidOpen(counts), items: laidOpen(items), values: laidOpen(values) };
}
