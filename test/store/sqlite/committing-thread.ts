import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { draft, newRun } from '../ledger-data.ts';

// A thread that writes to a ledger which another one has open.
const { path, turns, count } = workerData as {
  readonly path: string;
  readonly turns: SharedArrayBuffer;
  readonly count: number;
};
const store = await openSqliteStore(path, turns);
for (let number = 1; number <= count; number += 1) {
  const run = newRun({ cluster: `thread-${number}` });
  await store.commit({ runs: [run], audit: [draft('written', { runId: run.id })] });
}
await store.close();
parentPort?.postMessage('done');
