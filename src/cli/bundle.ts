import { type Bundle, type BundleParameters, defineBundle } from '../catalogue/bundle.ts';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Config } from '../config/config.ts';
import { type Duration, seconds } from '../domain/duration.ts';
import { loadWithFleet } from './argocd-fleet.ts';

/** The catalogue with the parameters and the fleet of a configuration file, or with the defaults. */
export async function bundleFrom(configFile: string | undefined): Promise<Bundle> {
  if (configFile === undefined) return defineBundle(CATALOGUE);
  return bundleOf(await loadWithFleet(configFile));
}

/**
 * The bundle of a configuration: links lead to this gate, the fleet is the inventory, and counting fits the slowest scrape.
 *
 * @throws DefinitionError for names that the catalogue does not have
 */
export function bundleOf({ gate, sources, fleet, bundle }: Config): Bundle {
  const { urls, jobs, settings, ...numbers } = bundle;
  return defineBundle(CATALOGUE, {
    scrapeInterval: slowestScrape(sources.map(({ scrapeInterval }) => scrapeInterval)),
    ...numbers,
    urls: { ...urls, runbooks: urls?.runbooks ?? new URL('/runbooks', gate.url).href },
    jobs: (jobs ?? {}) as Partial<BundleParameters['jobs']>,
    settings: (settings ?? {}) as Partial<BundleParameters['settings']>,
    clusters: fleet.clusters,
  });
}

function slowestScrape(intervals: readonly Duration[]): Duration {
  return intervals.reduce((slowest, one) => (seconds(one) > seconds(slowest) ? one : slowest));
}
