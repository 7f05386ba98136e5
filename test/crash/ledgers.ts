import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { startPostgres } from '../support/postgres.ts';
import { TempDir } from '../support/temp-dir.ts';
import type { CrashLedgers } from './crash-rounds.ts';

/** Files in a folder of their own, one gate each. */
export function sqliteLedgers(): CrashLedgers & Disposable {
  const dir = new TempDir();
  let count = 0;
  return {
    name: 'sqlite',
    replicas: 1,
    async create() {
      count += 1;
      return { sqlite: `${dir.path}/ledger-${count}.sqlite` };
    },
    open: (where) => openSqliteStore('sqlite' in where ? where.sqlite : ''),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** Databases of a PostgreSQL of their own that flushes as in production, three replicas each. */
export async function postgresLedgers(): Promise<CrashLedgers & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const postgres = resources.use(await startPostgres({ settings: ['fsync=on'] }));
  const owned = resources.move();
  return {
    name: 'postgres',
    replicas: 3,
    async create() {
      const url = await postgres.createDatabase();
      return { postgres: { urlFile: dir.write(`${url.slice(url.lastIndexOf('/') + 1)}.url`, url) } };
    },
    open: (where) =>
      openPostgresStore('postgres' in where ? where.postgres : { url: '' }, (error) => {
        throw error;
      }),
    async crash() {
      await postgres.stop('immediate');
      await postgres.start();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
