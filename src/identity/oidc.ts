import * as client from 'openid-client';
import { IdentityError, isTidegateError, UnavailableError } from '../domain/errors.ts';
import type { KnownCaller } from './caller.ts';
import { createOidcClient, type OidcClientOptions } from './oidc-client.ts';
import { type GroupRights, knownGroups, personOf } from './people.ts';
import { createSealing } from './sealed.ts';
import { SESSION_SECONDS } from './session.ts';

/** How people sign in at an OpenID provider. */
export interface OidcOptions extends OidcClientOptions {
  readonly scopes: readonly string[];
  /** Claims of the ID token. */
  readonly nameClaim: string;
  readonly groupsClaim: string;
  readonly groups: GroupRights;
  /** Seals sessions and sign-ins under way; the same for every replica, read at every use. */
  readonly sessionKey: () => string;
  /** Where the provider sends people back to. */
  readonly callbackUrl: string;
}

/** Signing in at an OpenID provider. */
export interface SignIn {
  /** What people know it by. */
  readonly provider: string;
  /**
   * Begins a sign-in.
   *
   * @param to path of the gate to go on to
   * @returns where to send the browser, and what it keeps meanwhile
   */
  begin(to: string): Promise<{ readonly location: string; readonly login: string }>;
  /**
   * Ends it: the provider's answer is taken only by the browser that asked.
   *
   * @returns the session for the browser, and where to go on
   * @throws IdentityError 401 `identity/sign-in`, 403 `identity/name`; UnavailableError `identity/issuer-unreachable`
   */
  finish(
    answer: URLSearchParams,
    login: string | undefined,
  ): Promise<{ readonly session: string; readonly to: string }>;
  /** Whose session it is; undefined where it is none, or over. */
  caller(session: string): Promise<KnownCaller | undefined>;
}

/** How long a person may take to sign in: they may have to look for their second factor. */
export const SIGN_IN_SECONDS = 600;

/** Signing in by authorization code with PKCE (RFC 7636), state and nonce; sessions live in the browser, sealed. */
export function createSignIn(options: OidcOptions): SignIn {
  const { issuer, clientId, scopes, nameClaim, groupsClaim, groups, sessionKey, callbackUrl, now } = options;
  const configuration = createOidcClient(options);
  // Who changes the provider ends the sessions that the other one vouched for.
  const sealing = (what: string) => createSealing(sessionKey, `${what} ${issuer} ${clientId}`, now);
  const [logins, sessions] = [sealing('login'), sealing('session')];
  return {
    provider: new URL(issuer).host,
    async begin(to) {
      const provider = await configuration();
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const location = client.buildAuthorizationUrl(provider, {
        redirect_uri: callbackUrl,
        scope: scopes.join(' '),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const login = await logins.seal({ state, nonce, verifier, to }, SIGN_IN_SECONDS);
      return { location: location.href, login };
    },
    async finish(answer, login) {
      const begun = login === undefined ? undefined : await logins.open(login);
      if (begun === undefined) throw refusal('was not begun in this browser, or took longer than 10 min');
      const claims = await claimsOf(await configuration(), answer, begun, callbackUrl);
      if (nameClaim === 'email' && claims['email_verified'] === false) {
        throw refusal('tells an address that is not verified');
      }
      const own = { name: claims[nameClaim], groups: knownGroups(textsOf(claims[groupsClaim]), groups) };
      // A name that can't be used is told now, not at every page.
      personOf('oidc', own, groups);
      return { session: await sessions.seal(own, SESSION_SECONDS), to: String(begun['to']) };
    },
    async caller(session) {
      const content = await sessions.open(session);
      if (content === undefined) return undefined;
      return personOf('oidc', { name: content['name'], groups: textsOf(content['groups']) }, groups);
    },
  };
}

async function claimsOf(
  provider: client.Configuration,
  answer: URLSearchParams,
  { state, nonce, verifier }: Readonly<Record<string, unknown>>,
  callbackUrl: string,
): Promise<Readonly<Record<string, unknown>>> {
  const url = new URL(callbackUrl);
  url.search = answer.toString();
  try {
    const tokens = await client.authorizationCodeGrant(provider, url, {
      expectedState: String(state),
      expectedNonce: String(nonce),
      pkceCodeVerifier: String(verifier),
      idTokenExpected: true,
    });
    return { ...tokens.claims() };
  } catch (cause) {
    const inner = cause instanceof Error && isTidegateError(cause.cause) ? cause.cause : cause;
    if (inner instanceof UnavailableError) throw inner;
    throw refusal('was not confirmed by the provider', cause);
  }
}

/** Groups come as a list, or as one text where there is one. */
function textsOf(claim: unknown): string[] {
  return [claim].flat().filter((each) => typeof each === 'string');
}

function refusal(why: string, cause?: unknown): IdentityError {
  return new IdentityError('identity/sign-in', `This sign-in ${why}; begin again.`, 401, { cause });
}
