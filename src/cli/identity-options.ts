import type { Config } from '../config/config.ts';
import type { IssuerConfig } from '../config/identity-section.ts';
import { seconds } from '../domain/duration.ts';
import { ConfigError } from '../domain/errors.ts';
import { CALLBACK_PATH } from '../http/routes/sessions.ts';
import { createArgoCdProxy } from '../identity/argocd-proxy.ts';
import type { IdentityOptions } from '../identity/identity.ts';
import { createVerifyJwt, type TrustedIssuer } from '../identity/jwt.ts';
import type { KeySet } from '../identity/key-set.ts';
import { createSignIn, type SignIn } from '../identity/oidc.ts';
import { readSecretFile, readTextFile, secretFileProblems } from './secret-file.ts';

/** What a configuration says of its callers, as `createIdentity` takes it. */
export function identityOptions(
  config: Config,
  {
    keysOf,
    signIn,
    now,
    unreadable,
  }: {
    readonly keysOf: (issuer: IssuerConfig) => KeySet;
    readonly signIn: SignIn | undefined;
    readonly now: () => number;
    /** Why the fleet can't be read now. */
    readonly unreadable: () => string | undefined;
  },
): IdentityOptions {
  const { gate, identity } = config;
  const { hooks, issuers, people } = identity;
  const { argocdProxy, groups = {} } = people ?? {};
  const takesJwt = hooks !== undefined || issuers.length > 0;
  return {
    ...(gate.token && { tokenSha256: gate.token.sha256 }),
    tokens: identity.tokens,
    ...(takesJwt && { verifyJwt: createVerifyJwt(trustedIssuers(config, keysOf), now, unreadable) }),
    ...(signIn && { sessionCaller: signIn.caller }),
    ...(argocdProxy && {
      proxiedCaller: createArgoCdProxy({
        trusted: argocdProxy.trusted,
        secret: () => readSecretFile(argocdProxy.secretFile),
        groups,
      }),
    }),
    readers: gate.readers,
    publicUrl: gate.url,
    now,
  };
}

/** How people sign in by a configuration, if they can. */
export function signInOf({ gate, identity: { people } }: Config, now: () => number): SignIn | undefined {
  const { oidc, groups = {} } = people ?? {};
  if (oidc === undefined) return undefined;
  const { clientSecretFile, sessionKeyFile, caFile, ...own } = oidc;
  return createSignIn({
    ...own,
    groups,
    sessionKey: () => readSecretFile(sessionKeyFile),
    ...(clientSecretFile && { clientSecret: () => readSecretFile(clientSecretFile) }),
    ...(caFile && { ca: () => readTextFile(caFile) }),
    callbackUrl: `${gate.url}${CALLBACK_PATH}`,
    now,
  });
}

/**
 * Looks at the files of secrets, so that a gate without them does not start.
 *
 * @throws ConfigError with every file that can't be used
 */
export function requireSecretFiles({ identity: { people } }: Config): void {
  const problems = [
    ...secretFileProblems('identity.people.oidc.sessionKeyFile', people?.oidc?.sessionKeyFile),
    ...secretFileProblems('identity.people.oidc.clientSecretFile', people?.oidc?.clientSecretFile),
    ...secretFileProblems('identity.people.argocdProxy.secretFile', people?.argocdProxy?.secretFile),
  ];
  if (problems.length > 0) throw new ConfigError('the configuration', problems);
}

/** Issuers of clusters with the cluster each of them stands for, and those of CI systems. */
function trustedIssuers(
  { identity: { hooks, issuers }, fleet }: Config,
  keysOf: (issuer: IssuerConfig) => KeySet,
): TrustedIssuer[] {
  const ofClusters = fleet.clusters.flatMap(({ name, issuer }): TrustedIssuer[] => {
    if (issuer === undefined || hooks === undefined) return [];
    const { audience, subjects, maxLifetime } = hooks;
    return [
      {
        issuer: issuer.issuer,
        kind: 'hook',
        audience,
        subjects,
        maxLifetimeSeconds: seconds(maxLifetime),
        clusters: [name],
        keys: keysOf(issuer),
      },
    ];
  });
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
