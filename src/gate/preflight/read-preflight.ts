import type { FactId, Facts } from '../../domain/fact.ts';
import type { GateParts } from '../gate-parts.ts';
import { messageOf, noSource } from '../observing.ts';
import type { DocumentWrite } from '../ports.ts';
import type { Target } from '../standing.ts';
import { QUEUE_MS } from './busy.ts';
import { factsToAsk, type Neighbour, type Preflight } from './preflight.ts';

/** Kind of the documents that say who was let onto a cluster last; their key is the cluster. */
const ADMITTED = 'admitted';

/** What is known beside the signals, and how an admission takes the cluster. */
export interface ReadPreflight {
  readonly preflight: Preflight;
  /**
   * To be written with the admission: of two apps that are let onto a cluster at once, on whatever replicas, the store
   * refuses the second, which then finds the cluster busy.
   */
  readonly takes: DocumentWrite;
}

/** Reads what admission needs beside the signals. */
export async function readPreflight(
  parts: GateParts,
  { app, cluster, components, change }: Target,
  run: { readonly id: string; readonly askedAt: number },
): Promise<ReadPreflight> {
  const { store, inventory, clock } = parts;
  const target = change ?? {};
  // The document first: who is let in between reading it and writing it makes its version an old one.
  const taken = await store.document(ADMITTED, cluster.name);
  const [open, facts] = await Promise.all([
    store.runs({ cluster: cluster.name, open: true }),
    readFacts(parts, cluster.name, factsToAsk(components, target)),
  ]);
  const now = clock.now();
  return {
    preflight: {
      target,
      facts,
      neighbours: open
        .filter((other) => other.app !== app.name)
        .map((other) => ({ run: other, waitsForTurn: waitsForTurn(parts, other.id, now) })),
      waivers: inventory.waivers ?? [],
      askedAt: run.askedAt,
      now,
    },
    takes: {
      kind: ADMITTED,
      key: cluster.name,
      version: taken?.version ?? 0,
      json: JSON.stringify({ app: app.name, runId: run.id, at: now }),
    },
  };
}

function waitsForTurn({ holds }: GateParts, runId: string, now: number): Neighbour['waitsForTurn'] {
  const hold = holds.get(runId);
  if (hold === undefined || now - hold.at > QUEUE_MS) return false;
  return hold.reasons.every(({ code }) => code === 'cluster/busy');
}

/** Facts of a cluster now; a source that is away, or fails, is `unknown` in each of them. */
export async function readFacts(parts: GateParts, cluster: string, ids: readonly FactId[]): Promise<Facts> {
  const source = parts.sources(cluster);
  const unknown = (cause: string): Facts => new Map(ids.map((id) => [id, { is: 'unknown', cause }]));
  if (source === undefined) return unknown(noSource(cluster));
  try {
    return (await source.facts([cluster], ids, parts.clock.now())).get(cluster) ?? unknown('it was left out');
  } catch (err) {
    parts.log.error({ err, source: source.name, cluster }, 'a source failed instead of answering');
    return unknown(`source ${source.name} failed: ${messageOf(err)}`);
  }
}
