import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { bundleOf } from '../../../src/cli/bundle.ts';
import { createHookRunner, type HookOutcome } from '../../../src/cli/demo/hook-process.ts';
import { type FastTime, fastClock } from '../../../src/cli/system-clock.ts';
import { parseConfig } from '../../../src/config/load-config.ts';
import { MINUTE_MS } from '../../../src/domain/reading.ts';
import { EXIT_CODES } from '../../../src/hook/exit-codes.ts';
import { renderCheckedAlerts, renderChecks } from '../../../src/render/checks/render-checks.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../../src/simulator/fleet.ts';
import { seededRandom } from '../../../src/simulator/random.ts';
import { CrashGate } from '../../crash/crash-gate.ts';
import { startFleetStore } from '../../support/fleet-store.ts';
import { type Network, throughNetwork } from '../../support/network.ts';
import { TempDir } from '../../support/temp-dir.ts';

// A gate process, hook processes, and stores that answer over HTTP as Prometheus does; only what they measure is simulated.
// A minute of the fleet takes a second. What a busy machine delays is decided later, and never otherwise.

const QUIET = ['quiet-1', 'quiet-2'];
const SOAKING = ['prod-1', 'prod-2', 'prod-3'];
const OTHERS = ['later-1', 'later-2', 'later-3', 'later-4', 'later-5', 'later-6'];
const NODES = ['nodes-1'];
const ERRORS = ['dns-errors', 'api-errors'];
const WATCHED = [...ERRORS, 'dns-replicas', 'node-readiness', 'container-restarts'];
const REPLACED = { kubelet_version: 'v1.34.3-eks-1', os_image: 'Bottlerocket OS 1.51.0' };

const time: FastTime = { factor: 60, realStart: Date.now(), start: Date.UTC(2026, 10, 23, 12) };
const clock = fastClock(time);
const ended = new AbortController();
const resources = new AsyncDisposableStack();
let quiet: Fleet;
let busy: Fleet;
let network: Network;
let url: string;
let runHook: (phase: string, cluster: string, ...more: readonly string[]) => Promise<HookOutcome>;

beforeAll(async () => {
  const folder = resources.use(new TempDir());
  const configOf = (quietPort: number, busyPort: number) => {
    const at = (port: number) => ({ kind: 'prometheus', url: `http://127.0.0.1:${port}`, settleDelay: '1s' });
    const of = (names: readonly string[], app: string, wave: string) =>
      names.map((name) => ({
        ...{ name, wave, class: app, region: 'eu-central-1', labels: { app } },
        source: app === 'quiet' ? 'quiet' : 'busy',
      }));
    const config = {
      gate: { listen: '127.0.0.1:0', store: { sqlite: `${folder.path}/ledger.sqlite` } },
      sources: [
        { name: 'quiet', ...at(quietPort) },
        { name: 'busy', ...at(busyPort) },
      ],
      fleet: {
        clusters: [
          ...of(QUIET, 'quiet', 'sandbox'),
          ...of(NODES, 'nodes', 'first'),
          ...of(SOAKING, 'busy', 'first'),
          ...of(OTHERS, 'busy', 'second'),
        ],
      },
      waves: [
        { name: 'sandbox', policy: 'quick' },
        { name: 'first', policy: 'strict' },
        { name: 'second', policy: 'strict' },
      ],
      apps: ['quiet', 'busy', 'nodes'].map((name) => ({
        name,
        components: [name === 'nodes' ? 'nodes' : 'dns'],
        targets: { labels: { app: name } },
      })),
      bundle: { leaveOut: CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.includes(id)) },
    };
    return config;
  };
  const bundle = bundleOf(
    parseConfig(JSON.stringify(configOf(9, 9)), {
      ...{ source: 'e2e', folder: folder.path },
      environment: { logLevel: 'error' },
    }),
  );
  const checks = renderChecks(bundle);
  const fleetOf = (names: readonly string[], profiles: NonNullable<FleetOptions['profiles']>) =>
    createFleet({
      ...{ checks, profiles, alerts: renderCheckedAlerts(bundle), random: seededRandom(1) },
      clusters: names.map((name) => ({ name })),
    });
  const usual = (profile: object) => Object.fromEntries(ERRORS.map((signal) => [signal, profile]));
  quiet = fleetOf(QUIET, usual({ traffic: 20, trafficNoise: 0, share: 0 }));
  busy = fleetOf([...SOAKING, ...OTHERS, ...NODES], {
    ...usual({ traffic: 6_000, share: 0.004 }),
    'container-restarts': { share: 0.05 },
  });
  const stores = [quiet, busy].map((fleet) => startFleetStore(fleet, checks, clock.now));
  const [quietStore, busyStore] = await Promise.all(stores);
  if (!quietStore || !busyStore) throw new Error('there are two stores');
  resources.use(quietStore);
  resources.use(busyStore);
  network = resources.use(await throughNetwork(quietStore.port));
  const gate = new CrashGate(`${folder.path}/compiled`);
  resources.defer(() => gate.kill9());
  gate.order({ config: configOf(network.port, busyStore.port), time });
  url = await gate.answers();
  const run = createHookRunner(`${folder.path}/compiled`, ended.signal);
  runHook = (phase, cluster, ...more) =>
    run([phase, '--cluster', cluster, '--gate-url', url, '--revision', 'r1', ...more], 'first');
}, 60_000);

afterAll(async () => {
  ended.abort();
  await resources.disposeAsync();
});

/** Runs the hooks of a sync; what happens to the clusters with it happens between the two. */
async function sync(
  app: string,
  clusters: readonly string[],
  more: readonly string[],
  applied: (cluster: string) => void = () => undefined,
): Promise<void> {
  await Promise.all(
    clusters.map(async (cluster) => {
      expect((await runHook('pre-sync', cluster, '--app', app, ...more)).exitCode).toBe(EXIT_CODES.go);
      applied(cluster);
      const registered = await runHook('post-sync', cluster, '--app', app, '--mode', 'register', ...more);
      expect(registered.exitCode).toBe(0);
    }),
  );
}

/** Waits for the verdicts, as hooks do. */
function verdicts(app: string, clusters: readonly string[], more: readonly string[]): Promise<HookOutcome[]> {
  const waiting = ['--mode', 'wait', '--max-wait', '5m', ...more];
  return Promise.all(clusters.map((cluster) => runHook('post-sync', cluster, '--app', app, ...waiting)));
}

const pass = (minutes: number) => clock.sleep(minutes * MINUTE_MS);

describe.concurrent('with a gate process, hook processes and stores over HTTP', { timeout: 240_000 }, () => {
  test('quiet is go, honestly, and blind is neither: connections to the store are cut, and for five minutes it answers 503', async () => {
    const digest = ['--digest', 'd1'];
    await sync('quiet', QUIET, digest);
    let isOver = false;
    let cut = 0;
    const cutting = (async () => {
      for (; !isOver; cut += network.cut()) await wait(300);
    })();
    await pass(2);
    const from = clock.now();
    quiet.inject({ kind: 'source-away', cause: 'the store is away', from, to: from + 5 * MINUTE_MS });
    await pass(3);
    const [blind = ''] = QUIET;
    const held = await runHook('post-sync', blind, '--app', 'quiet', '--on-hold', 'fail', ...digest);
    const outcomes = await verdicts('quiet', QUIET, digest);
    isOver = true;
    await cutting;
    expect(cut).toBeGreaterThan(0);
    expect(held).toMatchObject({ exitCode: EXIT_CODES.hold, answer: { reason: 'data/unknown' } });

    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual(QUIET.map(() => EXIT_CODES.go));
    const told = outcomes[0]?.answer?.reasons.map(({ text }) => text).join(' ');
    expect(told).toMatch(/limit 3 % ruled out/);
    expect(told).toMatch(/3x worse than before not ruled out/);
  });

  test('fleet incident: what happens to every cluster halts none, what happens to those with the change all; and the way back', async () => {
    const worse = (clusters: readonly string[]) => {
      const from = clock.now();
      const to = from + 6 * MINUTE_MS;
      for (const cluster of clusters) {
        for (const signal of ERRORS)
          busy.inject({ kind: 'regression', factor: 4, cluster, signal, from, to });
      }
    };
    const first = ['--digest', 'd1'];
    await sync('busy', SOAKING, first);
    await pass(4);
    worse([...SOAKING, ...OTHERS]);
    const shared = await verdicts('busy', SOAKING, first);
    // What was said tells more than a code.
    expect(shared.map(({ exitCode, text }) => (exitCode === EXIT_CODES.go ? 'go' : text))).toEqual(
      SOAKING.map(() => 'go'),
    );
    const second = ['--digest', 'd2'];
    await sync('busy', SOAKING, second);
    await pass(4);
    worse(SOAKING);
    const own = await verdicts('busy', SOAKING, second);
    const [one = ''] = SOAKING;
    await sync('busy', [one], first);
    const [back] = await verdicts('busy', [one], first);

    expect(own.map(({ exitCode }) => exitCode)).toEqual(SOAKING.map(() => EXIT_CODES.halt));
    // Admitted at once, whatever its metrics say, and judged by the level before.
    expect(back).toMatchObject({ exitCode: EXIT_CODES.go, answer: { attempt: 2, state: 'go' } });
  });

  test('slow nodes: no go while forty nodes are replaced, and a bad image is halted before a third of them has it', async () => {
    const change = ['--digest', 'd1', '--change', 'nodes=1.51.0'];
    let from = 0;
    await sync('nodes', NODES, change, (cluster) => {
      from = clock.now();
      busy.inject({ kind: 'replacement', cluster, toVersion: REPLACED, from, to: from + 180 * MINUTE_MS });
      // From the fifth new node on every second has a pod that restarts five times in its first ten minutes.
      for (let node = 5; node <= 40; node += 2) {
        const began = from + (node / 40) * 180 * MINUTE_MS;
        const crash = { kind: 'events', signal: 'container-restarts', cluster, from: began } as const;
        busy.inject({ ...crash, perMinute: 0.5, to: began + 10 * MINUTE_MS });
        busy.inject({ ...crash, perMinute: 0.2, to: Number.POSITIVE_INFINITY });
      }
    });
    await pass(6);
    const held = await runHook('post-sync', 'nodes-1', '--app', 'nodes', '--on-hold', 'fail', ...change);
    const [outcome] = await verdicts('nodes', NODES, change);

    expect(held.answer).toMatchObject({ verdict: 'hold', reason: 'run/settling', state: 'settling' });
    expect(held.answer?.reasons[0]?.text).toMatch(/\d of 40 nodes run 1\.51\.0/);
    expect(outcome?.exitCode).toBe(EXIT_CODES.halt);
    expect(outcome?.answer?.reason).toBe('regression/container-restarts');
    expect(Date.parse(outcome?.answer?.decidedAt ?? '') - from).toBeLessThan(0.3 * 180 * MINUTE_MS);
  });
});
