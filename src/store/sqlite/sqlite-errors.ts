import { ConflictError, isTidegateError, UnavailableError } from '../../domain/errors.ts';

/** What SQLite's result codes mean here, and what to do about each. */
const MEANINGS: Readonly<Record<number, { readonly code: string; readonly advice: string }>> = {
  5: { code: 'store/locked', advice: 'another process has it open; a ledger belongs to one gate' },
  6: { code: 'store/locked', advice: 'another process has it open; a ledger belongs to one gate' },
  8: {
    code: 'store/read-only',
    advice: 'make the file, its folder and the file system writable for the gate',
  },
  10: { code: 'store/io', advice: 'the disk failed to read or write; check the volume and the system log' },
  11: { code: 'store/corrupt', advice: 'the file is damaged; restore it from a backup' },
  13: { code: 'store/full', advice: 'the disk is full; free or add space, the gate goes on by itself' },
  14: { code: 'store/unwritable', advice: 'the folder must exist and be writable for the gate' },
  26: {
    code: 'store/corrupt',
    advice: 'the file is no SQLite database; name another one or restore a backup',
  },
};

const FAILED = { code: 'store/failed', advice: 'the cause tells more; nothing was written' };

/** Extended result codes of a row that is there already: by a unique index, by a primary key. */
const TAKEN = [2067, 1555];

/** An error of SQLite as one of ours: a row that is taken is a stale run, everything else is a ledger that can't be used. */
export function translated(error: unknown, path: string): Error {
  if (isTidegateError(error)) return error;
  const result = resultCode(error);
  if (result !== undefined && TAKEN.includes(result)) {
    return new ConflictError(
      'store/stale-run',
      'another attempt, run or minute was written first; read again and decide again',
      { cause: error },
    );
  }
  const { code, advice } = (result !== undefined && MEANINGS[result & 0xff]) || FAILED;
  const said = error instanceof Error ? error.message : String(error);
  return new UnavailableError(code, `the ledger ${path} can't be used (${said}): ${advice}`, {
    cause: error,
  });
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
