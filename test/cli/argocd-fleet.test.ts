import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadWithFleet } from '../../src/cli/argocd-fleet.ts';
import { bundleOf } from '../../src/cli/bundle.ts';
import { type RunningGate, startGate } from '../../src/cli/compose-gate.ts';
import { watchConfig } from '../../src/config/config-watch.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeSource } from '../gate/support/fake-source.ts';
import { ManualClock } from '../gate/support/manual-clock.ts';
import { NOON, QUIET } from '../gate/support/world.ts';
import { call } from '../http/start-app.ts';
import { ApiServerDouble, type StoredObject } from '../kubernetes/api-server-double.ts';
import { TempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/** A cluster as Argo CD keeps it. */
const secret = (name: string, wave?: string): StoredObject => ({
  uid: `uid-${name}`,
  namespace: 'argocd',
  name,
  labels: { 'argocd.argoproj.io/secret-type': 'cluster', ...(wave && { 'tidegate.io/wave': wave }) },
  annotations: { aws_region: 'eu-central-1' },
});

const MINUTE_MS = 60_000;

let dir: TempDir;
let server: ApiServerDouble;
let clock: ManualClock;
let lines: string[];
let gate: RunningGate;

function configText(): string {
  return `
gate: {listen: 127.0.0.1:0, readers: public, store: {sqlite: tidegate.sqlite}}
sources: [{name: main, kind: prometheus, url: 'http://127.0.0.1:9'}]
fleet:
  from: argocd-secrets
  class: standard
  api: {url: '${server.url}', tokenFile: token}
waves: [{name: staging, policy: quick}, {name: prod, policy: strict}]
apps: [{name: platform-bom, components: [dns]}]
`;
}

beforeEach(async () => {
  dir = new TempDir();
  server = await new ApiServerDouble().start();
  dir.write('token', `${server.token}\n`);
  clock = new ManualClock(NOON);
  lines = [];
});

afterEach(async () => {
  await gate?.stop();
  await server[Symbol.asyncDispose]();
  dir[Symbol.dispose]();
});

async function start(): Promise<void> {
  const configFile = watchConfig(dir.write('tidegate.yaml', configText()), { logLevel: 'info' });
  gate = await startGate({
    config: configFile.config,
    configFile,
    bundle: bundleOf(configFile.config),
    clock,
    log: createLog('info', { write: (line) => void lines.push(line) }),
    createSource: ({ checks }) => new FakeSource('main', { checks, script: QUIET, now: () => clock.now() }),
  });
}

const ask = async (cluster: string, revision = 'r1') => {
  const json = { app: 'platform-bom', cluster, revision, phase: 'PreSync' };
  const { status, body } = await call(`${gate.url}/v1/verdicts`, { json });
  return { status, told: String(body?.['reason'] ?? body?.['detail']) };
};

const told = (text: string) =>
  waitFor(text, () => {
    clock.advance(1_000);
    return lines.some((line) => line.includes(text));
  });

const inForce = async (expected: string) =>
  waitFor(`the clusters ${expected}`, async () => {
    const { body } = await call(`${gate.url}/v1/clusters`);
    const clusters = (body?.['clusters'] ?? []) as { name: string; wave: string }[];
    return clusters.map(({ name, wave }) => `${name}:${wave}`).join(' ') === expected;
  });

const metric = async () =>
  /tidegate_config_last_reload_successful (\d)/.exec((await call(`${gate.url}/metrics`)).text)?.[1];

test('clusters come, move and go with their Secrets, and each version is in the audit log', async () => {
  server.put(secret('staging-1', 'staging'));
  server.put(secret('prod-1', 'prod'));
  await start();
  await inForce('prod-1:prod staging-1:staging');
  expect((await ask('staging-1')).status).toBe(200);
  expect(await ask('prod-1')).toEqual({ status: 200, told: 'wave/not-ready' });

  server.put(secret('prod-2', 'prod'));
  await inForce('prod-1:prod prod-2:prod staging-1:staging');
  server.put(secret('prod-2', 'staging'));
  server.remove('uid-prod-1');
  await inForce('prod-2:staging staging-1:staging');
  expect((await ask('prod-1')).status).toBe(404);

  const { body } = await call(`${gate.url}/v1/audit`);
  const versions = ((body?.['entries'] ?? []) as { kind: string; data: Record<string, unknown> }[])
    .filter(({ kind, data }) => kind === 'config' && data['file'] === 'Secrets of argocd')
    .map(({ data }) => [data['joined'], data['changed'], data['left']]);
  expect(versions).toEqual([
    [['prod-1', 'staging-1'], [], []],
    [['prod-2'], [], []],
    [[], ['prod-2'], []],
    [[], [], ['prod-1']],
  ]);
});

test('a Secret without a wave is told, and whoever asks for its cluster is told what to mend', async () => {
  server.put(secret('staging-1', 'staging'));
  server.put(secret('new-1'));
  await start();
  await inForce('staging-1:staging');
  await told('some Secrets do not describe a cluster');
  const answer = await ask('new-1');
  expect(answer.status).toBe(404);
  expect(answer.told).toContain('mend its Secret argocd/new-1: label tidegate.io/wave');
  expect(await metric()).toBe('0');
  server.put(secret('new-1', 'staging'));
  await inForce('new-1:staging staging-1:staging');
  expect(await metric()).toBe('1');
});

test('before the first list nobody is admitted and nobody is refused for good; an outage holds, and takes nobody out', async () => {
  server.refuses = { status: 503, message: 'starting' };
  server.put(secret('staging-1', 'staging'));
  await start();
  const early = await ask('staging-1');
  expect(early.status).toBe(503);
  expect(early.told).toContain("the inventory can't be read: the clusters' Secrets were not read yet");
  server.refuses = undefined;
  await told('a new inventory is in force');
  await inForce('staging-1:staging');
  expect((await ask('staging-1')).told).not.toBe('inventory/unreadable');

  server.refuses = { status: 403, message: 'forbidden' };
  server.cut();
  const since = clock.now();
  await waitFor('the outage is long', async () => {
    clock.advance(MINUTE_MS / 4);
    return (await metric()) === '0';
  });
  expect(clock.now() - since).toBeGreaterThanOrEqual(3 * MINUTE_MS);
  await inForce('staging-1:staging');
  const held = await ask('staging-1', 'r2');
  expect(held).toEqual({ status: 200, told: 'inventory/unreadable' });

  server.refuses = undefined;
  await waitFor('it can be read again', async () => {
    clock.advance(MINUTE_MS);
    return (await metric()) === '1';
  });
  expect((await ask('staging-1', 'r2')).told).not.toBe('inventory/unreadable');
});

test('other commands read the fleet once', async () => {
  server.put(secret('staging-1', 'staging'));
  const config = await loadWithFleet(dir.write('tidegate.yaml', configText()));
  expect(config.fleet.clusters.map(({ name }) => name)).toEqual(['staging-1']);
  expect(bundleOf(config).parameters.clusters).toMatchObject([{ name: 'staging-1', wave: 'staging' }]);
});
