import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { draft, newRun } from '../ledger-data.ts';

// A process of its own that writes as fast as it can and prints what was acknowledged, until it is killed.
const [, , path = '', mode = 'write'] = process.argv;
const store = await openSqliteStore(path);
process.stdout.write('open\n');
if (mode === 'hold') setInterval(() => undefined, 1_000);

for (let number = 1; mode === 'write'; number += 1) {
  const run = newRun({ cluster: `c${number}` });
  const row = { minute: 60_000, json: '{}' };
  await store.commit({
    runs: [run],
    audit: [draft('written', { runId: run.id, data: { number } })],
    minutes: { runId: run.id, rows: [row] },
  });
  process.stdout.write(`acknowledged ${run.id}\n`);
}
