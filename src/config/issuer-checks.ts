import type { ConfigProblem } from '../domain/errors.ts';
import { type Draft, namesOf } from './draft.ts';
import { listOf, unknownTargets } from './token-checks.ts';

/** What issuers are checked against. */
export interface IssuerContext {
  readonly identity: Draft;
  /** `identity.issuers`. */
  readonly issuer: readonly Draft[];
  readonly cluster: readonly Draft[];
  /** Undefined where the fleet is not in the file. */
  readonly clusterNames: readonly string[] | undefined;
  readonly app: readonly Draft[];
}

/** Whether the section `identity` lets anybody in; right or wrong in shape. */
export function hasIdentities({ tokens, hooks, issuers, people }: Draft['fields']): boolean {
  return (
    listOf(tokens).length > 0 ||
    [hooks, people].some((part) => part !== undefined) ||
    listOf(issuers).length > 0
  );
}

/** Issuers that stand for two callers or for nobody, and subjects that would let in everybody. */
export function issuerProblems({
  identity,
  issuer,
  cluster,
  clusterNames,
  app,
}: IssuerContext): ConfigProblem[] {
  return [
    ...sameIssuers([...cluster, ...issuer]),
    ...nobodysIssuers(identity, cluster),
    ...issuer.flatMap((draft) => unknownTargets(draft, 'clusters', clusterNames)),
    ...issuer.flatMap((draft) => unknownTargets(draft, 'apps', namesOf(app))),
    ...issuer.flatMap(everybodysSubjects),
  ];
}

/** The caller is derived from the issuer: one that stands for two clusters would let each speak for the other. */
function sameIssuers(drafts: readonly Draft[]): ConfigProblem[] {
  const first = new Map<string, string>();
  return drafts.flatMap((draft) => {
    const own = issuerOf(draft);
    if (own === undefined) return [];
    const before = first.get(own);
    const path = `${draft.path}.issuer`;
    if (before === undefined) {
      first.set(own, path);
      return [];
    }
    return [{ path, message: `is the issuer of ${before} already; nobody could tell whose its tokens are` }];
  });
}

function nobodysIssuers({ path, fields: { hooks } }: Draft, clusters: readonly Draft[]): ConfigProblem[] {
  const told = clusters.find((draft) => issuerOf(draft) !== undefined);
  if (told === undefined || hooks !== undefined) return [];
  const message = `is missing, and ${told.path} has an issuer; say whose tokens are taken: {subjects: ['system:serviceaccount:<namespace>:tidegate-hook']}`;
  return [{ path: `${path}.hooks`, message }];
}

/** A CI system of many customers signs for all of them: what stands before the first slash or colon says for whom. */
function everybodysSubjects({ path, fields: { subjects } }: Draft): ConfigProblem[] {
  return listOf(subjects).flatMap((subject, at) =>
    typeof subject === 'string' && /^[^:/]*\*|^[^:/]*:[^/]*\*[^/]*(\/|$)/.test(subject)
      ? [
          {
            path: `${path}.subjects[${at}]`,
            message: `${JSON.stringify(subject)} would let in whoever the issuer signs for; name the owner, as in repo:<owner>/*:ref:refs/heads/main`,
          },
        ]
      : [],
  );
}

function issuerOf({ fields: { issuer } }: Draft): string | undefined {
  const own: unknown =
    typeof issuer === 'object' && issuer !== null && 'issuer' in issuer ? issuer.issuer : issuer;
  return typeof own === 'string' ? own : undefined;
}
