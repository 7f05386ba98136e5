import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '../src/catalogue/catalogue.ts';
import { startSimulatedGate } from '../test/support/simulated-gate.ts';
import { startBareExpress } from './bare-express.ts';

// A process of its own, so that the client's work does not count as the server's: prints its addresses, ends on SIGTERM.

/** Signals that the gate watches here: enough for a real verdict, few enough to open a thousand runs in a minute. */
const WATCHED = ['api-errors', 'node-readiness', 'dns-latency', 'dns-errors', 'dns-replicas'];

const clusters = Array.from({ length: Number(process.argv[2]) }, (_, at) => `cluster-${at}`);
const folder = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
const gate = await startSimulatedGate(
  {
    gate: { listen: '127.0.0.1:0', store: { sqlite: join(folder, 'ledger.sqlite') } },
    sources: [{ name: 'simulated', kind: 'prometheus', url: 'http://127.0.0.1:9' }],
    fleet: {
      clusters: clusters.map((name) => ({
        name,
        wave: 'all',
        class: 'standard',
        region: 'eu-central-1',
        source: 'simulated',
      })),
    },
    waves: [{ name: 'all', policy: 'strict' }],
    apps: [{ name: 'platform-bom', components: ['dns'] }],
    bundle: { leaveOut: CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.includes(id)) },
  },
  folder,
);
const floor = await startBareExpress();

process.stdout.write(`${JSON.stringify({ gate: gate.url, bare: floor.url })}\n`);
process.once('SIGTERM', async () => {
  await Promise.all([gate.stop(), floor.stop()]);
  await rm(folder, { recursive: true });
});
