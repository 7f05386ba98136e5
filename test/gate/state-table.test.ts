import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/gate/audit.ts';
import { value } from './support/fake-source.ts';
import { NOON, QUIET, World } from './support/world.ts';

const MINUTE = 60_000;
const PERSON = { actor: 'ada', reason: 'looked at it' };

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

/** DNS fails in every minute from now on. */
function breakDns(): void {
  world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
}

describe('row 1: PreSync, everything holds', () => {
  test('the change is admitted, and that is audited before it is answered', async () => {
    const answer = await world.ask('PreSync', { argoApp: 'bom-a-1' });

    expect(answer).toMatchObject({
      verdict: 'go',
      reason: 'admission/admitted',
      state: 'admitted',
      attempt: 1,
      wave: 'first',
      app: 'bom',
      cluster: 'a-1',
      digest: 'd1',
      phase: 'PreSync',
      retryAfterSeconds: 0,
      decidedAt: new Date(NOON).toISOString(),
      expiresAt: new Date(NOON + 7_200_000).toISOString(),
      evidenceUrl: `https://gate.test/runs/${answer.runId}`,
    });
    expect(answer.reasons.map(({ code }) => code)).toEqual(['admission/admitted', 'wave/first']);
    const [entry] = await world.store.audit(0, 10);
    expect(entry).toMatchObject({
      kind: 'admission',
      actor: 'hook',
      runId: answer.runId,
      data: { app: 'bom', cluster: 'a-1', digest: 'd1', policy: 'test', baselineEnd: NOON },
    });
  });

  test('what it is judged by is fixed: a day of readings, asked once, coverage and the policy', async () => {
    const { runId } = await world.ask('PreSync');
    world.policy = { ...world.policy, name: 'edited' };

    const { window } = world.sources.a.asked.at(-1) ?? {};
    expect(window).toEqual({ from: Date.UTC(2026, 10, 22, 12, 0), to: Date.UTC(2026, 10, 23, 11, 59) });
    expect(world.sources.a.asked).toHaveLength(2);
    expect(await world.gate.evidence(runId)).toMatchObject({
      covered: ['dns-errors', 'nodes-ready', 'etcd-size'],
      alertsBefore: [],
    });
    expect(await world.run(runId)).toMatchObject({ policy: { name: 'test' }, components: ['dns'] });
  });

  test("alerts that fire before and can't halt are remembered", async () => {
    world.sources.a.alerts = [{ name: 'EtcdLarge', cluster: 'a-1', state: 'firing', labels: { pod: 'x' } }];

    const { runId } = await world.ask('PreSync');

    expect((await world.gate.evidence(runId)).alertsBefore).toEqual(['EtcdLarge{cluster="a-1"}']);
  });

  test('without a digest the revision stands in', async () => {
    const { digest } = await world.gate.ask(
      { app: 'bom', cluster: 'a-1', revision: 'abc123', phase: 'PreSync' },
      { name: 'hook' },
    );

    expect(digest).toBe('abc123');
  });
});

describe('row 2: PreSync, something is missing', () => {
  const cases: [string, (world: World) => void, string][] = [
    [
      'the source is down',
      ({ sources }) => {
        sources.a.mood = 'down';
      },
      'data/unknown',
    ],
    [
      'the answers are incomplete',
      ({ sources }) => {
        sources.a.mood = 'partial';
      },
      'data/partial',
    ],
    [
      'the clocks differ',
      ({ sources }) => {
        sources.a.mood = 'skewed';
      },
      'data/clock-skew',
    ],
    [
      'nothing fresh is there',
      ({ sources }) => {
        sources.a.script = {
          count: () => ({ is: 'no-data' }),
          items: () => ({ is: 'no-data' }),
          value: () => value(1),
        };
      },
      'baseline/stale',
    ],
    [
      'nobody watches the component',
      ({ sources }) => {
        sources.a.script = { ...QUIET, count: () => ({ is: 'no-data' }) };
      },
      'coverage/none/dns',
    ],
    [
      'an alert that can halt is firing',
      ({ sources }) => {
        sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-1', state: 'firing', labels: {} }];
      },
      'baseline/unhealthy',
    ],
  ];
  test.each(cases)('hold while %s, and go once it is over', async (_what, trouble, reason) => {
    trouble(world);
    const held = await world.ask('PreSync');
    world.sources.a.mood = 'well';
    world.sources.a.script = QUIET;
    world.sources.a.alerts = [];
    world.clock.advance(10_000);
    const admitted = await world.ask('PreSync');

    expect(held).toMatchObject({ verdict: 'hold', reason, state: 'asked', attempt: 1 });
    expect(held.retryAfterSeconds).toBeGreaterThan(0);
    expect(admitted).toMatchObject({ verdict: 'go', state: 'admitted', attempt: 1, runId: held.runId });
    expect(await world.audited()).toEqual(['hold', 'admission']);
  });

  test('alerts of other clusters, and pending ones, hold nobody', async () => {
    world.sources.a.alerts = [
      { name: 'DnsErrorsHigh', cluster: 'a-2', state: 'firing', labels: {} },
      { name: 'DnsErrorsHigh', cluster: 'a-1', state: 'pending', labels: {} },
    ];

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go' });
  });

  test('no traffic is fresh: the cluster was heard of', async () => {
    world.sources.a.script = { ...QUIET, count: () => ({ is: 'no-traffic' }) };

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go' });
  });

  test('a hold is decided again after 10 s, not before', async () => {
    world.sources.a.mood = 'down';
    await world.ask('PreSync');
    world.sources.a.mood = 'well';

    world.clock.advance(9_999);
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold' });
    world.clock.advance(1);
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go' });
  });

  test('it is audited once for each change of reason, however often it is asked', async () => {
    for (const mood of ['down', 'down', 'down', 'partial', 'partial', 'down'] as const) {
      world.sources.a.mood = mood;
      await world.ask('PreSync');
      await world.ask('PreSync');
      world.clock.advance(10_000);
    }

    const entries = await world.store.audit(0, 100);
    expect(entries.map(({ data }) => data['reasons'])).toEqual([
      ['data/unknown'],
      ['data/partial'],
      ['data/unknown'],
    ]);
  });

  test('a source that breaks its promise and throws holds', async () => {
    world.sources.a.barrier = Promise.reject(new Error('boom'));
    world.sources.a.barrier.catch(() => undefined);

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold', reason: 'data/unknown' });
    expect(world.logged.some(({ level }) => level === 'error')).toBe(true);
  });
});

describe('row 3: admitted, and nobody reports the sync', () => {
  test('the same go until maxSync, then it is asked again', async () => {
    const first = await world.ask('PreSync');
    await world.pass(119);
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/already-admitted' });
    await world.pass(1);

    expect(await world.run(first.runId)).toMatchObject({ state: 'asked', verdict: 'hold' });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', runId: first.runId, attempt: 1 });
    expect(await world.audited(first.runId)).toEqual(['admission', 'expired', 'admission']);
  });

  test('a sync reported after that is late, not ungated', async () => {
    const { runId } = await world.ask('PreSync');
    await world.pass(121);

    await world.ask('PostSync');

    expect(await world.run(runId)).toMatchObject({ state: 'settling', ungated: false });
    expect((await world.store.audit(0, 10)).at(-1)).toMatchObject({ kind: 'sync', data: { late: true } });
  });

  test('a sync that breaks things never reaches PostSync, and is halted all the same', async () => {
    const { runId } = await world.ask('PreSync');
    breakDns();
    await world.pass(3);

    expect(await world.run(runId)).toMatchObject({ state: 'halted', verdict: 'halt' });
  });
});

describe('rows 4 to 6: the sync is reported, settles, soaks', () => {
  test('PostSync holds; the baseline stays the one before admission', async () => {
    await world.ask('PreSync');
    world.clock.advance(5 * MINUTE);

    const answer = await world.ask('PostSync');

    expect(answer).toMatchObject({ verdict: 'hold', reason: 'run/settling', state: 'settling' });
    expect(await world.run(answer.runId)).toMatchObject({
      admittedAt: NOON,
      syncedAt: NOON + 5 * MINUTE,
      ungated: false,
    });
  });

  test('PostSync without an admission is watched as usual, from a baseline that ends at the sync', async () => {
    const { runId, state } = await world.ask('PostSync');

    expect(state).toBe('settling');
    expect(await world.run(runId)).toMatchObject({ ungated: true, syncedAt: NOON });
    await world.pass(8);
    expect(await world.run(runId)).toMatchObject({ state: 'go', ungated: true });
    expect((await world.store.audit(0, 10))[0]).toMatchObject({ kind: 'sync', data: { ungated: true } });
  });

  test('PostSync without an admission is registered while the source is down, and judged once it is back', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PostSync');
    await world.pass(5);
    expect(await world.run(runId)).toMatchObject({ state: 'settling', reasons: [{ code: 'data/unknown' }] });

    world.sources.a.mood = 'well';
    await world.pass(8);

    expect(await world.run(runId)).toMatchObject({ state: 'go', ungated: true });
    expect((await world.gate.evidence(runId)).covered).toContain('dns-errors');
  });

  test('it settles when no more items are bad than before, and the clock of the soak starts', async () => {
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 1, among: 40 }) };
    await world.ask('PreSync', { components: ['nodes', 'dns'] });
    const { runId } = await world.ask('PostSync', { components: ['nodes', 'dns'] });
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 13, among: 40 }) };
    await world.pass(20);

    expect(await world.ask('PostSync')).toMatchObject({
      state: 'settling',
      settle: { done: 28, total: 40 },
      reasons: [{ text: expect.stringContaining('28 of 40') }],
    });
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 1, among: 40 }) };
    await world.pass(2);

    const run = await world.run(runId);
    expect(run).toMatchObject({ state: 'soaking' });
    expect(await world.ask('PostSync')).toMatchObject({
      state: 'soaking',
      soak: { startedAt: new Date(run.settledAt ?? 0).toISOString(), minSeconds: 300, maxSeconds: 1_800 },
    });
    expect(await world.audited(runId)).toEqual(['admission', 'sync', 'settled']);
  });

  test('nothing settles on a minute from before the sync', async () => {
    await world.ask('PreSync');
    world.clock.advance(10 * MINUTE);
    const { runId } = await world.ask('PostSync');

    await world.gate.look();
    expect(await world.run(runId)).toMatchObject({ state: 'settling' });
    await world.pass(2);
    expect(await world.run(runId)).toMatchObject({ state: 'soaking' });
  });
});

describe('row 7: harm', () => {
  test('a soak with harm is halted, with the commands that help', async () => {
    const { id } = await world.soak({ argoApp: 'bom-a-1' });
    breakDns();
    await world.pass(2);

    const answer = await world.ask('PostSync');
    expect(answer).toMatchObject({ verdict: 'halt', reason: 'regression/dns-errors', state: 'halted' });
    expect(answer.next).toEqual([
      expect.stringContaining(`https://gate.test/v1/runs/${id}/retry`),
      expect.stringContaining('kubectl --context a-1 delete job'),
      'argocd app sync bom-a-1',
    ]);
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'verdict']);
  });

  test('a new alert halts at the next look, between two minutes', async () => {
    const { id } = await world.soak();
    world.sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-1', state: 'firing', labels: {} }];
    await world.pass(0.25);

    expect(await world.run(id)).toMatchObject({ state: 'halted', reasons: [{ code: 'alert/firing' }] });
  });

  test.each(['admitted', 'settling', 'soaking'] as const)(
    'a broken sync halts a run that is %s',
    async (state) => {
      const { runId } = await world.ask('PreSync');
      if (state !== 'admitted') await world.ask('PostSync');
      if (state === 'soaking') await world.pass(3);
      expect(await world.run(runId)).toMatchObject({ state });

      const answer = await world.ask('SyncFail');

      expect(answer).toMatchObject({ verdict: 'halt', reason: 'run/sync-failed', state: 'halted' });
      expect((await world.store.audit(0, 10)).at(-1)).toMatchObject({
        kind: 'verdict',
        data: { reportedBy: 'hook' },
      });
    },
  );

  test('a sync that fails because PreSync held it breaks nothing', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PreSync');

    expect(await world.ask('SyncFail')).toMatchObject({ verdict: 'hold', reason: 'data/unknown', runId });
    expect(await world.run(runId)).toMatchObject({ state: 'asked' });
  });

  test('a broken sync that nobody asked for opens nothing', async () => {
    expect(await world.ask('SyncFail')).toMatchObject({
      verdict: 'hold',
      reason: 'run/not-asked',
      attempt: 0,
    });
    expect(await world.gate.runs({})).toEqual([]);
  });
});

describe('row 8: go', () => {
  test('a soak with its evidence goes, and says so to the hook', async () => {
    const { id } = await world.soak();
    await world.pass(6);

    expect(await world.run(id)).toMatchObject({ state: 'go', verdict: 'go' });
    expect(await world.ask('PostSync')).toMatchObject({
      verdict: 'go',
      reason: 'evidence/complete',
      retryAfterSeconds: 0,
    });
    const evidence = await world.gate.evidence(id);
    expect(evidence.checks).toMatchObject([{ signal: 'dns-errors' }]);
    expect(evidence.minutes.length).toBeGreaterThan(5);
    expect(evidence.minutes[0]?.readings).toMatchObject({
      counts: { 'dns-errors': { is: 'value', value: { events: 2, exposure: 1_200 } } },
    });
  });
});

describe('rows 9 and 10: blindness', () => {
  test.each(['down', 'partial', 'skewed'] as const)(
    'a soak whose source is %s neither halts nor goes, and its clock stands',
    async (mood) => {
      const { id } = await world.soak();
      await world.pass(2);
      const before = await world.ask('PostSync');
      world.sources.a.mood = mood;
      await world.pass(20);

      expect(await world.run(id)).toMatchObject({
        state: 'soaking',
        reasons: [
          { code: { down: 'data/unknown', partial: 'data/partial', skewed: 'data/clock-skew' }[mood] },
        ],
      });
      const blind = await world.ask('PostSync');
      expect(blind).toMatchObject({ verdict: 'hold' });
      expect(blind.soak.elapsedSeconds - before.soak.elapsedSeconds).toBeLessThanOrEqual(15);
      expect(world.blind.get('prom-a')).toBe(1);

      world.sources.a.mood = 'well';
      await world.pass(0.25);
      expect(world.blind.get('prom-a')).toBe(0);
      await world.pass(5);
      expect(await world.run(id)).toMatchObject({ state: 'go' });
    },
  );

  test('minutes that could not be read are read once the source is back', async () => {
    const { id } = await world.soak();
    world.sources.a.mood = 'down';
    await world.pass(10);
    world.sources.a.mood = 'well';
    await world.pass(1);

    const minutes = (await world.store.minutes(id)).map(({ minute }) => minute);
    expect(minutes).toEqual(minutes.map((_, index) => (minutes[0] ?? 0) + index * MINUTE));
    expect((await world.store.minutes(id)).every(({ json }) => !json.includes('unknown'))).toBe(true);
  });

  test('after maxBlind it is inconclusive; when the cause is gone the gate soaks again by itself', async () => {
    const { id } = await world.soak();
    world.sources.a.mood = 'down';
    await world.pass(61);

    expect(await world.run(id)).toMatchObject({
      state: 'inconclusive',
      verdict: 'inconclusive',
      reasons: [{ code: 'run/max-blind' }],
    });
    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'inconclusive', next: expect.any(Array) });
    await world.pass(10);
    expect(await world.gate.runs({})).toHaveLength(1);

    world.sources.a.mood = 'well';
    await world.pass(0.25);
    const [resumed] = await world.store.runs({});
    expect(resumed).toMatchObject({ attempt: 2, state: 'settling', openedBy: 'gate', admittedAt: NOON });
    await world.pass(10);
    expect(await world.store.latest('bom', 'a-1')).toMatchObject({ attempt: 2, state: 'go' });
    expect(await world.audited(resumed?.id)).toEqual(['attempt', 'settled', 'verdict']);
  });

  test('three attempts of its own a day, then a person must', async () => {
    await world.soak();
    for (let round = 0; round < 6; round += 1) {
      world.sources.a.mood = 'down';
      await world.pass(63);
      world.sources.a.mood = 'well';
      await world.pass(0.5);
    }

    const runs = await world.store.runs({});
    expect(runs.map(({ attempt, openedBy }) => `${attempt} ${openedBy}`)).toEqual([
      '4 gate',
      '3 gate',
      '2 gate',
      '1 ask',
    ]);
    expect(runs[0]).toMatchObject({ state: 'inconclusive' });

    const retried = await world.gate.retry(runs[0]?.id ?? '', PERSON);
    expect(retried).toMatchObject({ attempt: 5, state: 'settling' });
  });

  test('what does not settle in time is inconclusive, and stays so', async () => {
    await world.ask('PreSync', { components: ['nodes', 'dns'] });
    const { runId } = await world.ask('PostSync');
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 5, among: 40 }) };
    await world.pass(61);

    expect(await world.run(runId)).toMatchObject({
      state: 'inconclusive',
      reasons: [{ code: 'run/max-settle' }],
    });
    world.sources.a.script = QUIET;
    await world.pass(5);
    expect(await world.gate.runs({})).toHaveLength(1);
  });

  test('what has no evidence at the end of the soak is inconclusive, and can be asked again', async () => {
    const { id } = await world.soak();
    world.sources.a.script = { ...QUIET, count: () => ({ is: 'no-traffic' }) };
    await world.pass(32);
    expect(await world.run(id)).toMatchObject({ state: 'inconclusive', reasons: [{ code: 'run/max-soak' }] });

    world.sources.a.script = QUIET;
    const again = await world.ask('PreSync');

    expect(again).toMatchObject({ verdict: 'go', attempt: 2, state: 'admitted' });
    const opening = await world.store.opening(again.runId);
    expect(opening, "measured with the change, it can't be a baseline").toBe(await world.store.opening(id));
  });
});

describe('row 11: the same hook again', () => {
  test('touches no clock and opens nothing', async () => {
    const { id } = await world.soak();
    await world.pass(1);
    const before = await world.run(id);

    expect(await world.ask('PreSync')).toMatchObject({
      verdict: 'go',
      reason: 'admission/already-admitted',
      runId: id,
    });
    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'hold', runId: id });
    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'hold', runId: id });

    expect(await world.run(id)).toEqual(before);
    expect(await world.gate.runs({})).toHaveLength(1);
  });

  test('many at once open one run', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.ask('PreSync')));

    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
    expect(answers.every(({ verdict }) => verdict === 'go')).toBe(true);
    expect(await world.audited()).toEqual(['admission']);
  });
});

describe('row 12: a halt is sticky', () => {
  test('for every hook, through a thousand asks, restarts and edits of the policy; audited once', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(2);
    world.sources.a.script = QUIET;
    world.policy = { ...world.policy, name: 'lenient', minSoakMs: 0 };
    world.restart();

    for (let asks = 0; asks < 1_000; asks += 1) {
      const phase = (['PreSync', 'PostSync', 'SyncFail'] as const)[asks % 3] ?? 'PreSync';
      const answer = await world.ask(phase);
      if (answer.verdict !== 'halt' || answer.runId !== id) throw new Error(JSON.stringify(answer));
    }
    await world.pass(5);

    expect(await world.run(id)).toMatchObject({ state: 'halted', policy: { name: 'test' } });
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'verdict']);
  });
});

describe('row 13: a go that is current', () => {
  test('a re-sync of the same digest goes at once, without another run', async () => {
    const { id } = await world.soak();
    await world.pass(6);

    expect(await world.ask('PreSync')).toMatchObject({
      verdict: 'go',
      reason: 'admission/already-verified',
      runId: id,
    });
    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'go', runId: id });
    expect(await world.gate.runs({})).toHaveLength(1);
  });

  test('it is not current once another digest was let onto the cluster', async () => {
    await world.soak();
    await world.pass(6);
    await world.ask('PreSync', { digest: 'd2' });

    expect(await world.ask('PreSync', { digest: 'd1' })).toMatchObject({
      verdict: 'go',
      reason: 'admission/admitted',
      attempt: 2,
    });
    expect(await world.store.latest('bom', 'a-1', 'd2')).toMatchObject({ state: 'superseded' });
  });

  test('it stays current while another digest is only held', async () => {
    const { id } = await world.soak();
    await world.pass(6);
    world.sources.a.mood = 'down';
    await world.ask('PreSync', { digest: 'd2' });

    expect(await world.ask('PreSync')).toMatchObject({ reason: 'admission/already-verified', runId: id });
    expect(await world.store.latest('bom', 'a-1', 'd2')).toMatchObject({
      state: 'superseded',
      supersededBy: id,
    });
  });
});

describe('row 15: another digest', () => {
  test.each(['asked', 'admitted', 'settling', 'soaking'] as const)(
    'ends a run that is %s, and both name each other',
    async (state) => {
      if (state === 'asked') world.sources.a.mood = 'down';
      const { runId } = await world.ask('PreSync');
      if (state === 'settling' || state === 'soaking') await world.ask('PostSync');
      if (state === 'soaking') await world.pass(3);
      expect(await world.run(runId)).toMatchObject({ state });

      const next = await world.ask('PreSync', { digest: 'd2' });

      expect(await world.run(runId)).toMatchObject({
        state: 'superseded',
        verdict: 'inconclusive',
        reasons: [{ code: 'run/superseded', text: expect.stringContaining('d2') }],
        supersededBy: next.runId,
      });
      expect(await world.run(next.runId)).toMatchObject({ supersedes: runId });
      expect(await world.audited(runId)).toContain('superseded');
    },
  );

  test('three in a row without a verdict are told', async () => {
    for (const digest of ['d1', 'd2', 'd3', 'd4']) await world.ask('PreSync', { digest });

    const starved = (await world.store.audit(0, 100)).filter(({ kind }) => kind === 'starved');
    expect(starved).toMatchObject([{ data: { digest: 'd3', reason: 'rollout/starved' } }]);
    expect(world.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('a refused ask of a halted digest ends nobody', async () => {
    await world.soak();
    breakDns();
    await world.pass(2);
    world.sources.a.script = QUIET;
    const fix = await world.ask('PreSync', { digest: 'd2' });

    expect(await world.ask('PreSync', { digest: 'd1' })).toMatchObject({ verdict: 'halt' });
    expect(await world.run(fix.runId)).toMatchObject({ state: 'admitted' });
  });

  test('other apps and other clusters are not touched', async () => {
    const { runId } = await world.ask('PreSync');
    await world.ask('PreSync', { app: 'bom-two', digest: 'd2' });
    await world.ask('PreSync', { cluster: 'a-2', digest: 'd2' });

    expect(await world.run(runId)).toMatchObject({ state: 'admitted' });
  });
});

describe('row 17: retry', () => {
  test('a halted digest that is on the cluster soaks again, from the baseline before the change', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(2);
    world.sources.a.script = QUIET;
    await world.pass(2);

    const retried = await world.gate.retry(id, PERSON);

    expect(retried).toMatchObject({
      attempt: 2,
      state: 'settling',
      verdict: 'hold',
      reasons: [{ code: 'run/retried' }],
    });
    expect(await world.store.opening(retried.id)).toBe(await world.store.opening(id));
    await world.pass(9);
    expect(await world.run(retried.id)).toMatchObject({ state: 'go' });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/already-verified' });
    expect((await world.audited(retried.id))[0]).toBe('retry');
  });

  test('one that another digest has replaced since waits to be asked for', async () => {
    const { id } = await world.soak();
    await world.ask('SyncFail');
    await world.soak({ digest: 'd2' });
    await world.pass(6);

    expect(await world.gate.retry(id, PERSON)).toMatchObject({ attempt: 2, state: 'asked' });
  });

  test('one that never got there waits to be asked for', async () => {
    const { runId } = await world.ask('PreSync');
    await world.ask('SyncFail');

    const retried = await world.gate.retry(runId, PERSON);

    expect(retried).toMatchObject({ attempt: 2, state: 'asked' });
    expect(await world.ask('PreSync')).toMatchObject({
      verdict: 'go',
      attempt: 2,
      reason: 'admission/admitted',
    });
  });

  test.each([
    ['a run that is open', 'run/wrong-state', async () => (await world.ask('PreSync')).runId],
    [
      'an attempt that another one came after',
      'run/not-newest',
      async () => {
        const { runId } = await world.ask('PreSync');
        await world.ask('SyncFail');
        await world.gate.retry(runId, PERSON);
        return runId;
      },
    ],
    [
      'a run beside an open one',
      'run/other-open',
      async () => {
        const { runId } = await world.ask('PreSync');
        await world.ask('SyncFail');
        await world.ask('PreSync', { digest: 'd2' });
        return runId;
      },
    ],
  ])('%s is refused', async (_what, code, prepare) => {
    const id = await prepare();

    await expect(world.gate.retry(id, PERSON)).rejects.toMatchObject({ name: 'ConflictError', code });
  });
});

describe('rows 18 and 19: override', () => {
  test('a person lets a held change through', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PreSync');

    const run = await world.gate.override(runId, 'go', PERSON);

    expect(run).toMatchObject({
      state: 'go',
      decidedBy: 'ada',
      reasons: [{ code: 'override/go', text: 'ada decided go: looked at it' }],
    });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/already-verified' });
    expect((await world.store.audit(0, 10)).at(-1)).toMatchObject({
      kind: 'override',
      actor: 'ada',
      data: { verdict: 'go', reason: 'looked at it', from: 'asked' },
    });
  });

  test('a person lifts a halt, and halts what went', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(2);

    expect(await world.gate.override(id, 'go', PERSON)).toMatchObject({ state: 'go', decidedBy: 'ada' });
    expect(await world.gate.override(id, 'halt', PERSON)).toMatchObject({ state: 'halted', verdict: 'halt' });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'halt', reason: 'override/halt' });
  });

  test.each([
    ['go', 'run/already-decided'],
    ['halt', undefined],
  ] as const)('%s of a run that is go: %s', async (verdict, code) => {
    const { id } = await world.soak();
    await world.pass(6);

    const result = world.gate.override(id, verdict, PERSON);

    if (code) await expect(result).rejects.toMatchObject({ name: 'ConflictError', code });
    else await expect(result).resolves.toMatchObject({ state: 'halted' });
  });

  test('a run that is not there is told', async () => {
    const missing = { name: 'NotFoundError', code: 'run/unknown' };

    await expect(world.gate.override('nobody', 'go', PERSON)).rejects.toMatchObject(missing);
    await expect(world.gate.retry('nobody', PERSON)).rejects.toMatchObject(missing);
    await expect(world.gate.run('nobody')).rejects.toMatchObject(missing);
    await expect(world.gate.evidence('nobody')).rejects.toMatchObject(missing);
  });
});

describe('row 24: nobody waits any more', () => {
  test('the gate goes on', async () => {
    const { id } = await world.soak();
    const gone = new AbortController();
    const waiting = world.gate.askAndWait(
      { app: 'bom', cluster: 'a-1', revision: 'r1', digest: 'd1', phase: 'PostSync' },
      { name: 'hook' },
      60_000,
      gone.signal,
    );
    gone.abort();

    expect(await waiting).toMatchObject({ verdict: 'hold' });
    await world.pass(6);
    expect(await world.run(id)).toMatchObject({ state: 'go' });
  });
});

describe('what is refused', () => {
  test("a PostSync of another digest than the open run's", async () => {
    const { runId } = await world.ask('PreSync');

    await expect(world.ask('PostSync', { digest: 'd2' })).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'run/digest-mismatch',
      message: expect.stringContaining(runId),
    });
    expect(await world.run(runId)).toMatchObject({ state: 'admitted' });
  });

  test.each([
    [{ app: 'tidegate' }, 'InputError', 'app/self'],
    [{ app: 'nothing' }, 'NotFoundError', 'app/unknown'],
    [{ cluster: 'nowhere' }, 'NotFoundError', 'cluster/unknown'],
    [{ cluster: 'a-lone' }, 'NotFoundError', 'cluster/not-targeted'],
  ])('%j', async (ask, name, code) => {
    for (const phase of ['PreSync', 'PostSync', 'SyncFail'] as const) {
      await expect(world.ask(phase, ask)).rejects.toMatchObject({ name, code });
    }
  });
});

test('whatever happened, the log is whole', async () => {
  const { id } = await world.soak();
  await world.gate.override(id, 'halt', PERSON);
  await world.gate.retry(id, PERSON);
  await world.gate.record({ kind: 'refused', actor: 'nobody', data: { why: 'no token' } });

  const entries = await world.gate.audit(0, 100);
  expect(entries.map(({ kind }) => kind)).toEqual([
    'admission',
    'sync',
    'settled',
    'override',
    'retry',
    'refused',
  ]);
  expect(verifyChain(entries)).toEqual({ ok: true, head: await world.gate.auditHead() });
  expect((await world.gate.changes('a-1', NOON)).map(({ kind }) => kind)).toEqual([
    'retry',
    'override',
    'settled',
    'sync',
    'admission',
  ]);
});
