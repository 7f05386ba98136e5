import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '../../domain/errors.ts';
import { translated } from './sqlite-errors.ts';

/** How long a start waits for the process before it to let go. */
const BUSY_TIMEOUT_MS = 1_000;

/** A ledger that only this process holds. */
export interface OpenDatabase {
  readonly path: string;
  readonly database: DatabaseSync;
  /** Tidies up what stands beside the database; the database itself is closed by its user. */
  released(): void;
}

/**
 * Opens or creates a ledger, for this process alone: SQLite's exclusive lock lasts until the process closes the file or
 * dies, however it dies. Beside it a file tells others who holds it.
 *
 * @param path a file, or `:memory:` for one that is gone with the process
 * @throws UnavailableError `store/locked` while another process has it, `store/unwritable`, `store/read-only`, `store/corrupt`
 */
export function openDatabase(path: string): OpenDatabase {
  const pidFile = path === ':memory:' ? undefined : `${path}.pid`;
  refuseReadOnly(path);
  try {
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    try {
      database.exec('pragma locking_mode = exclusive');
      // The first use takes the lock, and this is it.
      database.exec('pragma journal_mode = wal');
      database.exec('pragma synchronous = full');
      if (pidFile) writeFileSync(pidFile, `${process.pid} ${hostname()}\n`);
    } catch (error) {
      database.close();
      throw error;
    }
    return { path, database, released: () => pidFile && rmSync(pidFile, { force: true }) };
  } catch (error) {
    const ours = translated(error, path);
    if (!(ours instanceof UnavailableError) || ours.code !== 'store/locked') throw ours;
    throw new UnavailableError(
      'store/locked',
      `the ledger ${path} is open in ${holderOf(pidFile)}: a ledger belongs to one gate; stop that one, or name another file`,
      { cause: error },
    );
  }
}

// SQLite opens such a file for reading, and fails only later, with an error about locks.
function refuseReadOnly(path: string): void {
  if (!existsSync(path)) return;
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new UnavailableError(
      'store/read-only',
      `the ledger ${path} can't be written: make the file and its file system writable for the gate`,
      { cause },
    );
  }
}

function holderOf(pidFile: string | undefined): string {
  const unknown = 'another process';
  if (pidFile === undefined) return unknown;
  try {
    const [pid, host] = readFileSync(pidFile, 'utf8').trim().split(' ');
    return pid ? `process ${pid} on ${host ?? 'this host'}` : unknown;
  } catch {
    // Who holds it is a courtesy; that it is held is known without.
    return unknown;
  }
}
