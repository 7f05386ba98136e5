import { expect, test } from 'vitest';
import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { looksInWorker } from '../../src/cli/looks/look-in-worker.ts';
import { prometheusSource } from '../../src/cli/prometheus-source.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { watchConfig } from '../../src/config/config-watch.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { call } from '../http/start-app.ts';
import { TempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const configText = (app: string) => `
gate: {listen: 127.0.0.1:0, readers: public, store: {sqlite: tidegate.sqlite}}
sources: [{name: fleet, kind: prometheus, url: 'http://127.0.0.1:9'}]
fleet: {clusters: [{name: prod-1, wave: prod, class: large, region: eu-west-1, source: fleet}]}
waves: [{name: prod, policy: strict}]
apps: [{name: ${app}, components: [dns]}]
`;

/** The file is read every ten seconds, and looks are fifteen apart. */
const PATIENCE = { timeoutMs: 45_000 };

test('a thread looks, tells of it, and goes by the configuration that is put in force meanwhile', async () => {
  using dir = new TempDir();
  const path = dir.write('tidegate.yaml', configText('old'));
  const configFile = watchConfig(path, { logLevel: 'error' });
  const gate = await startGate({
    config: configFile.config,
    configFile,
    bundle: bundleOf(configFile.config),
    clock: systemClock,
    log: createLog('error', { write: () => undefined }),
    createSource: prometheusSource,
    looks: looksInWorker('error'),
  });
  try {
    const json = { app: 'old', cluster: 'prod-1', revision: 'r1', phase: 'PreSync' };
    const { body } = await call(`${gate.url}/v1/verdicts`, { json });
    expect(body).toMatchObject({ verdict: 'hold', state: 'asked' });
    const run = async () => (await call(`${gate.url}/v1/runs/${body?.['runId']}`)).body;
    const metrics = async () => (await call(`${gate.url}/metrics`)).text;
    await waitFor('a look of the thread', async () =>
      (await metrics()).includes('tidegate_looks_total{outcome="completed"} '),
    );
    expect(await metrics()).toContain('tidegate_shards_held 64');
    expect(await run()).toMatchObject({ state: 'asked' });

    dir.write('tidegate.yaml', configText('new'));

    // Only a look abandons a run whose app is gone.
    await waitFor('the run is abandoned', async () => (await run())?.['state'] === 'abandoned', PATIENCE);
    await waitFor('the metrics tell of it', async () =>
      (await metrics()).includes('tidegate_open_runs{state="asked"} 0'),
    );
  } finally {
    await gate.stop();
  }
}, 60_000);
