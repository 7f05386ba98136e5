import { IdentityError } from '../domain/errors.ts';
import type { Right } from '../domain/rights.ts';
import type { KnownCaller } from './caller.ts';

/** Rights by group of people. */
export type GroupRights = Readonly<Record<string, readonly Right[]>>;

/** The group of everybody who signs in. */
const EVERYBODY = '*';

/** Those of a person's groups that give rights; the others are nobody's business here. */
export function knownGroups(groups: readonly string[], rights: GroupRights): string[] {
  return groups.filter((group) => group !== EVERYBODY && Object.hasOwn(rights, group));
}

/**
 * A person who was identified elsewhere.
 *
 * @param way  where; before the name in the audit log, so that nobody takes the name of a token or of the gate itself
 * @throws IdentityError 403 `identity/name` for a name that can't stand in a log
 */
export function personOf(
  way: 'oidc' | 'argocd',
  { name, groups }: { readonly name: unknown; readonly groups: readonly string[] },
  rights: GroupRights,
): KnownCaller {
  if (typeof name !== 'string' || !/^[^\p{C}\s][^\p{C}]{0,199}$/u.test(name)) {
    const message = 'Who you are was told without a name of 1 to 200 characters; ask who runs the sign-in.';
    throw new IdentityError('identity/name', message, 403);
  }
  const own = [EVERYBODY, ...knownGroups(groups, rights)].flatMap((group) => rights[group] ?? []);
  return { name: `${way}:${name}`, rights: new Set(own), scope: {}, shared: false };
}
