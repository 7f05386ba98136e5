import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '../../domain/errors.ts';
import { translated } from './sqlite-errors.ts';

/** How long a start waits for the process before it to let go. */
const BUSY_TIMEOUT_MS = 1_000;

/** A ledger that only this process writes to. */
export interface OpenDatabase {
  readonly path: string;
  readonly database: DatabaseSync;
  /** Closes the database, lets go of the ledger and tidies up what stands beside it. */
  released(): void;
}

/**
 * Opens or creates a ledger, for this process alone: a lock on a file beside it lasts until the process lets go or dies,
 * however it dies. Others can read the ledger meanwhile, to back it up or to verify it. A second file tells who holds it.
 *
 * @param path   a file, or `:memory:` for one that is gone with the process
 * @param isOurs whether another thread of this process has the lock
 * @throws UnavailableError `store/locked` while another process has it, `store/unwritable`, `store/read-only`, `store/corrupt`
 */
export function openDatabase(path: string, { isOurs = false } = {}): OpenDatabase {
  const pidFile = isOurs || path === ':memory:' ? undefined : `${path}.pid`;
  refuseReadOnly(path);
  const undo: (() => void)[] = [];
  const released = () => {
    for (const step of undo.splice(0).toReversed()) step();
  };
  try {
    if (pidFile) {
      const lock = lockBeside(path);
      undo.push(() => lock.close());
      writeFileSync(pidFile, `${process.pid} ${hostname()}\n`);
      undo.push(() => rmSync(pidFile, { force: true }));
    }
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    undo.push(() => database.isOpen && database.close());
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = full');
    return { path, database, released };
  } catch (error) {
    released();
    const ours = translated(error, path);
    if (!(ours instanceof UnavailableError) || ours.code !== 'store/locked') throw ours;
    throw new UnavailableError(
      'store/locked',
      `the ledger ${path} is open in ${holderOf(pidFile)}: a ledger belongs to one gate; stop that one, or name another file`,
      { cause: error },
    );
  }
}

// An empty database, locked as a whole: the system gives the lock back when the process dies.
function lockBeside(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${existsSync(path) ? realpathSync(path) : path}.lock`, {
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
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
