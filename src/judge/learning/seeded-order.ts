/** FNV-1a hash of a text, 32 bits without sign. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // FNV leaves neighbouring names in neighbouring places; two rounds of mixing scatter them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 13), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Names in an order that looks random and depends on nothing but the names and the seed, so that whoever learns again, or
 * reads the clusters in another order, learns the same.
 */
export function seededOrder(names: readonly string[], seed: string): string[] {
  const keyed = names.map((name) => ({ name, key: hashOf(`${seed}/${name}`) }));
  keyed.sort((a, b) => a.key - b.key || (a.name < b.name ? -1 : 1));
  return keyed.map(({ name }) => name);
}

/** More clusters than this teach little more and cost reading. */
const MOST_CLUSTERS = 50;

/** The clusters of a class that are learned from: all of them, or a fixed sample of a large class. */
export function sampleClusters(names: readonly string[]): string[] {
  return seededOrder(names, 'sample').slice(0, MOST_CLUSTERS).sort();
}
