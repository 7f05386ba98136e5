import type { Config } from '../config/config.ts';
import { createIdentity, type Identify } from '../identity/identity.ts';
import { isLoopback } from '../identity/loopback.ts';

/**
 * Tells callers apart by the configuration in force: a token that is taken out of the file is refused from its next
 * reading on.
 *
 * A gate that other machines reach never does without tokens: where a new file has none, because it would listen on
 * loopback only after the next start, those of the file before stay.
 */
export function createLiveIdentity(live: { readonly config: Config }, now: () => number): Identify {
  const reachable = !isLoopback(live.config.gate.listen.host);
  let seen = live.config;
  let identify = identityOf(seen, now);
  return async (presented) => {
    if (live.config !== seen) {
      seen = live.config;
      if (!reachable || hasTokens(seen)) identify = identityOf(seen, now);
    }
    return identify(presented);
  };
}

function hasTokens({ gate, identity }: Config): boolean {
  return gate.token !== undefined || identity.tokens.length > 0;
}

function identityOf({ gate, identity }: Config, now: () => number): Identify {
  return createIdentity({
    ...(gate.token && { tokenSha256: gate.token.sha256 }),
    tokens: identity.tokens,
    readers: gate.readers,
    publicUrl: gate.url,
    now,
  });
}
