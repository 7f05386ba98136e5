import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { describeWith } from '../../support/tool.ts';
import { storeContract } from '../contract.ts';

describeWith(['postgres'], 'PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  storeContract('PostgreSQL', async () => {
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
  });
});

function failed(error: unknown): never {
  throw error;
}
