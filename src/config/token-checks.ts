import type { ConfigProblem } from '../domain/errors.ts';
import { RIGHTS } from '../domain/rights.ts';
import { RESERVED_NAMES } from '../identity/identity.ts';
import { RIGHTS_OF_KIND, TOKEN_KINDS } from '../identity/token-kinds.ts';
import { type Draft, namesOf } from './draft.ts';

/** What tokens are checked against. */
export interface TokenContext {
  readonly token: readonly Draft[];
  /** Undefined where the fleet is not in the file. */
  readonly clusterNames: readonly string[] | undefined;
  readonly app: readonly Draft[];
}

/** Tokens that would be taken for somebody else, are bound to nothing there is, or hold more than their kind may. */
export function tokenProblems({ token, clusterNames, app }: TokenContext): ConfigProblem[] {
  return [
    ...sameSecrets(token),
    ...token.flatMap(reservedName),
    ...token.flatMap((draft) => unknownTargets(draft, 'clusters', clusterNames)),
    ...token.flatMap((draft) => unknownTargets(draft, 'apps', namesOf(app))),
    ...token.flatMap(rightsBeyondKind),
    ...token.flatMap(unboundCapability),
  ];
}

function sameSecrets(tokens: readonly Draft[]): ConfigProblem[] {
  const first = new Map<unknown, string>();
  return tokens.flatMap(({ path, fields: { sha256 } }) => {
    const before = first.get(sha256);
    if (sha256 === undefined || before === undefined) {
      first.set(sha256, path);
      return [];
    }
    const message = `is the token of ${before} already; nobody could tell the two callers apart`;
    return [{ path: `${path}.sha256`, message }];
  });
}

function reservedName({ path, fields: { name } }: Draft): ConfigProblem[] {
  if (typeof name !== 'string' || !RESERVED_NAMES.includes(name)) return [];
  const message = `${JSON.stringify(name)} is what the audit log calls the gate's own callers; take another name`;
  return [{ path: `${path}.name`, message }];
}

/** Names in a list of clusters or apps that there are none of. */
export function unknownTargets(
  { path, fields }: Draft,
  what: 'clusters' | 'apps',
  known: readonly string[] | undefined,
): ConfigProblem[] {
  if (known === undefined) return [];
  return listOf(fields[what]).flatMap((name, at) =>
    typeof name !== 'string' || known.includes(name)
      ? []
      : [
          {
            path: `${path}.${what}[${at}]`,
            message: `${JSON.stringify(name)} is none of the ${what}, which are ${known.join(', ') || 'none'}`,
          },
        ],
  );
}

function rightsBeyondKind({ path, fields: { kind, rights } }: Draft): ConfigProblem[] {
  const known = TOKEN_KINDS.find((each) => each === kind);
  if (known === undefined) return [];
  const allowed: readonly unknown[] = RIGHTS_OF_KIND[known];
  return listOf(rights).flatMap((right, at) =>
    allowed.includes(right) || !RIGHTS.some((each) => each === right)
      ? []
      : [
          {
            path: `${path}.rights[${at}]`,
            message: `${JSON.stringify(right)} is more than a token of kind ${known} may have, which is ${allowed.join(', ')}`,
          },
        ],
  );
}

/** Addresses leak: what one lets its finder do must be little, and must end. */
function unboundCapability({ path, fields }: Draft): ConfigProblem[] {
  if (fields['kind'] !== 'capability') return [];
  const wide = (['clusters', 'apps'] as const)
    .filter((what) => listOf(fields[what]).length !== 1)
    .map((what) => ({
      path: `${path}.${what}`,
      message: `must name exactly one: a capability is the address of one app on one cluster`,
    }));
  const message = 'is missing: an address gets known in time, so a capability ends';
  return fields['expires'] === undefined ? [...wide, { path: `${path}.expires`, message }] : wide;
}

/** A list, or an empty one where something else stands. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
