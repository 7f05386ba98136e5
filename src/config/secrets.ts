import type { ConfigProblem } from '../domain/errors.ts';
import { pathText } from '../http/schema-problems.ts';

/** Keys whose text would be a secret, whatever section they stand in. */
const SECRET_KEY =
  /^(.*[-_.]?(password|passwd|secret|api[-_]?key|access[-_]?key|credentials?)|token|bearer([-_]?token)?|authorization)$/i;

const CREDENTIALS_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]+@/i;

/**
 * Secrets that stand in the file itself, which ends up in Git. The messages never repeat them.
 *
 * @param raw the parsed file, right or wrong in shape
 */
export function secretProblems(raw: unknown, path: readonly (string | number)[] = []): ConfigProblem[] {
  if (Array.isArray(raw)) return raw.flatMap((item, at) => secretProblems(item, [...path, at]));
  if (typeof raw === 'object' && raw !== null) {
    return Object.entries(raw).flatMap(([key, value]) => secretProblems(value, [...path, key]));
  }
  const key = path.at(-1);
  const isScalar = typeof raw === 'string' || typeof raw === 'number';
  if (isScalar && typeof key === 'string' && SECRET_KEY.test(key)) {
    const message =
      'is a secret and has no place in the file; write it into a file of its own and name that (auth.bearerFile, postgres.urlFile)';
    return [{ path: pathText(path), message }];
  }
  if (typeof raw === 'string' && CREDENTIALS_IN_URL.test(raw)) {
    const message =
      'holds a user or password in its address; write the credentials into a file of their own and name that (auth.bearerFile, postgres.urlFile)';
    return [{ path: pathText(path), message }];
  }
  return [];
}
