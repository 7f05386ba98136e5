import * as client from 'openid-client';
import { UnavailableError } from '../domain/errors.ts';
import { boundedRequest, ISSUER_LIMITS } from './bounded-request.ts';

/** This gate as a client of an OpenID provider. */
export interface OidcClientOptions {
  /** To the letter. */
  readonly issuer: string;
  readonly clientId: string;
  /** Read at every sign-in; absent for a public client. */
  readonly clientSecret?: (() => string) | undefined;
  /** Certificate authorities of the issuer, as PEM; by default the public ones. */
  readonly ca?: (() => string) | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How long what the provider tells of itself is kept. */
const KEPT_MS = 3_600_000;

/** The same for its failure to: everybody may begin to sign in, and nobody hammers the provider through us. */
const FAILURE_KEPT_MS = 5_000;

interface Known {
  readonly secret: string | undefined;
  readonly until: number;
  readonly configuration: Promise<client.Configuration>;
}

/**
 * The provider as it described itself within the last hour, and this gate with its secret as it is now.
 *
 * @returns a function that rejects with UnavailableError `identity/issuer-unreachable`
 */
export function createOidcClient(options: OidcClientOptions): () => Promise<client.Configuration> {
  let known: Known | undefined;
  return () => {
    const secret = options.clientSecret?.();
    const now = options.now();
    if (known === undefined || known.secret !== secret || now >= known.until) {
      const configuration = discover(options, secret);
      const fresh = { secret, until: now + KEPT_MS, configuration };
      known = fresh;
      configuration.catch(() => {
        if (known === fresh) known = { ...fresh, until: now + FAILURE_KEPT_MS };
      });
    }
    return known.configuration;
  };
}

async function discover(
  { issuer, clientId, ca }: OidcClientOptions,
  secret: string | undefined,
): Promise<client.Configuration> {
  const isPlain = issuer.startsWith('http:');
  try {
    const found = await client.discovery(new URL(issuer), clientId, {}, authentication(secret), {
      [client.customFetch]: (url, { method, headers, body }) =>
        boundedRequest(new URL(url), { method, headers, body: textOf(body), ca: ca?.() }),
      timeout: ISSUER_LIMITS.timeoutMs / 1000,
      // Loopback only: nothing else is asked without encryption.
      ...(isPlain && { execute: [client.allowInsecureRequests] }),
    });
    // The token comes over TLS; its signature is checked all the same, for what stands in between.
    client.enableNonRepudiationChecks(found);
    return found;
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause;
    const message = `${issuer} does not describe itself as an OpenID provider; check identity.people.oidc.issuer.`;
    throw new UnavailableError('identity/issuer-unreachable', message, { cause });
  }
}

/**
 * In the body where the provider says it takes that; else by the header, as OpenID Connect has it by default. Some
 * providers stumble over the header's encoding of secrets (RFC 6749, section 2.3.1).
 */
function authentication(secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None();
  return (server, self, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? [];
    const authenticate = ways.includes('client_secret_post')
      ? client.ClientSecretPost(secret)
      : client.ClientSecretBasic(secret);
    authenticate(server, self, body, headers);
  };
}

function textOf(body: client.FetchBody): string {
  return body instanceof URLSearchParams || typeof body === 'string' ? String(body) : '';
}
