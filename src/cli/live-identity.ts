import { readFileSync } from 'node:fs';
import type { Config, IssuerConfig } from '../config/config.ts';
import { hasIdentities } from '../config/issuer-checks.ts';
import { seconds } from '../domain/duration.ts';
import { createIdentity, type Identify } from '../identity/identity.ts';
import { createVerifyJwt, type TrustedIssuer } from '../identity/jwt.ts';
import { createKeySet, type KeySet } from '../identity/key-set.ts';
import { isLoopback } from '../identity/loopback.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What tells callers apart works with. */
export interface IdentityParts {
  readonly live: { readonly config: Config };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly metrics: Pick<Metrics, 'issuerKeyFetches' | 'issuerKeyFailures' | 'issuerKeysRead'>;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Tells callers apart by the configuration in force: a token that is taken out of the file is refused from its next
 * reading on, and so are those of an issuer that is. Keys of issuers that stay are kept.
 *
 * A gate that other machines reach never does without identities: where a new file has none, because it would listen on
 * loopback only after the next start, those of the file before stay.
 */
export function createLiveIdentity(parts: IdentityParts): Identify {
  const { live } = parts;
  const reachable = !isLoopback(live.config.gate.listen.host);
  let keySets = new Map<string, KeySet>();
  const identityOf = (config: Config): Identify => {
    const kept = new Map<string, KeySet>();
    const keysOf = (issuer: IssuerConfig): KeySet => {
      const key = JSON.stringify([issuer.issuer, issuer.jwksUri, issuer.caFile]);
      const keys = keySets.get(key) ?? keySetOf(issuer, parts);
      kept.set(key, keys);
      return keys;
    };
    const identify = identityFor(config, keysOf, parts);
    keySets = kept;
    return identify;
  };
  let seen = live.config;
  let identify = identityOf(seen);
  return async (presented) => {
    if (live.config !== seen) {
      seen = live.config;
      if (!reachable || isGuarded(seen)) identify = identityOf(seen);
    }
    return identify(presented);
  };
}

function isGuarded({ gate, identity }: Config): boolean {
  return gate.token !== undefined || hasIdentities({ ...identity });
}

function identityFor(
  config: Config,
  keysOf: (issuer: IssuerConfig) => KeySet,
  { now }: IdentityParts,
): Identify {
  const { gate, identity } = config;
  const issuers = trustedIssuers(config, keysOf);
  return createIdentity({
    ...(gate.token && { tokenSha256: gate.token.sha256 }),
    tokens: identity.tokens,
    ...(hasIdentities({ ...identity, tokens: [] }) && { verifyJwt: createVerifyJwt(issuers, now) }),
    readers: gate.readers,
    publicUrl: gate.url,
    now,
  });
}

/** Issuers of clusters with the cluster each of them stands for, and those of CI systems. */
function trustedIssuers(
  { identity: { hooks, issuers }, fleet }: Config,
  keysOf: (issuer: IssuerConfig) => KeySet,
): TrustedIssuer[] {
  const ofClusters = fleet.clusters.flatMap(({ name, issuer }): TrustedIssuer[] =>
    issuer && hooks
      ? [
          {
            issuer: issuer.issuer,
            kind: 'hook',
            audience: hooks.audience,
            subjects: hooks.subjects,
            maxLifetimeSeconds: seconds(hooks.maxLifetime),
            clusters: [name],
            keys: keysOf(issuer),
          },
        ]
      : [],
  );
  const ofSystems = issuers.map(
    ({ maxLifetime, jwksUri, caFile, ...issuer }): TrustedIssuer => ({
      ...issuer,
      kind: 'ci',
      maxLifetimeSeconds: seconds(maxLifetime),
      keys: keysOf({ issuer: issuer.issuer, ...(jwksUri && { jwksUri }), ...(caFile && { caFile }) }),
    }),
  );
  return [...ofClusters, ...ofSystems];
}

function keySetOf({ issuer, jwksUri, caFile }: IssuerConfig, { now, metrics, log }: IdentityParts): KeySet {
  const ca = caFile === undefined ? undefined : () => readFileSync(caFile, 'utf8');
  return createKeySet(
    { issuer, jwksUri, ca },
    {
      now,
      onFetch({ cause }) {
        metrics.issuerKeyFetches.inc({ issuer });
        metrics.issuerKeyFailures.inc({ issuer }, cause === undefined ? 0 : 1);
        if (cause === undefined) metrics.issuerKeysRead.set({ issuer }, now() / 1000);
        else log.warn({ issuer, err: cause }, 'the keys of an issuer can not be read');
      },
    },
  );
}
