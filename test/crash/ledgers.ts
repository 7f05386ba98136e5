import { setTimeout as wait } from 'node:timers/promises';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { throughNetwork } from '../support/network.ts';
import { startPostgres } from '../support/postgres.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { TempDir } from '../support/temp-dir.ts';
import type { CrashLedgers } from './crash-rounds.ts';

/** For how long a disk is full: some looks, and more asks. */
const FULL_MS = 300;

/** Files in a folder of their own, one gate each; on a disk that can be full, where we may mount one. */
export function sqliteLedgers(): CrashLedgers & Disposable {
  const disk = mountSmallDisk();
  const dir = disk ?? new TempDir();
  let count = 0;
  return {
    name: 'sqlite',
    replicas: 1,
    async create() {
      count += 1;
      return { sqlite: `${dir.path}/ledger-${count}.sqlite` };
    },
    open: (where) => openSqliteStore('sqlite' in where ? where.sqlite : ''),
    troubles: disk
      ? {
          async full() {
            disk.fill();
            await wait(FULL_MS);
            disk.free();
          },
        }
      : {},
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** Databases of a PostgreSQL of their own that flushes as in production, three replicas each. */
export async function postgresLedgers(): Promise<CrashLedgers & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const postgres = resources.use(
    // Rounds leave many databases behind; after a crash one call flushes them all, instead of one for each file.
    await startPostgres({ settings: ['fsync=on', 'recovery_init_sync_method=syncfs'] }),
  );
  const network = resources.use(await throughNetwork(postgres.port));
  const owned = resources.move();
  const restart = async (mode: 'fast' | 'immediate') => {
    await postgres.stop(mode);
    await postgres.start();
  };
  return {
    name: 'postgres',
    replicas: 3,
    async create() {
      const url = (await postgres.createDatabase()).replace(String(postgres.port), String(network.port));
      return { postgres: { urlFile: dir.write(`${url.slice(url.lastIndexOf('/') + 1)}.url`, url) } };
    },
    open: (where) =>
      openPostgresStore('postgres' in where ? where.postgres : { url: '' }, (error) => {
        throw error;
      }),
    troubles: {
      stopped: () => restart('fast'),
      crashed: () => restart('immediate'),
      cut: async () => void network.cut(),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
