import type { App } from './ports.ts';

const sets = new WeakMap<App['clusters'], ReadonlySet<string>>();

/** Whether an app is rolled out to a cluster; asked for every run at every look, so the list is searched only once. */
export function isTargetOf({ clusters }: Pick<App, 'clusters'>, cluster: string): boolean {
  const known = sets.get(clusters) ?? new Set(clusters);
  sets.set(clusters, known);
  return known.has(cluster);
}
