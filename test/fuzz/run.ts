import { parseArgs } from 'node:util';
import { fuzzGate } from './fuzz-gate.ts';

// By hand: npm run fuzz -- --requests 100000 --seed 7

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const requests = Number(values.requests);
const seed = Number(values.seed);
process.stderr.write(`${requests} requests, seed ${seed}\n`);
const started = performance.now();
const { statuses, warmBytes, endBytes } = await fuzzGate({ requests, seed });
const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
const rows = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `  ${status}: ${count}`);
process.stdout.write(
  `${rows.join('\n')}\nmemory: ${megabytes(warmBytes)} when warm, ${megabytes(endBytes)} at the end; ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
);
