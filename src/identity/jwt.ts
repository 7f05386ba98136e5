import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { IdentityError, UnavailableError } from '../domain/errors.ts';
import type { KnownCaller, Scope } from './caller.ts';
import type { KeySet } from './key-set.ts';
import { isSubject } from './subject-pattern.ts';
import { RIGHTS_OF_KIND, type TokenKind } from './token-kinds.ts';

/** An issuer whose tokens are taken, and for whom. */
export interface TrustedIssuer extends Scope {
  /** To the letter; what a token says of itself is looked up here and nowhere else. */
  readonly issuer: string;
  readonly kind: Extract<TokenKind, 'hook' | 'ci'>;
  /** What its tokens have to be made for. */
  readonly audience: string;
  /** Whose tokens are taken; see `isSubject`. */
  readonly subjects: readonly string[];
  /** Longest time from issue to expiry. */
  readonly maxLifetimeSeconds: number;
  readonly keys: KeySet;
}

/** Tells whose a JWT is. */
export type VerifyJwt = (token: string) => Promise<KnownCaller>;

/** Clocks of fresh nodes are off by some seconds. */
const LEEWAY_SECONDS = 30;

/** Real ones have one to two thousand characters. */
const LONGEST_TOKEN = 8_192;

/** Of a caller in the audit log: two names of Kubernetes are shorter. */
const LONGEST_NAME = 600;

/** Whether a text has the form of a signed JWT. */
export function isJwt(token: string): boolean {
  return /^ey[\w-]*\.[\w-]+\.[\w-]*$/.test(token);
}

/**
 * Verifies tokens of trusted issuers: the issuer is found in the configuration before anything is fetched, and no
 * address in a token (`jku`, `x5u`) is ever followed.
 *
 * @param now       epoch milliseconds
 * @param isPartial why these may not be all issuers now, if so: then an unknown one is not refused for good
 * @returns a function that throws IdentityError 401 with a code that says why, UnavailableError
 *   `identity/issuer-unreachable` when the issuer's keys are not known now, `identity/issuers-unread` when it may be one
 *   that could not be read
 */
export function createVerifyJwt(
  issuers: readonly TrustedIssuer[],
  now: () => number,
  isPartial: () => string | undefined = () => undefined,
): VerifyJwt {
  const byIssuer = new Map(issuers.map((trusted) => [trusted.issuer, trusted]));
  return async (token) => {
    const { iss, kid } = claimed(token);
    const trusted = byIssuer.get(iss);
    if (trusted === undefined) throw strange(isPartial());
    const key = await trusted.keys.key(kid);
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer: trusted.issuer,
      audience: trusted.audience,
      requiredClaims: ['sub', 'iat', 'exp'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(now()),
    }).catch((cause: unknown) => {
      throw refusalOf(cause, trusted);
    });
    refuseTimes(payload, trusted, now() / 1000);
    return callerOf(payload, trusted);
  };
}

function strange(unread: string | undefined): IdentityError | UnavailableError {
  if (unread === undefined) return refusal('issuer', 'was made by an issuer that this gate does not know');
  const message = `The token was made by an issuer that this gate may know as soon as it can read all of them: ${unread}.`;
  return new UnavailableError('identity/issuers-unread', message);
}

/** What decides which key to take; nothing of it is believed. */
function claimed(token: string): { readonly iss: string; readonly kid: string } {
  if (token.length > LONGEST_TOKEN) throw refusal('malformed', `is longer than ${LONGEST_TOKEN} characters`);
  const { alg, kid, iss } = decoded(token);
  if (alg !== 'RS256') throw refusal('algorithm', 'is not signed with RS256');
  if (typeof iss !== 'string') throw refusal('issuer', 'names no issuer');
  if (typeof kid === 'string' && /^[\x21-\x7e]{1,256}$/.test(kid)) return { iss, kid };
  throw refusal('malformed', 'names no key by an id of 1 to 256 printable characters');
}

function decoded(token: string): Readonly<Record<'alg' | 'kid' | 'iss', unknown>> {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return { alg, kid, iss: decodeJwt(token).iss };
  } catch (cause) {
    throw refusal('malformed', 'is no JSON Web Token', cause);
  }
}

function refusalOf(cause: unknown, { audience }: TrustedIssuer): Error {
  if (cause instanceof errors.JWTExpired) return refusal('expired', 'has expired; get a new one', cause);
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return refusal('signature', 'is not signed by its issuer', cause);
  }
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.claim === 'aud') return refusal('audience', `is not made for ${audience}`, cause);
    if (cause.claim === 'nbf') return refusal('not-yet-valid', 'is not valid yet; compare the clocks', cause);
    return refusal('malformed', `has no usable ${cause.claim}`, cause);
  }
  if (cause instanceof errors.JOSEError) return refusal('malformed', 'can not be verified', cause);
  return cause instanceof Error ? cause : new Error(String(cause));
}

function refuseTimes(
  { iat = 0, exp = 0, aud }: JWTPayload,
  { maxLifetimeSeconds, audience }: TrustedIssuer,
  nowSeconds: number,
): void {
  if (iat > nowSeconds + LEEWAY_SECONDS) {
    throw refusal('not-yet-valid', 'was issued in the future; compare the clocks');
  }
  if (exp - iat > maxLifetimeSeconds + LEEWAY_SECONDS) {
    throw refusal('lifetime', `lives longer than ${maxLifetimeSeconds} s, which is the most that is taken`);
  }
  // Whoever else it is made for could come with it in the caller's place.
  if (Array.isArray(aud) && aud.length > 1)
    throw refusal('audience', `is made for others than ${audience}, too`);
}

/** The cluster is what the issuer stands for; no claim of a token tells it. */
function callerOf({ sub = '' }: JWTPayload, trusted: TrustedIssuer): KnownCaller {
  const { kind, subjects, clusters, apps } = trusted;
  const name = `${kind === 'hook' ? (clusters?.[0] ?? kind) : kind}:${sub}`;
  if (!subjects.some((pattern) => isSubject(pattern, sub))) {
    const message = `The token is of ${name}, which this gate takes none of; add it to the subjects if it should.`;
    throw new IdentityError('identity/subject', message, 403, { caller: name.slice(0, LONGEST_NAME) });
  }
  return {
    name,
    rights: new Set(RIGHTS_OF_KIND[kind]),
    scope: { ...(clusters && { clusters }), ...(apps && { apps }) },
    shared: false,
  };
}

function refusal(code: string, why: string, cause?: unknown): IdentityError {
  return new IdentityError(`identity/${code}`, `The token ${why}.`, 401, { cause });
}
