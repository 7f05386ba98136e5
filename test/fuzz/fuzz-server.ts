import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RIGHTS_OF_KIND, TOKEN_KINDS } from '../../src/identity/token-kinds.ts';
import { startSimulatedGate } from '../support/simulated-gate.ts';

// A real gate in a process of its own, so that a crash is one and its memory is its own: prints what it knows, on SIGUSR2 what
// its heap holds, and ends on SIGTERM. Needs --expose-gc.

const CLUSTERS = ['cluster-0', 'cluster-1', 'cluster-2'];
const folder = await mkdtemp(join(tmpdir(), 'tidegate-fuzz-'));
const gate = await startSimulatedGate(
  {
    gate: { listen: '127.0.0.1:0', store: { sqlite: join(folder, 'ledger.sqlite') } },
    identity: {
      tokens: TOKEN_KINDS.map((kind) => ({
        name: `a-${kind}`,
        kind,
        sha256: createHash('sha256').update(`${kind}-token`).digest('hex'),
        ...(kind === 'capability' && {
          clusters: CLUSTERS.slice(0, 1),
          apps: ['platform-bom'],
          expires: '2099-12-31',
        }),
      })),
    },
    sources: [{ name: 'simulated', kind: 'prometheus', url: 'http://127.0.0.1:9' }],
    fleet: {
      clusters: CLUSTERS.map((name, at) => ({
        name,
        wave: at === 0 ? 'first' : 'second',
        class: 'standard',
        region: 'eu-central-1',
        source: 'simulated',
      })),
    },
    waves: [
      { name: 'first', policy: 'quick' },
      { name: 'second', policy: 'strict' },
    ],
    apps: [
      { name: 'platform-bom', components: ['dns'] },
      { name: 'observed', components: ['nodes'], mode: 'observe' },
    ],
  },
  folder,
);
const known = {
  app: ['platform-bom', 'observed'],
  cluster: CLUSTERS,
  name: CLUSTERS,
  alert: ['CoreDnsLatencyHigh', 'GateBlind'],
  digest: ['sha256:1', 'sha256:2'],
  revision: ['r1', 'r2'],
  capability: ['capability-token'],
  checksum: ['sha256:1', 'sha256:2'],
  // A verdict is waited for a second at most: there is much to ask.
  wait: ['0', '0', '0', '0', '1'],
};
const tokens = TOKEN_KINDS.map((kind) => ({ token: `${kind}-token`, rights: RIGHTS_OF_KIND[kind] }));
process.stdout.write(`${JSON.stringify({ url: gate.url, known, tokens })}\n`);
// Garbage that nobody has collected yet is no leak: it is collected before the heap is told.
let told = 0;
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  told += 1;
  process.stdout.write(`heap ${told}: ${process.memoryUsage().heapUsed}\n`);
});
process.once('SIGTERM', async () => {
  await gate.stop();
  await rm(folder, { recursive: true });
});
