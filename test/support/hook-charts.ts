import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type HelmOptions, helmTemplate } from './helm.ts';
import type { Manifest } from './manifests.ts';
import { TempDir } from './temp-dir.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const LIBRARY = join(ROOT, 'charts/tidegate-hooks');
const EXAMPLES = join(ROOT, 'examples/hooks/helm');

/**
 * Renders a chart that depends on `tidegate-hooks`, from a copy in which the dependency is built.
 *
 * @param chart its folder
 * @throws Error with what Helm said, when it refuses the values
 */
export async function renderConsumer(chart: string, options: HelmOptions): Promise<readonly Manifest[]> {
  using copy = new TempDir();
  cpSync(chart, copy.path, { recursive: true });
  cpSync(LIBRARY, join(copy.path, 'charts/tidegate-hooks'), { recursive: true });
  // Awaited here: the copy is gone when this function returns.
  return await helmTemplate(copy.path, { release: 'bom-prod-1', namespace: 'platform-system', ...options });
}

/** What every cluster has to tell: values of the key `tidegate`. */
export const HOOK_VALUES = { cluster: 'prod-1', revision: '4f1c2ab' } as const;

/** The example chart of an app with its hooks; `tidegate` is merged over what the cluster has to tell. */
export function renderHooks(tidegate: object = {}, options: HelmOptions = {}): Promise<readonly Manifest[]> {
  return renderConsumer(join(EXAMPLES, 'bom'), {
    ...options,
    values: { clusterName: 'prod-1', tidegate: { ...HOOK_VALUES, ...tidegate } },
  });
}

/** The example chart of a soak Job. */
export function renderSoak(tidegate: object = {}, options: HelmOptions = {}): Promise<readonly Manifest[]> {
  const digest = `sha256:${'ab'.repeat(32)}`;
  return renderConsumer(join(EXAMPLES, 'bom-soak'), {
    ...options,
    values: { tidegate: { cluster: 'prod-1', digest, ...tidegate } },
  });
}
