import { resolve } from 'node:path';
import { z } from 'zod';
import { RIGHTS } from '../domain/rights.ts';
import { RIGHTS_OF_KIND, TOKEN_KINDS } from '../identity/token-kinds.ts';
import {
  addressRange,
  duration,
  filePath,
  instant,
  issuerUrl,
  keysUrl,
  name,
  sha256,
  subject,
} from './values.ts';

/** What a caller may act on; by default everything. */
const scope = {
  clusters: z.array(name).min(1, 'a list of at least one cluster').exactOptional(),
  apps: z.array(name).min(1, 'a list of at least one app').exactOptional(),
};

const token = z.strictObject({
  /** Stands in the audit log. */
  name,
  sha256,
  kind: z.enum(TOKEN_KINDS),
  ...scope,
  /** Fewer rights than its kind has. */
  rights: z.array(z.enum(RIGHTS)).min(1, 'a list of at least one right').exactOptional(),
  /** From then on it is refused. */
  expires: instant.exactOptional(),
});

const subjects = z.array(subject).min(1, 'a list of at least one subject');
const audience = z.string().min(1, 'what the tokens are made for').default('tidegate');
/** From a token's issue to its expiry. */
const maxLifetime = duration.default('1h');

/** Where the keys of an issuer are, if not under its own origin. */
const keyPlace = { jwksUri: keysUrl.exactOptional(), caFile: filePath.exactOptional() };

/** An issuer of tokens, and where its keys are if it does not tell itself. */
export interface IssuerConfig {
  readonly issuer: string;
  readonly jwksUri?: string;
  readonly caFile?: string;
}

/** Of a cluster: the issuer alone, or with where its keys are. */
export const clusterIssuer = z.union(
  [
    issuerUrl.transform((issuer): IssuerConfig => ({ issuer })),
    z.strictObject({ issuer: issuerUrl, ...keyPlace }),
  ],
  'an issuer such as https://oidc.eks.eu-west-1.amazonaws.com/id/ABCD, or {issuer, jwksUri, caFile}',
);

const ciIssuer = z.strictObject({
  issuer: issuerUrl,
  audience,
  subjects,
  maxLifetime,
  ...scope,
  ...keyPlace,
});

/** The provider where people sign in. */
const oidc = z.strictObject({
  issuer: issuerUrl,
  clientId: z.string().min(1, 'the name of this gate at the issuer'),
  /** Without one it is a public client, which PKCE alone protects. */
  clientSecretFile: filePath.exactOptional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope')).default(['openid', 'email']),
  /** Claims of the ID token. */
  nameClaim: z.string().min(1, 'the name of a claim').default('email'),
  groupsClaim: z.string().min(1, 'the name of a claim').default('groups'),
  /** Seals sessions; the same for every replica. */
  sessionKeyFile: filePath,
  caFile: filePath.exactOptional(),
});

const argocdProxy = z.strictObject({
  /** Addresses that Argo CD's API servers call from. */
  trusted: z.array(addressRange).min(1, 'a list of at least one address or range'),
  /** What they show in the header X-Tidegate-Proxy-Secret. */
  secretFile: filePath,
});

const personsRights = z.array(z.enum(RIGHTS_OF_KIND.person)).min(1, 'a list of at least one right');

const people = z
  .strictObject({
    /** Rights by group; `*` is everybody who signs in. */
    groups: z.record(z.string().min(1), personsRights),
    oidc: oidc.exactOptional(),
    argocdProxy: argocdProxy.exactOptional(),
  })
  .refine(
    (way) => way.oidc !== undefined || way.argocdProxy !== undefined,
    'an object with oidc, argocdProxy or both: the ways in which people come',
  );

/** The section `identity`. */
export const identity = z.strictObject({
  tokens: z.array(token).default([]),
  /** Whose projected ServiceAccount tokens are taken from the issuers of the clusters. */
  hooks: z.strictObject({ audience, subjects, maxLifetime }).exactOptional(),
  /** Issuers of CI systems. */
  issuers: z.array(ciIssuer).default([]),
  people: people.exactOptional(),
});

/** Who may call, and what. */
export type IdentityConfig = z.output<typeof identity>;

/** The section with every path absolute. */
export function absoluteIdentity(section: IdentityConfig, folder: string): IdentityConfig {
  const { issuers, people: own } = section;
  return {
    ...section,
    issuers: issuers.map((issuer) => absoluteFiles(issuer, folder)),
    ...(own && {
      people: {
        ...own,
        ...(own.oidc && { oidc: absoluteFiles(own.oidc, folder) }),
        ...(own.argocdProxy && { argocdProxy: absoluteFiles(own.argocdProxy, folder) }),
      },
    }),
  };
}

/** An object in which every field that names a file starts at the root. */
export function absoluteFiles<T extends object>(given: T, folder: string): T {
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    key.endsWith('File') && typeof value === 'string' ? resolve(folder, value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}
