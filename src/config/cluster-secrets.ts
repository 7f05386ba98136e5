import type { ConfigProblem } from '../domain/errors.ts';
import { parseWith } from '../http/schema-problems.ts';
import { type ClusterConfig, cluster as clusterSchema, type SecretFleet } from './fleet.ts';

/** What is read of a cluster's Secret of Argo CD: never what is in it. */
export interface ClusterSecret {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A fleet as its Secrets describe it. */
export interface DescribedFleet {
  readonly clusters: readonly ClusterConfig[];
  /** What is wrong with some of them; `path` names the Secret and the label. */
  readonly problems: readonly ConfigProblem[];
  /** What is wrong with those that are no clusters because of it, by name. */
  readonly unfit: ReadonlyMap<string, string>;
  /** Clusters by the Secret that describes them, to fall back to. */
  readonly bySecret: ReadonlyMap<string, ClusterConfig>;
}

/** What a described cluster may refer to. */
export interface KnownNames {
  readonly waves: readonly string[];
  readonly sources: readonly string[];
  /** Issuers that speak for others than clusters. */
  readonly issuers: readonly string[];
}

export const NO_FLEET: DescribedFleet = { clusters: [], problems: [], unfit: new Map(), bySecret: new Map() };

const PREFIX = 'tidegate.io/';
const LINK = `${PREFIX}link-`;
/** Marks the Secrets of Argo CD that are clusters. */
export const CLUSTER_SECRET = { 'argocd.argoproj.io/secret-type': 'cluster' } as const;

/** Where each field of a cluster stands, the first that is there; `label` or `annotation` before the name. */
const FIELDS = {
  name: [
    `label ${PREFIX}cluster`,
    `annotation ${PREFIX}cluster`,
    'annotation aws_cluster_name',
    'label aws_cluster_name',
  ],
  wave: [`label ${PREFIX}wave`],
  class: [`label ${PREFIX}class`],
  region: [`annotation ${PREFIX}region`, 'annotation aws_region', 'label aws_region'],
  account: [`annotation ${PREFIX}account`, 'annotation aws_account_id', 'label aws_account_id'],
  source: [`annotation ${PREFIX}source`, `label ${PREFIX}source`],
  issuer: [`annotation ${PREFIX}oidc-issuer`],
} as const;

/**
 * The clusters that Secrets describe. One that is described wrongly stays what it was while its Secret is there, so that a
 * slip of the pen takes no cluster out of a wave; one that was never right is no cluster yet. Pure.
 *
 * @param before what the same Secrets described last
 */
export function describeFleet(
  secrets: readonly ClusterSecret[],
  fleet: SecretFleet,
  known: KnownNames,
  before: DescribedFleet,
): DescribedFleet {
  const problems: ConfigProblem[] = [];
  const bySecret = new Map<string, ClusterConfig>();
  const unfit = new Map<string, string>();
  /** Names and issuers, and whose they are. */
  const owners = new Map(known.issuers.map((issuer) => [issuer, 'identity.issuers']));
  for (const secret of [...secrets].sort(
    (a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name),
  )) {
    const where = `Secret ${secret.namespace}/${secret.name}`;
    const read = readCluster(secret, fleet, known);
    for (const { path, message } of read.problems) problems.push({ path: `${where}: ${path}`, message });
    const cluster = read.cluster ?? before.bySecret.get(secret.uid);
    if (cluster === undefined) {
      unfit.set(
        read.name,
        `mend its ${where}: ${read.problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
      );
      continue;
    }
    // Who is a cluster twice would vote twice, and who has another's issuer could speak for it.
    const own = [cluster.name, ...(cluster.issuer ? [cluster.issuer.issuer] : [])];
    const taken = own.find((one) => owners.has(one));
    if (taken !== undefined) {
      problems.push({
        path: where,
        message: `is ${taken}, and so is ${owners.get(taken)}; mend one of them`,
      });
      continue;
    }
    for (const one of own) owners.set(one, where);
    bySecret.set(secret.uid, cluster);
  }
  return { clusters: [...bySecret.values()], problems, unfit, bySecret };
}

function readCluster(
  secret: ClusterSecret,
  fleet: SecretFleet,
  { waves, sources }: KnownNames,
): { readonly name: string; readonly cluster?: ClusterConfig; readonly problems: readonly ConfigProblem[] } {
  const found = Object.fromEntries(
    Object.entries(FIELDS).flatMap(([field, places]) => {
      const value = places
        .map((place) => valueAt(secret, place))
        .find((text) => text !== undefined && text !== '');
      return value === undefined ? [] : [[field, value]];
    }),
  );
  const draft = {
    name: secret.name,
    class: fleet.class,
    region: fleet.region,
    source: fleet.source ?? (sources.length === 1 ? sources[0] : undefined),
    ...found,
    labels: secret.labels,
    owners: listOf(secret.annotations[`${PREFIX}owners`]),
    links: linksOf(secret),
  };
  const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
  const parsed = parseWith(clusterSchema, given);
  const problems =
    'problems' in parsed ? parsed.problems.map(({ path, message }) => placed(path, message)) : [];
  for (const [field, names] of [
    ['wave', waves],
    ['source', sources],
  ] as const) {
    const name = given[field];
    if (typeof name === 'string' && !names.includes(name)) {
      problems.push(
        placed(field, `"${name}" is not a ${field} of the configuration; there are ${names.join(', ')}`),
      );
    }
  }
  const name = found['name'] ?? secret.name;
  return 'problems' in parsed || problems.length > 0
    ? { name, problems }
    : { name, cluster: parsed.value, problems };
}

/** A problem of a field, with the place where it is written. */
function placed(path: string, message: string): ConfigProblem {
  const field = path.split(/[.[]/)[0] ?? path;
  const place = field in FIELDS ? FIELDS[field as keyof typeof FIELDS][0] : path;
  return { path: place, message };
}

function valueAt({ labels, annotations }: ClusterSecret, place: string): string | undefined {
  const [kind, name = ''] = place.split(' ');
  return (kind === 'label' ? labels : annotations)[name];
}

function linksOf({ annotations }: ClusterSecret): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([name, url]) =>
      name.startsWith(LINK) ? [[name.slice(LINK.length), url]] : [],
    ),
  );
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
