import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { CLUSTER_SECRET, type DescribedFleet } from '../config/cluster-secrets.ts';
import type { Config } from '../config/config.ts';
import type { SecretFleet } from '../config/fleet.ts';
import { createLiveInventory, type LiveInventory } from '../config/live-inventory.ts';
import { loadConfig } from '../config/load-config.ts';
import { milliseconds } from '../domain/duration.ts';
import { UnavailableError } from '../domain/errors.ts';
import type { Clock } from '../gate/ports.ts';
import type { Gate } from '../gate/use-cases.ts';
import type { ApiServerAddress } from '../kubernetes/api-server.ts';
import { followMetadata } from '../kubernetes/follow-metadata.ts';
import { listMetadata, type ObjectsAsked } from '../kubernetes/list-metadata.ts';
import type { ConfigHealth } from '../telemetry/config-health.ts';
import type { Log } from '../telemetry/log.ts';

/** Where the kubelet puts what a pod knows its API server by. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Readings that may fail in a row before what is known of the fleet counts as too old. */
const PATIENT_READINGS = 3;

/** What takes part when the fleet is followed. */
export interface FleetParts {
  readonly live: LiveInventory;
  readonly gate: Pick<Gate, 'record'>;
  readonly health: ConfigHealth;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** Keeps the clusters of the inventory those that Argo CD has Secrets for, until the signal aborts. */
export async function followFleet(
  secrets: SecretFleet,
  parts: FleetParts,
  aborted: AbortSignal,
): Promise<void> {
  const { live, health, clock, log } = parts;
  const refreshMs = milliseconds(secrets.refresh);
  let readAt: number | undefined;
  let last: DescribedFleet | undefined;
  await followMetadata(
    objectsOf(secrets),
    {
      refreshMs,
      sleep: clock.sleep.bind(clock),
      random: Math.random,
      async onObjects(objects) {
        const described = live.describe(objects);
        if (!isDeepStrictEqual(described.clusters, last?.clusters))
          await record(secrets, described, last, parts);
        if (!isDeepStrictEqual(described.problems, last?.problems)) tellProblems(described, log);
        live.follow(objects);
        [readAt, last] = [clock.now(), described];
        health.fleet(described.problems.length === 0);
      },
      onTrouble(error) {
        log.warn({ err: error }, "the clusters' Secrets could not be read; it is tried again");
        if (readAt !== undefined && clock.now() - readAt < PATIENT_READINGS * refreshMs) return;
        live.unreadable('secrets', error.message);
        health.fleet(false);
      },
    },
    aborted,
  );
}

/** A version of the fleet is in the audit log before anything is decided by it. */
async function record(
  { namespace }: SecretFleet,
  { clusters, problems }: DescribedFleet,
  last: DescribedFleet | undefined,
  { gate, log }: FleetParts,
): Promise<void> {
  const [now, before] = [clusters, last?.clusters ?? []].map(
    (list) => new Map(list.map((one) => [one.name, one])),
  );
  const data = {
    file: `Secrets of ${namespace}`,
    clusters: clusters.length,
    problems: problems.length,
    joined: [...(now?.keys() ?? [])].filter((name) => !before?.has(name)),
    left: [...(before?.keys() ?? [])].filter((name) => !now?.has(name)),
    changed: clusters
      .filter(({ name }) => before?.has(name))
      .filter((one) => !isDeepStrictEqual(one, before?.get(one.name)))
      .map(({ name }) => name),
  };
  await gate.record({ kind: 'config', actor: 'gate', data });
  log.info(data, 'a new inventory is in force');
}

function tellProblems({ problems }: DescribedFleet, log: FleetParts['log']): void {
  if (problems.length === 0) return;
  log.error(
    { problems },
    'some Secrets do not describe a cluster; those clusters stay what they were, or out',
  );
}

/**
 * A configuration file with the clusters that Argo CD knows now, where it says so; what is wrong with a Secret is told on
 * stderr.
 *
 * @throws ConfigError for the file, UnavailableError `kubernetes/...` when the Secrets can't be read
 */
export async function loadWithFleet(file: string): Promise<Config> {
  const config = loadConfig(file, process.env);
  const { secrets } = config.fleet;
  if (secrets === undefined) return config;
  const { items } = await listMetadata(objectsOf(secrets), AbortSignal.timeout(60_000));
  const live = createLiveInventory(config);
  for (const { path, message } of live.describe(items).problems) process.stderr.write(`${path} ${message}\n`);
  live.follow(items);
  return live.config;
}

function objectsOf(secrets: SecretFleet): ObjectsAsked {
  return {
    server: serverOf(secrets.api),
    path: `/api/v1/namespaces/${encodeURIComponent(secrets.namespace)}/secrets`,
    selector: { ...secrets.selector, ...CLUSTER_SECRET },
  };
}

/** The server that is named, or the one of the cluster that the gate runs in. A named one gets no token of a pod. */
function serverOf({ url, tokenFile, caFile }: SecretFleet['api']): ApiServerAddress {
  const inCluster = url === undefined;
  const fileOf = (file: string | undefined, name: string) =>
    file ?? (inCluster ? `${SERVICE_ACCOUNT}/${name}` : undefined);
  return {
    url: url ?? 'https://kubernetes.default.svc',
    token: () => readIfNamed(fileOf(tokenFile, 'token')),
    ca: () => readIfNamed(fileOf(caFile, 'ca.crt')),
  };
}

async function readIfNamed(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UnavailableError('kubernetes/file', `what the API server is known by can't be read: ${why}`, {
      cause,
    });
  }
}
