import type { Config } from '../config/config.ts';
import type { IssuerConfig } from '../config/identity-section.ts';
import { hasIdentities } from '../config/issuer-checks.ts';
import type { LiveInventory } from '../config/live-inventory.ts';
import { createIdentity, type Identify } from '../identity/identity.ts';
import { createKeySet, type KeySet } from '../identity/key-set.ts';
import { isLoopback } from '../identity/loopback.ts';
import type { SignIn } from '../identity/oidc.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { identityOptions, requireSecretFiles, signInOf } from './identity-options.ts';
import { readTextFile } from './secret-file.ts';

/** What telling callers apart works with. */
export interface IdentityParts {
  readonly live: Pick<LiveInventory, 'config' | 'inventory'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly metrics: Pick<
    Metrics,
    'issuerKeyFetches' | 'issuerKeyFailures' | 'issuerKeysRead' | 'issuerReachable'
  >;
  readonly log: Pick<Log, 'warn'>;
}

/** Who calls, by the configuration in force. */
export interface LiveIdentity {
  readonly identify: Identify;
  /** How people sign in without a token, if they can. */
  readonly signIn: () => SignIn | undefined;
}

/**
 * Tells callers apart by the configuration in force: a token that is taken out of the file is refused from its next
 * reading on, and so are those of an issuer that is. Keys of issuers that stay are kept.
 *
 * A gate that other machines reach never does without identities: where a new file has none, because it would listen on
 * loopback only after the next start, those of the file before stay.
 *
 * @throws ConfigError when a file of secrets can't be used at the start; later its users get 503 until it can
 */
export function createLiveIdentity(parts: IdentityParts): LiveIdentity {
  const { live, now } = parts;
  const reachable = !isLoopback(live.config.gate.listen.host);
  let keySets = new Map<string, KeySet>();
  const identityOf = (config: Config) => {
    const kept = new Map<string, KeySet>();
    const keysOf = (issuer: IssuerConfig): KeySet => {
      const key = JSON.stringify([issuer.issuer, issuer.jwksUri, issuer.caFile]);
      const keys = keySets.get(key) ?? keySetOf(issuer, parts);
      kept.set(key, keys);
      return keys;
    };
    const signIn = signInOf(config, now);
    const unreadable = () => live.inventory.unreadable?.();
    const identify = createIdentity(identityOptions(config, { keysOf, signIn, now, unreadable }));
    forgetGone(keySets, kept, parts.metrics);
    keySets = kept;
    return { signIn, identify };
  };
  requireSecretFiles(live.config);
  let seen = live.config;
  let inForce = identityOf(seen);
  const current = () => {
    if (live.config !== seen) {
      seen = live.config;
      if (!reachable || isGuarded(seen)) inForce = identityOf(seen);
    }
    return inForce;
  };
  return { identify: async (presented) => current().identify(presented), signIn: () => current().signIn };
}

/** An issuer that left the configuration is no longer told of: nobody is to be paged for it. */
function forgetGone(
  before: ReadonlyMap<string, KeySet>,
  kept: ReadonlyMap<string, KeySet>,
  { issuerReachable, issuerKeysRead }: IdentityParts['metrics'],
): void {
  const issuers = new Set([...kept.values()].map(({ issuer }) => issuer));
  for (const { issuer } of before.values()) {
    if (issuers.has(issuer)) continue;
    issuerReachable.remove({ issuer });
    issuerKeysRead.remove({ issuer });
  }
}

function isGuarded({ gate, identity }: Config): boolean {
  return gate.token !== undefined || hasIdentities({ ...identity });
}

function keySetOf({ issuer, jwksUri, caFile }: IssuerConfig, { now, metrics, log }: IdentityParts): KeySet {
  const ca = caFile === undefined ? undefined : () => readTextFile(caFile);
  return createKeySet(
    { issuer, jwksUri, ca },
    {
      now,
      onFetch({ cause }) {
        metrics.issuerKeyFetches.inc({ issuer });
        metrics.issuerKeyFailures.inc({ issuer }, cause === undefined ? 0 : 1);
        metrics.issuerReachable.set({ issuer }, cause === undefined ? 1 : 0);
        if (cause === undefined) metrics.issuerKeysRead.set({ issuer }, now() / 1000);
        else log.warn({ issuer, err: cause }, 'the keys of an issuer can not be read');
      },
    },
  );
}
