import type { CryptoKey } from 'jose';
import { IdentityError, UnavailableError } from '../domain/errors.ts';
import { discoverKeys, type FetchedKeys, fetchKeys, IssuerTrouble, type KeyPlace } from './key-fetch.ts';

/** The keys of one issuer, read when they are needed. */
export interface KeySet {
  readonly issuer: string;
  /**
   * A key by its id.
   *
   * @throws IdentityError 401 `identity/unknown-key` when the issuer has no such key;
   *   UnavailableError `identity/issuer-unreachable` when that can't be known now
   */
  key(id: string): Promise<CryptoKey>;
}

/** How often and how long an issuer is asked, in milliseconds. */
export const KEY_TIMES = {
  /** Where the issuer says nothing: as Kubernetes says. */
  maxAge: 3_600_000,
  leastMaxAge: 60_000,
  longestMaxAge: 86_400_000,
  /** An unknown key id is worth one more fetch, but not for whoever makes ids up. */
  betweenFetches: 60_000,
  /** The same while the issuer has never been read: hooks are waiting. */
  betweenFirstFetches: 5_000,
  /** Keys that are trusted while the issuer is down; no longer, because a stolen one is withdrawn by taking it out. */
  keptInOutage: 86_400_000,
  longestRetryAfter: 3_600_000,
} as const;

/** What a key set works with. */
export interface KeySetParts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of every attempt to read the keys; must not throw. */
  readonly onFetch?: (fetch: KeyFetch) => void;
}

/** One attempt to read an issuer's keys. */
export interface KeyFetch {
  readonly issuer: string;
  /** Why it failed; absent when it did not. */
  readonly cause?: unknown;
}

interface Known extends FetchedKeys {
  readonly at: number;
  readonly freshUntil: number;
}

/** The keys of an issuer: fetched at first use, kept as long as it allows, and for a day while it is down. */
export function createKeySet(place: KeyPlace, { now, onFetch }: KeySetParts): KeySet {
  const { issuer, jwksUri } = place;
  let known: Known | undefined;
  let nextFetchAt = Number.NEGATIVE_INFINITY;
  let trouble: unknown;
  let underWay: Promise<void> | undefined;
  let uri = jwksUri === undefined ? undefined : new URL(jwksUri);

  async function read(): Promise<void> {
    const { betweenFetches, betweenFirstFetches } = KEY_TIMES;
    try {
      uri ??= await discoverKeys(place);
      const keys = await fetchKeys(uri, place);
      known = { ...keys, at: now(), freshUntil: now() + lifetimeOf(keys) };
      trouble = undefined;
      nextFetchAt = now() + betweenFetches;
      onFetch?.({ issuer });
    } catch (cause) {
      if (jwksUri === undefined) uri = undefined;
      trouble = cause;
      nextFetchAt = now() + Math.max(known ? betweenFetches : betweenFirstFetches, askedPause(cause));
      onFetch?.({ issuer, cause });
    }
  }

  /** Who comes while a fetch is under way waits for that one. */
  function refresh(): Promise<void> {
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    issuer,
    async key(id) {
      const isWanting = () => known === undefined || now() >= known.freshUntil || !known.byId.has(id);
      const isRead = isWanting() && (underWay !== undefined || now() >= nextFetchAt);
      if (isRead) await refresh();
      if (known === undefined || now() - known.at > KEY_TIMES.keptInOutage) {
        throw unreadable(issuer, trouble);
      }
      const key = known.byId.get(id);
      if (key !== undefined) return key;
      // Refused only by keys that were read for it: a key that was put in service just now is no offence.
      if (isRead && trouble === undefined) throw unknownKey(issuer);
      throw unreadable(issuer, trouble);
    },
  };
}

function lifetimeOf({ maxAgeSeconds }: FetchedKeys): number {
  const { maxAge, leastMaxAge, longestMaxAge } = KEY_TIMES;
  const allowed = maxAgeSeconds === undefined ? maxAge : maxAgeSeconds * 1000;
  return Math.min(Math.max(allowed, leastMaxAge), longestMaxAge);
}

/** How long an issuer that throttles wants to be left alone. */
function askedPause(cause: unknown): number {
  const seconds = cause instanceof IssuerTrouble ? cause.retryAfterSeconds : 0;
  return Math.min(seconds * 1000, KEY_TIMES.longestRetryAfter);
}

function unknownKey(issuer: string): IdentityError {
  const message = `${issuer} has no key of the id that the token names; get a new token.`;
  return new IdentityError('identity/unknown-key', message, 401);
}

function unreadable(issuer: string, cause: unknown): UnavailableError {
  const why = cause instanceof Error ? cause.message : 'It was read less than a minute ago.';
  const message = `No key of ${issuer} for this token is known now. ${why}`;
  return new UnavailableError('identity/issuer-unreachable', message, { cause });
}
