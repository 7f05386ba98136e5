import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { storeContract, type TestLedger } from '../contract.ts';
import { retentionContract } from '../retention-contract.ts';

async function create(): Promise<TestLedger> {
  const dir = new TempDir();
  const path = `${dir.path}/ledger.sqlite`;
  let store = await openSqliteStore(path);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openSqliteStore(path);
      return store;
    },
    async dispose() {
      await store.close();
      dir[Symbol.dispose]();
    },
  };
}

storeContract('SQLite', create);
retentionContract('SQLite', create);
