import { z } from 'zod';
import type { ConfigProblem } from '../domain/errors.ts';
import type { Draft } from './draft.ts';
import { clusterIssuer } from './identity-section.ts';
import { duration, filePath, httpUrl, labels, name } from './values.ts';

/** The value of `fleet.from` for a fleet that Argo CD knows. */
export const ARGOCD_SECRETS = 'argocd-secrets';

/** A cluster as the configuration names it. */
export const cluster = z.strictObject({
  name,
  wave: z.string(),
  class: name,
  region: name,
  account: z.string().exactOptional(),
  source: z.string(),
  /** Of its ServiceAccount tokens: what it signs speaks for this cluster. */
  issuer: clusterIssuer.exactOptional(),
  labels: labels.default({}),
  /** For people: `argocd`, `grafana`, `console`. */
  links: z.record(z.string().min(1), httpUrl).default({}),
  owners: z.array(z.string().min(1)).default([]),
});

export type ClusterConfig = z.output<typeof cluster>;

const api = z.strictObject({
  /** By default the server of the cluster that the gate runs in. */
  url: httpUrl.exactOptional(),
  tokenFile: filePath.exactOptional(),
  caFile: filePath.exactOptional(),
});

/** Clusters that Argo CD has a Secret for; what a Secret does not say of its cluster. */
const secretFleet = {
  namespace: name.default('argocd'),
  /** Labels that the Secrets carry, beside the one that makes them clusters. */
  selector: labels.default({}),
  /** How often they are all read anew; between, they are watched. */
  refresh: duration.default('60s'),
  class: name.exactOptional(),
  region: name.exactOptional(),
  source: z.string().exactOptional(),
  api: api.default({}),
};

const KEYS_OF_SECRETS: readonly string[] = Object.keys(secretFleet);

/** Which Secrets describe the fleet, and how they are read. */
export type SecretFleet = z.output<z.ZodObject<typeof secretFleet>>;

/** The section `fleet`: clusters in the file, or in Argo CD. */
export const fleet = z
  .strictObject({
    from: z.enum(['file', ARGOCD_SECRETS]).default('file'),
    clusters: z.array(cluster).min(1, 'a list of at least one cluster').exactOptional(),
    ...secretFleet,
  })
  .transform(({ from, clusters = [], ...secrets }): { clusters: ClusterConfig[]; secrets?: SecretFleet } =>
    from === 'file' ? { clusters } : { clusters: [], secrets },
  );

/** Clusters in two places or in none, and defaults that lead nowhere; right or wrong in shape. */
export function fleetProblems({ path, fields }: Draft, sources: readonly string[]): ConfigProblem[] {
  if (fields['from'] !== ARGOCD_SECRETS) {
    const missing = {
      path: `${path}.clusters`,
      message: 'is missing; expected a list of at least one cluster',
    };
    const stray = KEYS_OF_SECRETS.filter((key) => key in fields).map((key) => ({
      path: `${path}.${key}`,
      message: `is about clusters that Argo CD knows; add from: ${ARGOCD_SECRETS}, or remove it`,
    }));
    return fields['clusters'] === undefined ? [missing, ...stray] : stray;
  }
  const { clusters, source } = fields;
  const problems: ConfigProblem[] = [];
  if (clusters !== undefined) {
    const message = `stands beside from: ${ARGOCD_SECRETS}; keep the clusters in one place`;
    problems.push({ path: `${path}.clusters`, message });
  }
  if (typeof source === 'string' && !sources.includes(source)) {
    const message = `${JSON.stringify(source)} is not a source; sources are ${sources.join(', ')}`;
    problems.push({ path: `${path}.source`, message });
  }
  return problems;
}
