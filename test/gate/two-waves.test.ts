import { expect, test } from 'vitest';
import { bundleOf } from '../../src/cli/bundle.ts';
import { DEMO_PROFILES } from '../../src/cli/demo/fleet.ts';
import { createInventory } from '../../src/config/inventory.ts';
import type { Phase } from '../../src/domain/run.ts';
import { createGate } from '../../src/gate/create-gate.ts';
import type { Gate } from '../../src/gate/use-cases.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { renderCheckedAlerts, renderChecks } from '../../src/render/checks/render-checks.ts';
import { createFleet, type Fleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { parse } from '../config/config-text.ts';
import { HOOK } from './support/callers.ts';
import { ManualClock } from './support/manual-clock.ts';

const NOON = Date.UTC(2026, 10, 23, 12, 0, 10);
const MINUTE = 60_000;

const CONFIG = `
sources: [{name: simulated, kind: prometheus, url: 'http://127.0.0.1:9'}]
fleet:
  clusters:
    - {name: stage-1, wave: staging, class: standard, region: eu-central-1, source: simulated}
    - {name: prod-1, wave: production, class: standard, region: eu-central-1, source: simulated}
waves: [{name: staging, policy: standard}, {name: production, policy: standard}]
apps:
  - {name: platform-bom, components: [dns]}
  - {name: newcomer, components: [dns], mode: observe}
`;

/** A gate with the real catalogue, judge, inventory and store over a simulated fleet. */
class Rehearsal implements AsyncDisposable {
  readonly clock = new ManualClock(NOON);
  readonly fleet: Fleet;
  readonly gate: Gate;
  readonly #store: Awaited<ReturnType<typeof openSqliteStore>>;

  constructor(store: Awaited<ReturnType<typeof openSqliteStore>>) {
    const config = parse(CONFIG);
    const bundle = bundleOf(config);
    const checks = renderChecks(bundle);
    const alerts = renderCheckedAlerts(bundle);
    const clusters = config.fleet.clusters.map(({ name }) => ({ name }));
    this.#store = store;
    this.fleet = createFleet({ clusters, checks, alerts, random: seededRandom(7), profiles: DEMO_PROFILES });
    const source = createSimulatedSource({ name: 'simulated', fleet: this.fleet, checks });
    const nothing = () => undefined;
    this.gate = createGate({
      store,
      clock: this.clock,
      sources: () => source,
      inventory: createInventory(config),
      checks,
      alerts,
      judge: judgeRun,
      baseUrl: 'https://gate.test',
      log: { info: nothing, warn: nothing, error: nothing },
      metrics: {
        answered: nothing,
        changed: nothing,
        looked: nothing,
        held: () => undefined,
        blind: nothing,
        auditHead: nothing,
      },
    });
  }

  ask(phase: Phase, cluster: string, app = 'platform-bom') {
    const ask = {
      app,
      cluster,
      revision: 'r1',
      digest: 'sha256:d1',
      phase,
      argoApp: `bom-${cluster}`,
    } as const;
    return this.gate.ask(ask, HOOK);
  }

  /** Looks every minute until a run is decided, at most two hours. */
  async decide(id: string) {
    for (let minutes = 0; minutes < 120; minutes += 1) {
      this.clock.advance(MINUTE);
      await this.gate.look();
      const run = await this.gate.run(id);
      if (run.verdict !== 'hold') return run;
    }
    throw new Error(`run ${id} is not decided`);
  }

  async status(app = 'platform-bom') {
    const { status, waves } = await this.gate.rollout(app, 'sha256:d1');
    return [status, ...waves.map((wave) => wave.status)];
  }

  [Symbol.asyncDispose]() {
    return this.#store.close();
  }
}

test('the second wave holds until the first has its go, and is forgotten when nobody asks', async () => {
  await using rehearsal = new Rehearsal(await openSqliteStore(':memory:'));
  const early = await rehearsal.ask('PreSync', 'prod-1');
  await rehearsal.ask('PreSync', 'stage-1');
  const { runId } = await rehearsal.ask('PostSync', 'stage-1');
  rehearsal.clock.advance(MINUTE);
  const still = await rehearsal.ask('PreSync', 'prod-1');
  const waiting = await rehearsal.status();
  const { verdict, policy } = await rehearsal.decide(runId);
  rehearsal.clock.advance(10 * MINUTE);
  const forgotten = await rehearsal.status();
  const late = await rehearsal.ask('PreSync', 'prod-1');

  expect(early).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
  expect(still.reasons[0]?.text).toContain('stage-1 is settling');
  expect(waiting).toEqual(['open', 'open', 'waiting']);
  expect([verdict, policy.alpha]).toEqual(['go', 0.025]);
  expect(forgotten).toEqual(['stalled', 'complete', 'stalled']);
  expect(late).toMatchObject({ verdict: 'go', runId: early.runId });
  expect(late.reasons.map(({ code }) => code)).toContain('wave/ready');
  expect(await rehearsal.status()).toEqual(['open', 'complete', 'open']);

  await rehearsal.ask('PostSync', 'prod-1');
  await rehearsal.decide(late.runId);
  expect(await rehearsal.status()).toEqual(['complete', 'complete', 'complete']);
});

test('a change that breaks the first wave never reaches the second; in observe mode it is told and let through', async () => {
  await using rehearsal = new Rehearsal(await openSqliteStore(':memory:'));
  for (const app of ['platform-bom', 'newcomer']) await rehearsal.ask('PreSync', 'stage-1', app);
  rehearsal.fleet.inject({
    kind: 'slow',
    share: 0.05,
    seconds: 2,
    component: 'dns',
    cluster: 'stage-1',
    from: rehearsal.clock.now(),
    to: Number.POSITIVE_INFINITY,
  });
  const { runId } = await rehearsal.ask('PostSync', 'stage-1');
  const observed = await rehearsal.ask('PostSync', 'stage-1', 'newcomer');
  await rehearsal.decide(runId);
  await rehearsal.decide(observed.runId);

  expect(await rehearsal.ask('PreSync', 'prod-1')).toMatchObject({
    verdict: 'hold',
    reason: 'wave/not-ready',
  });
  expect(await rehearsal.status()).toEqual(['frozen', 'halted', 'waiting']);
  expect(await rehearsal.ask('PostSync', 'stage-1', 'newcomer')).toMatchObject({
    verdict: 'go',
    reason: 'observe/go',
    state: 'halted',
    observed: { verdict: 'halt' },
  });
  expect(await rehearsal.ask('PreSync', 'prod-1', 'newcomer')).toMatchObject({
    verdict: 'go',
    state: 'admitted',
    observed: { verdict: 'hold', reason: 'wave/not-ready' },
  });
  expect(await rehearsal.gate.rollout('newcomer', 'sha256:d1')).toMatchObject({
    status: 'frozen',
    notProtected: expect.stringContaining('observe mode'),
  });
});
