import { type CryptoKey, importJWK, type JWK } from 'jose';
import { UnavailableError } from '../domain/errors.ts';
import { boundedRequest, isSafeAddress, type RequestLimits } from './bounded-request.ts';

/** Where an issuer's keys are. */
export interface KeyPlace {
  /** As its tokens have it, to the letter. */
  readonly issuer: string;
  /** Where its keys are, if it does not tell itself under its own origin. */
  readonly jwksUri?: string | undefined;
  /** Certificate authorities of that address, as PEM; by default the public ones. */
  readonly ca?: (() => string) | undefined;
}

/** The keys of an issuer at one moment. */
export interface FetchedKeys {
  readonly byId: ReadonlyMap<string, CryptoKey>;
  /** Seconds for which the issuer lets them be kept, if it says so. */
  readonly maxAgeSeconds?: number;
}

/** An issuer that can't be read now, and when it wants to be asked again. */
export class IssuerTrouble extends UnavailableError {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds = 0) {
    super('identity/issuer-unreachable', message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** More keys than anybody publishes. */
const MOST_KEYS = 100;

/** Below it RS256 is not what it promises (RFC 7518, section 3.3). */
const LEAST_MODULUS_BITS = 2048;

/**
 * Where an issuer publishes its keys, by its discovery document (OpenID Connect Discovery 1.0, section 4).
 *
 * @throws UnavailableError `identity/issuer-unreachable`, also for a document of another issuer or keys on another origin
 */
export async function discoverKeys(place: KeyPlace, limits?: RequestLimits): Promise<URL> {
  const { issuer } = place;
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { document } = await readDocument(new URL(address), place, limits);
  const { issuer: own, jwks_uri: uri } = document;
  if (own !== issuer) {
    throw new IssuerTrouble(`${address} is the document of another issuer; expected ${issuer}.`);
  }
  const keys = typeof uri === 'string' ? URL.parse(uri) : null;
  if (keys !== null && isSafeAddress(keys) && keys.origin === new URL(issuer).origin) return keys;
  throw new IssuerTrouble(
    `${address} names no keys under its own origin; configure jwksUri if they are published elsewhere.`,
  );
}

/**
 * Reads the keys that can sign RS256; others are left out.
 *
 * @throws UnavailableError `identity/issuer-unreachable`, also for what is no key set
 */
export async function fetchKeys(uri: URL, place: KeyPlace, limits?: RequestLimits): Promise<FetchedKeys> {
  const { document, headers } = await readDocument(uri, place, limits);
  const { keys } = document;
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) {
    throw new IssuerTrouble(`${uri.href} is no set of at most ${MOST_KEYS} keys.`);
  }
  const byId = new Map<string, CryptoKey>();
  for (const jwk of keys.filter(isSigningKey)) {
    const key = await importJWK({ ...jwk, alg: 'RS256' }, 'RS256').catch((cause: unknown) => {
      throw new UnavailableError('identity/issuer-unreachable', `${uri.href} holds a broken key.`, { cause });
    });
    if (!(key instanceof Uint8Array) && modulusBits(key) >= LEAST_MODULUS_BITS) byId.set(jwk.kid, key);
  }
  if (byId.size === 0) throw new IssuerTrouble(`${uri.href} holds no key for RS256.`);
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers.get('cache-control') ?? '')?.[1];
  return { byId, ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }) };
}

function isSigningKey(jwk: unknown): jwk is JWK & { kid: string } {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { kty, kid, use = 'sig', alg = 'RS256', d } = jwk as Record<string, unknown>;
  // A private key that was published signs for everybody.
  return kty === 'RSA' && typeof kid === 'string' && use === 'sig' && alg === 'RS256' && d === undefined;
}

function modulusBits({ algorithm }: CryptoKey): number {
  return (algorithm as { modulusLength?: number }).modulusLength ?? 0;
}

async function readDocument(url: URL, { ca }: KeyPlace, limits?: RequestLimits) {
  const response = await boundedRequest(url, { headers: { accept: 'application/json' }, ca: ca?.() }, limits);
  const { status, headers } = response;
  if (status !== 200) {
    const after = Number(headers.get('retry-after'));
    throw new IssuerTrouble(`${url.href} answered ${status}; expected 200.`, after > 0 ? after : 0);
  }
  const document: unknown = await response.json().catch((cause: unknown) => {
    throw new UnavailableError('identity/issuer-unreachable', `${url.href} is no JSON.`, { cause });
  });
  if (typeof document === 'object' && document !== null) {
    return { document: document as Record<string, unknown>, headers };
  }
  throw new IssuerTrouble(`${url.href} is no JSON object.`);
}
