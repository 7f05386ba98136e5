import { ConflictError, isTidegateError, UnavailableError } from '../../domain/errors.ts';

interface Meaning {
  readonly code: string;
  readonly advice: string;
}

const UNREACHABLE: Meaning = {
  code: 'store/unreachable',
  advice: 'the server must run and be reachable; nothing is lost, ask again',
};
const REFUSED: Meaning = {
  code: 'store/refused',
  advice: 'user, password and pg_hba.conf must let the gate in',
};
const FULL: Meaning = {
  code: 'store/full',
  advice: 'its disk is full; free or add space, the gate goes on by itself',
};
const SLOW: Meaning = {
  code: 'store/slow',
  advice: 'it took too long; look for locks and load on the server',
};
const FAILED: Meaning = { code: 'store/failed', advice: 'the cause tells more; nothing was written' };

/**
 * What SQLSTATEs mean here, by code or class of two characters, and what to do about each.
 *
 * @see PostgreSQL documentation, appendix A
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': UNREACHABLE,
  '25006': { code: 'store/read-only', advice: 'it is a standby or read-only; name the primary' },
  '28': REFUSED,
  '3D000': { code: 'store/missing', advice: 'create the database; the gate makes its own tables' },
  '42501': { code: 'store/forbidden', advice: 'the user must own its tables, or may create in the schema' },
  '53100': FULL,
  '53': { code: 'store/overloaded', advice: 'it is out of connections or memory; raise its limits' },
  '55P03': SLOW,
  '57014': SLOW,
  '57': UNREACHABLE,
  '58': { code: 'store/io', advice: 'its disk failed to read or write; check its volume and log' },
  XX: { code: 'store/corrupt', advice: 'its data is damaged; check its log, restore a backup' },
};

const UNIQUE_VIOLATION = '23505';

/** Another transaction was in the way: serialization failure, deadlock. */
const RETRIED = ['40001', '40P01'];

/** An error of PostgreSQL, or of the way to it, as one of ours. */
export function translated(error: unknown, name: string): Error {
  if (isTidegateError(error)) return error;
  const state = sqlState(error);
  if (state === UNIQUE_VIOLATION) {
    return new ConflictError(
      'store/stale-run',
      'another attempt, run or minute was written first; read again and decide again',
      { cause: error },
    );
  }
  const { code, advice } = meaningOf(state);
  const said = error instanceof Error && error.message !== '' ? error.message : String(state ?? error);
  return new UnavailableError(code, `${name} can't be used (${said}): ${advice}`, { cause: error });
}

/** Whether the same transaction may succeed when it is tried again. */
export function mayRetry(error: unknown): boolean {
  return RETRIED.includes(sqlState(error) ?? '');
}

// What has no SQLSTATE was not said by the server: refused, cut, timed out, not found.
function meaningOf(state: string | undefined): Meaning {
  if (state === undefined) return UNREACHABLE;
  return MEANINGS[state] ?? MEANINGS[state.slice(0, 2)] ?? FAILED;
}

function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
