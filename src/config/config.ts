import { z } from 'zod';
import { APP_MODES } from '../gate/ports.ts';
import { type ClusterConfig, fleet, type SecretFleet } from './fleet.ts';
import { type IdentityConfig, identity } from './identity-section.ts';
import { type PolicyParameters, PRESET_NAMES } from './policies.ts';
import {
  alpha,
  component,
  connections,
  count,
  countOrShare,
  duration,
  filePath,
  fraction,
  httpUrl,
  keepTime,
  labels,
  listenAddress,
  name,
  origin,
  postgresAddress,
  sha256,
  share,
  waiverEnd,
} from './values.ts';

const gate = z.strictObject({
  /** Under which people and hooks reach the gate; by default where it listens. */
  url: httpUrl.exactOptional(),
  listen: listenAddress.prefault('127.0.0.1:8080'),
  /** One gate keeps its ledger in a file; several replicas share a database. */
  store: z
    .strictObject({
      sqlite: filePath.exactOptional(),
      postgres: postgresAddress.exactOptional(),
      /** With the database, of one replica at most: half for answers, half for looks. */
      connections: connections.exactOptional(),
    })
    .refine(
      ({ sqlite, postgres }) => (sqlite === undefined) !== (postgres === undefined),
      'an object with one of sqlite and postgres',
    )
    .refine(({ sqlite, connections }) => sqlite === undefined || connections === undefined, {
      error: 'left out: a file has no connections, a PostgreSQL database has',
      path: ['connections'],
    })
    .transform(({ sqlite = '', postgres, connections }) =>
      postgres ? { postgres, ...(connections !== undefined && { connections }) } : { sqlite },
    )
    .prefault({ sqlite: 'tidegate.sqlite' }),
  /** How long minutes are kept after the verdict that they led to. Runs and the audit log are kept for good. */
  keepEvidence: keepTime.default('30d'),
  /** Required as soon as the gate listens on more than loopback. */
  token: z.strictObject({ sha256 }).exactOptional(),
  /** Who may read: callers with the token, or everybody who reaches the gate. */
  readers: z.enum(['identified', 'public']).default('identified'),
  /** Origins whose pages may show the gate's in a frame, such as a portal's. */
  frameAncestors: z.array(origin).default([]),
});

const source = z.strictObject({
  name,
  kind: z.literal('prometheus'),
  url: httpUrl,
  auth: z.strictObject({ bearerFile: filePath }).exactOptional(),
  /** The label that tells clusters apart. */
  clusterLabel: z
    .literal('cluster', 'cluster: the rules and boards group by it; relabel at the scrape')
    .default('cluster'),
  scrapeInterval: duration.default('30s'),
  /** Of one question. */
  timeout: duration.default('10s'),
  /** After the end of a minute, until its numbers no longer change. */
  settleDelay: duration.default('45s'),
});

const app = z.strictObject({
  name,
  /** Clusters that carry all of these labels; none are all clusters. */
  targets: z.strictObject({ labels }).prefault({ labels: {} }),
  /** What a change of this app touches, where the hook does not tell. */
  components: z.array(component).min(1, 'a list of at least one component'),
  owners: z.array(z.string().min(1)).default([]),
  /** `observe`: everything is asked, judged and shown, and the answer is always go. */
  mode: z.enum(APP_MODES).default('enforce'),
});

const wave = z.strictObject({
  name,
  policy: z.string(),
  /** How many of its clusters may change at a time; all, where nothing is said. */
  maxParallel: countOrShare.exactOptional(),
  /** Share of its clusters that need go before the next wave is let go. */
  quorum: share.prefault('100%'),
});

const policy = z.strictObject({
  from: z.enum(PRESET_NAMES).exactOptional(),
  minSoak: duration.exactOptional(),
  maxSoak: duration.exactOptional(),
  maxSync: duration.exactOptional(),
  maxSettle: duration.exactOptional(),
  maxBlind: duration.exactOptional(),
  alphaRollout: alpha.exactOptional(),
  onInconclusive: z.enum(['stop', 'go-with-note']).exactOptional(),
  /** Clusters that may be halted before the whole rollout is frozen. */
  maxHalted: count.exactOptional(),
  /** Each go shortens the least soak of later waves: `factor` of it after every `afterGo` clusters, down to the floor. */
  shrink: z.strictObject({ factor: fraction, afterGo: count, floor: duration }).exactOptional(),
  /** Functional tests that have to be reported before a go. */
  probes: z.array(name).exactOptional(),
});

const byAlert = <T extends z.ZodType>(value: T) => z.record(z.string().min(1), value).exactOptional();

const bundle = z.strictObject({
  urls: z
    .strictObject({ runbooks: httpUrl.exactOptional(), grafana: httpUrl.exactOptional() })
    .exactOptional(),
  jobs: z.record(z.string().min(1), z.string().min(1)).exactOptional(),
  scrapeInterval: duration.exactOptional(),
  // Below these an alert would never fire, or always.
  settings: z.record(z.string().min(1), z.number().positive('a number above 0')).exactOptional(),
  limits: byAlert(z.number().nonnegative('a number of 0 or more')),
  for: byAlert(duration),
  over: byAlert(duration),
  leaveOut: z.array(z.string().min(1)).exactOptional(),
  // A path where Alertmanager runs: it is not looked at here.
  alertmanager: z.strictObject({ tokenFile: filePath.exactOptional() }).exactOptional(),
});

const waiver = z.strictObject({
  /** As the reasons of a held change name it. */
  finding: z.string().min(1, 'the name of a finding, such as disruption-budget/shop/cart'),
  /** Everywhere when absent. */
  cluster: z.string().exactOptional(),
  reason: z.string().trim().min(1, 'a sentence that says why'),
  owner: z.string().trim().min(1, 'who answers for it'),
  expires: waiverEnd,
});

/** The file as it is written; what refers to something else in it is checked apart (`cross-checks.ts`). */
export const configFile = z.strictObject({
  gate: gate.prefault({}),
  /** Who may do what. */
  identity: identity.prefault({}),
  sources: z.array(source).min(1, 'a list of at least one source'),
  fleet,
  waves: z.array(wave).min(1, 'a list of at least one wave, in the order of the rollout'),
  apps: z.array(app).default([]),
  policies: z.record(name, policy).default({}),
  bundle: bundle.default({}),
  waivers: z.array(waiver).default([]),
});

export type SourceConfig = z.output<typeof source>;
export type AppConfig = z.output<typeof app>;
export type WaveConfig = z.output<typeof configFile>['waves'][number];
/** What differs from the catalogue's own numbers; the catalogue checks the names. */
export type BundleParameters = z.output<typeof bundle>;

/** The whole configuration, checked, with every default filled in and every path absolute. */
export interface Config {
  readonly gate: z.output<typeof gate> & { readonly url: string };
  readonly identity: IdentityConfig;
  readonly sources: readonly SourceConfig[];
  /** `secrets`: its clusters are those that Argo CD knows, and are put in when they are read. */
  readonly fleet: { readonly clusters: readonly ClusterConfig[]; readonly secrets?: SecretFleet };
  /** In the order of the rollout. */
  readonly waves: readonly WaveConfig[];
  readonly apps: readonly AppConfig[];
  /** What people let stand for a while. */
  readonly waivers: readonly z.output<typeof waiver>[];
  /** Presets and the file's own, by name. */
  readonly policies: Readonly<Record<string, PolicyParameters>>;
  readonly bundle: BundleParameters & { readonly urls: { readonly runbooks: string } };
}
