import { createHash, timingSafeEqual } from 'node:crypto';
import { IdentityError } from '../domain/errors.ts';
import { RIGHTS, type Right } from '../domain/rights.ts';
import { isLoopback } from './loopback.ts';

/** What a route asks for: nothing, somebody who may read, or somebody who may act. */
export type Access = 'open' | 'read' | 'act';

/** Somebody the gate knows, by the name that stands in the audit log. */
export interface KnownCaller {
  readonly name: string;
  readonly rights: ReadonlySet<Right>;
}

/** What a request shows of its caller. */
export interface Presented {
  /** The header `Authorization`. */
  readonly authorization?: string | undefined;
  /** The header `Host`. */
  readonly host?: string | undefined;
}

/** Who may call. */
export interface IdentityOptions {
  /** SHA-256 of the one token in hex; without it the gate listens on loopback only and whoever reaches it may act. */
  readonly tokenSha256?: string;
  /** `public` lets everybody read. */
  readonly readers: 'identified' | 'public';
  /** The address under which the gate is reached. */
  readonly publicUrl: string;
}

/**
 * Tells who is calling.
 *
 * @returns the caller; undefined only on an open route, for a caller who may not even read
 * @throws IdentityError 401 `identity/missing` or `identity/refused`, 403 `identity/host`; never with the token in it
 */
export type Identify = (presented: Presented, access: Access) => KnownCaller | undefined;

const LOOPBACK_CALLER: KnownCaller = { name: 'loopback', rights: new Set(RIGHTS) };
/** Hooks have the one token, too: what lets a repair past the waves is not for them. */
const TOKEN_CALLER: KnownCaller = {
  name: 'token',
  rights: new Set(RIGHTS.filter((right) => right !== 'fix')),
};
const READER: KnownCaller = { name: 'reader', rights: new Set<Right>(['read']) };

/** The rule by which callers are told apart, for one configuration. */
export function createIdentity({ tokenSha256, readers, publicUrl }: IdentityOptions): Identify {
  if (tokenSha256 === undefined) {
    const publicHost = new URL(publicUrl).hostname;
    return ({ host }) => {
      refuseForeignHost(host, publicHost);
      return LOOPBACK_CALLER;
    };
  }
  const wanted = Buffer.from(tokenSha256, 'hex');
  return ({ authorization }, access) => {
    if (authorization !== undefined) return callerOf(authorization, wanted);
    if (readers === 'public' && access !== 'act') return READER;
    if (access === 'open') return undefined;
    throw new IdentityError(
      'identity/missing',
      'This needs the gate\'s token; send it as "Authorization: Bearer <token>".',
      401,
    );
  };
}

function callerOf(authorization: string, wanted: Buffer): KnownCaller {
  const token = /^Bearer +(?<token>[^\s]+)$/i.exec(authorization)?.groups?.['token'];
  // Digests of one length: what is compared in constant time tells nothing of the token, not even how long it is.
  const given = createHash('sha256')
    .update(token ?? '')
    .digest();
  if (token !== undefined && timingSafeEqual(given, wanted)) return TOKEN_CALLER;
  throw new IdentityError(
    'identity/refused',
    'The header Authorization does not hold the gate\'s token; it must be "Bearer <token>" with the token whose SHA-256 the gate was configured with.',
    401,
  );
}

/**
 * Without a token the only guard is that nobody else reaches loopback. A page in a browser on this machine does, by a
 * name that its owner points to 127.0.0.1; such a request carries that name.
 */
function refuseForeignHost(host: string | undefined, publicHost: string): void {
  const name = URL.parse(`http://${host}`)?.hostname;
  if (name !== undefined && (name === publicHost || isLoopback(name))) return;
  throw new IdentityError(
    'identity/host',
    `A gate without a token is called by localhost, 127.0.0.1, [::1] or ${publicHost} only; call it by one of these, or configure a token.`,
    403,
  );
}
