import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { CATALOGUE } from '../src/catalogue/catalogue.ts';
import { bundleOf } from '../src/cli/bundle.ts';
import { startGate } from '../src/cli/compose-gate.ts';
import { freeAddress } from '../src/cli/free-address.ts';
import { systemClock } from '../src/cli/system-clock.ts';
import { parseConfig } from '../src/config/load-config.ts';
import { listen } from '../src/http/server.ts';
import { renderCheckedAlerts, renderChecks } from '../src/render/checks/render-checks.ts';
import { createFleet } from '../src/simulator/fleet.ts';
import { seededRandom } from '../src/simulator/random.ts';
import { createSimulatedSource } from '../src/sources/simulated/simulated-source.ts';
import { createLog } from '../src/telemetry/log.ts';

// A process of its own, so that the client's work does not count as the server's: prints its addresses, ends on SIGTERM.

/** Signals that the gate watches here: enough for a real verdict, few enough to open a thousand runs in a minute. */
const WATCHED = ['api-errors', 'node-readiness', 'dns-latency', 'dns-errors', 'dns-replicas'];

const clusters = Array.from({ length: Number(process.argv[2]) }, (_, at) => `cluster-${at}`);
const folder = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
const text = JSON.stringify({
  gate: { listen: await freeAddress(), store: { sqlite: join(folder, 'ledger.sqlite') } },
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
});
const config = parseConfig(text, { source: 'bench', folder, environment: { logLevel: 'error' } });
const bundle = bundleOf(config);
const checks = renderChecks(bundle);
const alerts = renderCheckedAlerts(bundle);
const random = seededRandom(1);
const fleet = createFleet({ clusters: clusters.map((name) => ({ name })), checks, alerts, random });
const gate = await startGate({
  config,
  bundle,
  clock: systemClock,
  log: createLog('error'),
  createSource: ({ source }) => createSimulatedSource({ name: source.name, fleet, checks }),
});

// The floor: the same framework, the same kind of body in and out, and nothing in between.
const bare = express();
bare.disable('x-powered-by');
bare.disable('etag');
bare.post('/v1/verdicts', express.json(), (request, response) => {
  response.json({
    verdict: 'hold',
    reason: 'run/soaking',
    cluster: request.body.cluster,
    reasons: [{ code: 'x', text: 'y'.repeat(1_000) }],
  });
});
const floor = await listen(bare, { host: '127.0.0.1', port: 0 });

process.stdout.write(`${JSON.stringify({ gate: gate.url, bare: floor.url })}\n`);
process.once('SIGTERM', async () => {
  await Promise.all([gate.stop(), floor.stop()]);
  await rm(folder, { recursive: true });
});
