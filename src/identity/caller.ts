import { IdentityError } from '../domain/errors.ts';
import type { Right } from '../domain/rights.ts';

/** Clusters and apps that a caller may act on; a list that is absent leaves all of them. */
export interface Scope {
  readonly clusters?: readonly string[];
  readonly apps?: readonly string[];
}

/** Somebody the gate knows. */
export interface KnownCaller {
  /** The name that stands in the audit log. */
  readonly name: string;
  readonly rights: ReadonlySet<Right>;
  /** Bounds what it acts on; whoever may read reads everything. */
  readonly scope: Scope;
  /** Nobody in particular: may name the person in whose name it acts. */
  readonly shared: boolean;
}

/** What a route asks for: nothing, or a right. */
export type Access = 'open' | Right;

/**
 * Lets a caller in, or not.
 *
 * @param caller undefined for one who showed no token
 * @throws IdentityError 401 `identity/missing`, 403 `identity/right`
 */
export function requireAccess(caller: KnownCaller | undefined, access: Access): void {
  if (access === 'open' || caller?.rights.has(access)) return;
  if (caller === undefined || isPublic(caller)) {
    throw new IdentityError(
      'identity/missing',
      `This needs a token with the right "${access}"; send it as "Authorization: Bearer <token>".`,
      401,
    );
  }
  throw new IdentityError(
    'identity/right',
    `${caller.name} has no right "${access}", which this needs; it has ${[...caller.rights].join(', ') || 'none'}.`,
    403,
  );
}

/**
 * Lets a caller act on something, or not.
 *
 * @throws IdentityError 403 `identity/scope`
 */
export function requireScope(
  { name, scope }: KnownCaller,
  target: { readonly cluster?: string; readonly app?: string },
): void {
  refuseOutside(name, 'clusters', scope.clusters, target.cluster);
  refuseOutside(name, 'apps', scope.apps, target.app);
}

function refuseOutside(
  caller: string,
  what: 'clusters' | 'apps',
  allowed: readonly string[] | undefined,
  named: string | undefined,
): void {
  if (allowed === undefined || named === undefined || allowed.includes(named)) return;
  throw new IdentityError(
    'identity/scope',
    `${caller} is bound to the ${what} ${allowed.join(', ')} and can't speak for ${named}.`,
    403,
  );
}

/**
 * In whose name a caller decides: its own, or with a token that many share the one it names.
 *
 * @throws IdentityError 403 `identity/actor` when a token of its own names somebody else
 */
export function actorOf({ name, shared }: KnownCaller, named: string | undefined): string {
  if (named === undefined || named === name || shared) return named ?? name;
  throw new IdentityError(
    'identity/actor',
    `${name} decides in its own name only; leave "actor" out, or let ${named} do it.`,
    403,
  );
}

/** Whoever reads where readers are public. */
export const PUBLIC_READER: KnownCaller = {
  name: 'reader',
  rights: new Set(['read']),
  scope: {},
  shared: true,
};

function isPublic(caller: KnownCaller): boolean {
  return caller === PUBLIC_READER;
}
