import { beforeEach, expect, test } from 'vitest';
import { suiteResources } from '../support/resources.ts';
import { call, startApp, type TestApp } from './start-app.ts';

const resources = suiteResources();
let app: TestApp;

beforeEach(async () => {
  app = resources.use(await startApp());
});

const alert = (alertname: string, cluster?: string) => ({
  status: 'firing',
  labels: { alertname, ...(cluster !== undefined && { cluster }) },
  startsAt: '2026-11-23T12:00:00Z',
  fingerprint: 'c58d',
});

async function send(json: object): Promise<readonly (readonly string[])[]> {
  expect((await call(`${app.url}/v1/webhooks/alertmanager`, { json })).status).toBe(202);
  return app.gate.nudged;
}

test('a list that was truncated may hide any cluster: all are looked at', async () => {
  expect(await send({ version: '4', truncatedAlerts: 3, alerts: [alert('X', 'prod-1')] })).toEqual([[]]);
});

test('the same alert ten times names its cluster once', async () => {
  expect(await send({ alerts: Array.from({ length: 10 }, () => alert('X', 'prod-1')) })).toEqual([
    ['prod-1'],
  ]);
});

test('a resolved alert makes the gate look too: the truth is read from the source', async () => {
  expect(
    await send({ status: 'resolved', alerts: [{ ...alert('X', 'prod-1'), status: 'resolved' }] }),
  ).toEqual([['prod-1']]);
});

test('the watchdog is counted and makes nobody look, resolved it is not even counted', async () => {
  await send({ alerts: [alert('GateWatchdog', 'mgmt')] });
  await send({ alerts: [{ ...alert('GateWatchdog'), status: 'resolved' }] });

  expect(app.gate.nudged).toEqual([]);
  expect(await app.metrics.exposition()).toContain(
    'tidegate_watchdogs_received_total{alertname="GateWatchdog"} 1',
  );
});

test('an alert beside the watchdog is heard', async () => {
  expect(await send({ alerts: [alert('GateWatchdog', 'mgmt'), alert('X', 'prod-1')] })).toEqual([['prod-1']]);
});

test.each([
  ['no list', { alerts: 'X' }],
  ['labels that are no texts', { alerts: [{ labels: { cluster: 7 } }] }],
  ['an alert without labels', { alerts: [{}] }],
  ['nothing', {}],
])('%s is 422 and makes nobody look', async (_what, json) => {
  expect((await call(`${app.url}/v1/webhooks/alertmanager`, { json })).status).toBe(422);
  expect(app.gate.nudged).toEqual([]);
});
