import { createHash } from 'node:crypto';
import { IdentityError } from '../domain/errors.ts';
import { RIGHTS, type Right } from '../domain/rights.ts';
import { isProxied, type ProxiedHeaders } from './argocd-proxy.ts';
import { type KnownCaller, PUBLIC_READER, type Scope } from './caller.ts';
import { isJwt, type VerifyJwt } from './jwt.ts';
import { isLoopback } from './loopback.ts';
import { sessionToken } from './session.ts';
import { RIGHTS_OF_KIND, type TokenKind } from './token-kinds.ts';

/** What a request shows of its caller. */
export interface Presented {
  /** The header `Authorization`. */
  readonly authorization?: string | undefined;
  /** The header `Cookie`: a person who has signed in with a browser. */
  readonly cookie?: string | undefined;
  /** The header `Host`. */
  readonly host?: string | undefined;
  /** Of a request that says it came through Argo CD. */
  readonly proxied?: ProxiedHeaders;
  /** Address of the other end of the connection. */
  readonly remote?: string | undefined;
  /** The secret part of an address, on routes that have one: there nothing else counts. */
  readonly capability?: string | undefined;
}

/** A token as it is configured: never itself, only its digest. */
export interface ConfiguredToken extends Scope {
  readonly name: string;
  /** SHA-256 in hex, lower case. */
  readonly sha256: string;
  readonly kind: TokenKind;
  /** Fewer rights than the kind has. */
  readonly rights?: readonly Right[];
  /** Epoch milliseconds from which on it is refused. */
  readonly expires?: number;
}

/** Who may call. Where that is nobody in particular the gate listens on loopback only, and whoever reaches it may do everything. */
export interface IdentityOptions {
  /** SHA-256 of the one token in hex that may do all but `fix`. */
  readonly tokenSha256?: string;
  readonly tokens?: readonly ConfiguredToken[];
  /** Tells whose a token of another issuer is; absent where none is trusted. */
  readonly verifyJwt?: VerifyJwt;
  /** Tells whose a session is that is no token; absent where people can't sign in elsewhere. */
  readonly sessionCaller?: (session: string) => Promise<KnownCaller | undefined>;
  /** Tells who comes through Argo CD; absent where its headers count for nothing. */
  readonly proxiedCaller?: (proxied: ProxiedHeaders, remote: string) => KnownCaller;
  /** `public` lets everybody read. */
  readonly readers: 'identified' | 'public';
  /** The address under which the gate is reached. */
  readonly publicUrl: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Tells who is calling.
 *
 * @returns the caller; undefined for one who shows no token where one is needed to be somebody
 * @throws IdentityError 401 `identity/refused`, `identity/expired` ..., 403 `identity/host`, `identity/subject`; never with
 *   the token in it; UnavailableError `identity/issuer-unreachable`
 */
export type Identify = (presented: Presented) => Promise<KnownCaller | undefined>;

/** Names of callers that no token may take. */
export const RESERVED_NAMES: readonly string[] = ['gate', 'token', 'loopback', PUBLIC_READER.name];

const LOOPBACK_CALLER: KnownCaller = { name: 'loopback', rights: new Set(RIGHTS), scope: {}, shared: true };
/** Hooks have the one token, too: what lets a repair past the waves is not for them. */
const TOKEN_CALLER: KnownCaller = {
  name: 'token',
  rights: new Set(RIGHTS.filter((right) => right !== 'fix')),
  scope: {},
  shared: true,
};

interface Holder {
  readonly caller: KnownCaller;
  readonly expires: number;
}

/** The rule by which callers are told apart, for one configuration. */
export function createIdentity({
  tokenSha256,
  tokens = [],
  verifyJwt,
  sessionCaller,
  proxiedCaller,
  readers,
  publicUrl,
  now,
}: IdentityOptions): Identify {
  const holdersOf = (own: readonly ConfiguredToken[]) =>
    new Map<string, Holder>(own.map((token) => [token.sha256, holderOf(token)]));
  const holders = holdersOf(tokens.filter(({ kind }) => kind !== 'capability'));
  const capabilities = holdersOf(tokens.filter(({ kind }) => kind === 'capability'));
  if (tokenSha256 !== undefined) holders.set(tokenSha256, { caller: TOKEN_CALLER, expires: Infinity });
  const isGuarded = [verifyJwt, sessionCaller, proxiedCaller].some((way) => way !== undefined);
  if (holders.size + capabilities.size === 0 && !isGuarded) {
    const publicHost = new URL(publicUrl).hostname;
    return async ({ host, capability }) => {
      refuseForeignHost(host, publicHost);
      if (capability !== undefined) return callerOfCapability(capability, capabilities, now());
      return LOOPBACK_CALLER;
    };
  }
  const anonymous = readers === 'public' ? PUBLIC_READER : undefined;
  return async ({ authorization, cookie, capability, proxied, remote = '' }) => {
    if (capability !== undefined) return callerOfCapability(capability, capabilities, now());
    if (proxiedCaller && isProxied(proxied)) return proxiedCaller(proxied, remote);
    if (authorization !== undefined) {
      const token = bearerOf(authorization);
      const isForeign = token !== undefined && !holders.has(digestOf(token)) && isJwt(token);
      return verifyJwt && isForeign ? verifyJwt(token) : callerOf(token, holders, now());
    }
    const session = sessionToken(cookie);
    if (session === undefined) return anonymous;
    return callerOfSession(session, holders, now()) ?? (await sessionCaller?.(session)) ?? anonymous;
  };
}

function holderOf({ name, kind, rights, clusters, apps, expires = Infinity }: ConfiguredToken): Holder {
  const scope = { ...(clusters && { clusters }), ...(apps && { apps }) };
  const own = rights ?? RIGHTS_OF_KIND[kind];
  return { caller: { name, rights: new Set(own), scope, shared: false }, expires };
}

function bearerOf(authorization: string): string | undefined {
  return /^Bearer +(?<token>[^\s]+)$/i.exec(authorization)?.groups?.['token'];
}

function callerOf(token: string | undefined, holders: ReadonlyMap<string, Holder>, now: number): KnownCaller {
  const holder = token === undefined ? undefined : holders.get(digestOf(token));
  if (holder === undefined) {
    throw new IdentityError(
      'identity/refused',
      'The header Authorization holds no token of this gate; it must be "Bearer <token>" with a token whose SHA-256 the gate was configured with, or one of an issuer that it trusts.',
      401,
    );
  }
  return beforeItExpires(holder, now);
}

/** Addresses end up in proxies' logs and in Git: one is good for what it is bound to, and is no token elsewhere. */
function callerOfCapability(
  secret: string,
  capabilities: ReadonlyMap<string, Holder>,
  now: number,
): KnownCaller {
  const holder = capabilities.get(digestOf(secret));
  if (holder !== undefined) return beforeItExpires(holder, now);
  throw new IdentityError(
    'identity/refused',
    'The address holds no capability of this gate; make one (tidegate token --kind capability) and configure its SHA-256.',
    401,
  );
}

function beforeItExpires(holder: Holder, now: number): KnownCaller {
  if (now < holder.expires) return holder.caller;
  throw new IdentityError(
    'identity/expired',
    `The token ${holder.caller.name} expired at ${new Date(holder.expires).toISOString()}; get a new one (tidegate token) and configure its SHA-256.`,
    401,
  );
}

/** A session that is over is no offence: whoever shows it is a stranger, and is asked to sign in. */
function callerOfSession(
  session: string,
  holders: ReadonlyMap<string, Holder>,
  now: number,
): KnownCaller | undefined {
  const holder = holders.get(digestOf(session));
  return holder !== undefined && now < holder.expires ? holder.caller : undefined;
}

/** Digests are looked up: how long that takes tells something of the digest, and from it nobody gets to a token. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
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
