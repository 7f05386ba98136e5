import { expect, test } from 'vitest';
import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { watchConfig } from '../../src/config/config-watch.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeSource } from '../gate/support/fake-source.ts';
import { ManualClock } from '../gate/support/manual-clock.ts';
import { NOON, QUIET } from '../gate/support/world.ts';
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

/** Longer than the file is left alone. */
const A_WHILE_MS = 10_000;

test('an edited file is in force without a restart, a wrong one changes nothing, and both are told', async () => {
  using dir = new TempDir();
  const path = dir.write('tidegate.yaml', configText('old'));
  const configFile = watchConfig(path, { logLevel: 'info' });
  const clock = new ManualClock(NOON);
  const lines: string[] = [];
  const gate = await startGate({
    config: configFile.config,
    configFile,
    bundle: bundleOf(configFile.config),
    clock,
    log: createLog('info', { write: (line) => void lines.push(line) }),
    createSource: ({ checks }) => new FakeSource('fleet', { checks, script: QUIET, now: () => clock.now() }),
  });
  const told = async (text: string) => {
    await waitFor(text, () => {
      clock.advance(A_WHILE_MS);
      return lines.some((line) => line.includes(text));
    });
  };
  const ask = async (app: string) => {
    const json = { app, cluster: 'prod-1', revision: 'r1', phase: 'PreSync' };
    return (await call(`${gate.url}/v1/verdicts`, { json })).status;
  };
  const metrics = async () => (await call(`${gate.url}/metrics`)).text;
  try {
    expect([await ask('old'), await ask('new')]).toEqual([200, 404]);
    await waitFor('the health of the source', async () =>
      (await metrics()).includes('tidegate_source_reachable{'),
    );
    expect(await metrics()).toContain('tidegate_audit_chain_valid 1');

    dir.write('tidegate.yaml', configText('new'));
    await told('a new configuration is in force');
    expect([await ask('old'), await ask('new')]).toEqual([404, 200]);

    dir.write('tidegate.yaml', `${configText('newer')}oops: 1\n`);
    await told('the configuration was refused');
    expect([await ask('new'), await ask('newer')]).toEqual([200, 404]);
    expect(await metrics()).toContain('tidegate_config_last_reload_successful 0');

    const { body } = await call(`${gate.url}/v1/audit`);
    const entries = (body?.['entries'] ?? []) as { kind: string; data: object }[];
    const configs = entries.filter(({ kind }) => kind === 'config');
    expect(configs).toHaveLength(2);
    expect(configs[0]?.data).toEqual({ file: path, sha256: configFile.sha256 });
  } finally {
    await gate.stop();
  }
});
