import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOOK } from '../support/callers.ts';
import { value } from '../support/fake-source.ts';
import { NOON, QUIET, World } from '../support/world.ts';

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
      HOOK,
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
      reason: 'admission/rollback',
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
