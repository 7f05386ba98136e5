import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { describeWith } from '../../support/tool.ts';
import { storeContract, type TestLedger } from '../contract.ts';
import { retentionContract } from '../retention-contract.ts';

describeWith(['postgres'], 'PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  const create = async (): Promise<TestLedger> => {
    const url = await postgres.createDatabase();
    let store = await openPostgresStore({ url }, failed);
    return {
      store,
      async reopen() {
        await store.close();
        store = await openPostgresStore({ url }, failed);
        return store;
      },
      dispose: () => store.close(),
    };
  };
  storeContract('PostgreSQL', create);
  retentionContract('PostgreSQL', create);
});

function failed(error: unknown): never {
  throw error;
}
