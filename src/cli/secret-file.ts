import { readFileSync } from 'node:fs';
import { type ConfigProblem, UnavailableError } from '../domain/errors.ts';

/** Shorter ones are found by trying. */
const LEAST_LENGTH = 16;

/**
 * A secret that a file holds, without the white space around it; the message never holds it.
 *
 * @throws UnavailableError `identity/secret-file` when it can't be read or is too short
 */
export function readSecretFile(file: string): string {
  const text = readTextFile(file).trim();
  if (text.length >= LEAST_LENGTH) return text;
  throw refusal(file, `holds ${text.length} characters; expected a secret of ${LEAST_LENGTH} or more`);
}

/**
 * The text of a file that a configuration names.
 *
 * @throws UnavailableError `identity/secret-file` when it can't be read
 */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw refusal(file, `can't be read (${code}); name a file that this user may read`, cause);
  }
}

/** What is wrong with a file of secrets that a configuration names at a path, if anything. */
export function secretFileProblems(path: string, file: string | undefined): ConfigProblem[] {
  if (file === undefined) return [];
  try {
    readSecretFile(file);
    return [];
  } catch (error) {
    if (error instanceof UnavailableError) return [{ path, message: error.message }];
    throw error;
  }
}

function refusal(file: string, why: string, cause?: unknown): UnavailableError {
  return new UnavailableError('identity/secret-file', `${file} ${why}.`, { cause });
}
