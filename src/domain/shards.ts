/** How many parts the clusters are divided into: enough that a few replicas have about as many clusters each. */
export const SHARDS = 64;

/** Shards whose clusters a replica looks at; all of them where there is one gate. */
export type OwnShards = ReadonlySet<number> | 'all';

/** Whether a replica with these shards looks at a cluster. */
export function isOwn(own: OwnShards, cluster: string): boolean {
  return own === 'all' || own.has(shardOf(cluster));
}

/**
 * The shard of a cluster, the same on every replica and in every version.
 *
 * @returns 0..SHARDS-1
 * @see Fowler, Noll, Vo: FNV-1a with 32 bits
 */
export function shardOf(cluster: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(cluster)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % SHARDS;
}
