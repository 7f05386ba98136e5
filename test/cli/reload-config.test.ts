import { beforeEach, expect, test } from 'vitest';
import { reloadConfig } from '../../src/cli/reload-config.ts';
import type { ConfigChange } from '../../src/config/config-watch.ts';
import { createLiveInventory, type LiveInventory } from '../../src/config/live-inventory.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { createConfigHealth } from '../../src/telemetry/config-health.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { GOOD_CONFIG, parse } from '../config/config-text.ts';

const before = parse(GOOD_CONFIG);
const after = parse(GOOD_CONFIG.replace('name: live-only', 'name: live'));
const ACCEPTED: ConfigChange = { is: 'accepted', config: after, sha256: 'ab12' };

let recorded: object[];
let logged: { level: string; fields: object }[];
let metrics: Metrics;
let live: LiveInventory;
let forgotten: number;
let trouble: Error | undefined;

beforeEach(() => {
  recorded = [];
  logged = [];
  metrics = createMetrics({ version: '1.0.0' });
  live = createLiveInventory(before);
  forgotten = 0;
  trouble = undefined;
});

const reload = (change: ConfigChange) =>
  reloadConfig({
    configFile: {
      path: 'tidegate.yaml',
      config: before,
      sha256: '00',
      look: () => change,
      forget: () => {
        forgotten += 1;
      },
    },
    gate: {
      async record(entry) {
        if (trouble) throw trouble;
        // What is in force while it is written is still the version before.
        recorded.push({ ...entry, inForce: live.inventory.apps.map(({ name }) => name) });
      },
    },
    live,
    metrics,
    health: createConfigHealth(metrics),
    clock: { now: () => 1_700_000_000_500 },
    log: {
      info: (fields) => void logged.push({ level: 'info', fields }),
      error: (fields) => void logged.push({ level: 'error', fields }),
    },
  });

test('an accepted version is in the audit log before it is in force', async () => {
  await reload(ACCEPTED);

  expect(recorded).toEqual([
    {
      kind: 'config',
      actor: 'gate',
      data: { file: 'tidegate.yaml', sha256: 'ab12' },
      inForce: ['platform-bom', 'live-only'],
    },
  ]);
  expect(live.inventory.app('live')).toBeDefined();
  const page = await metrics.exposition();
  expect(page).toContain('tidegate_config_last_reload_successful 1');
  expect(page).toContain('tidegate_config_last_reload_success_timestamp_seconds 1700000000.5');
});

test('a refused file is told in full, and the version before stays', async () => {
  const problems = [{ path: 'waves[0].policy', message: 'is wrong' }];

  await reload({ is: 'refused', problems, unreadable: false });

  expect(logged).toEqual([{ level: 'error', fields: { file: 'tidegate.yaml', problems } }]);
  expect(recorded).toEqual([]);
  expect(live.inventory.app('live-only')).toBeDefined();
  expect(await metrics.exposition()).toContain('tidegate_config_last_reload_successful 0');
});

test('what can not be recorded is not put in force, and is tried again', async () => {
  trouble = new UnavailableError('store/full', 'the disk is full');

  await expect(reload(ACCEPTED)).rejects.toBe(trouble);

  expect(live.inventory.app('live-only')).toBeDefined();
  expect(forgotten).toBe(1);
});

test('the same file changes nothing', async () => {
  await reload({ is: 'same' });
  expect([...recorded, ...logged]).toEqual([]);
});
