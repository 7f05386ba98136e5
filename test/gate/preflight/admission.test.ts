import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../../src/domain/check.ts';
import type { FactId, FactReading, FactRow } from '../../../src/domain/fact.ts';
import type { Waiver } from '../../../src/domain/waiver.ts';
import type { Ask } from '../../../src/gate/use-cases.ts';
import { CHECKS, NOON, World } from '../support/world.ts';

const row = (labels: Record<string, string>, value = 1): FactRow => ({ labels, value });
const rows = (...value: FactRow[]): FactReading => ({ is: 'value', value });
const ABSENT: FactReading = { is: 'no-data' };
const SLO = { slo: 'eks-dns' };

let waivers: Waiver[];
let world: World;
beforeEach(async () => {
  waivers = [];
  // Changes of the control plane are watched here, too.
  const checks = CHECKS.map((check) => ({ ...check, required: true }) as Check);
  world = await World.open({ checks, waivers: () => waivers });
});
afterEach(() => world[Symbol.asyncDispose]());

const tell = (fact: FactId, reading: FactReading) => world.sources.a.factsNow.set(fact, reading);
const codesOf = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }) =>
  reasons.map(({ code }) => code);

const PDB: Partial<Ask> = { components: ['dns', 'nodes'], change: { nodes: '1.51.0' } };
const UPGRADE: Partial<Ask> = { components: ['dns', 'control-plane'], change: { kubernetes: '1.35' } };

describe('what stands against a change holds it, by its own code, and says who can act', () => {
  const pdb = row({ namespace: 'shop', poddisruptionbudget: 'cart' }, 3);
  const api = (removed: string) =>
    row({
      group: 'flowcontrol.apiserver.k8s.io',
      version: 'v1beta3',
      resource: 'flowschemas',
      removed_release: removed,
    });
  const cases: [string, FactId, FactReading, Partial<Ask>, string, string][] = [
    [
      'a budget is spent',
      'budget-left',
      rows(row(SLO, -0.1)),
      {},
      'budget/exhausted',
      'eks-dns (-10 % left)',
    ],
    [
      'a budget is spent to the last error',
      'budget-left',
      rows(row(SLO, 0)),
      {},
      'budget/exhausted',
      '(0 % left)',
    ],
    [
      'pods can’t be evicted',
      'evictions-blocked',
      rows(pdb),
      PDB,
      'blocker/disruption-budget',
      'shop/cart (3 pods)',
    ],
    [
      'an API is used that the target lacks',
      'deprecated-apis',
      rows(api('1.35')),
      UPGRADE,
      'blocker/deprecated-api',
      'flowcontrol.apiserver.k8s.io/v1beta3/flowschemas (gone in 1.35)',
    ],
    [
      'a policy has new failing results',
      'policy-findings',
      rows(row({ policy: 'no-root', severity: 'high' }, 4)),
      {},
      'blocker/policy',
      'no-root (4 new, high)',
    ],
    [
      'what it stands on is not there',
      'daemonsets-arrived',
      rows(row({ namespace: 'kube-system', daemonset: 'aws-node' }, 0)),
      {},
      'dependency/unhealthy',
      'addon/vpc-cni (aws-node has 0 of 40 pods)',
    ],
    ['a fact can’t be read', 'budget-left', { is: 'unknown', cause: '503' }, {}, 'preflight/unknown', '503'],
    [
      'a fact is incomplete',
      'policy-findings',
      { is: 'partial', value: [], cause: 'a shard' },
      {},
      'preflight/unknown',
      'a shard',
    ],
  ];

  beforeEach(() => {
    tell('daemonsets', rows(row({ namespace: 'kube-system', daemonset: 'aws-node' }, 40)));
    tell('daemonsets-arrived', rows(row({ namespace: 'kube-system', daemonset: 'aws-node' }, 40)));
  });

  test.each(cases)('%s', async (_what, fact, reading, ask, code, text) => {
    const before = world.sources.a.factsNow.get(fact);
    tell(fact, reading);
    const held = await world.ask('PreSync', ask);
    if (before) tell(fact, before);
    else world.sources.a.factsNow.delete(fact);
    world.clock.advance(10_000);
    const admitted = await world.ask('PreSync', ask);

    expect(held).toMatchObject({ verdict: 'hold', reason: code, state: 'asked' });
    expect(held.reasons[0]?.text).toContain(text);
    expect(held.reasons[0]?.whoCanAct).toEqual(expect.any(String));
    expect(admitted).toMatchObject({ verdict: 'go', reason: 'admission/admitted' });
    expect(await world.audited()).toEqual(['hold', 'admission']);
  });

  const harmless: [string, FactId, FactReading, Partial<Ask>][] = [
    ['a budget that is nearly spent', 'budget-left', rows(row(SLO, 0.001)), {}],
    ['a blocked eviction, where no node is replaced', 'evictions-blocked', rows(pdb), {}],
    ['an API that is gone only later', 'deprecated-apis', rows(api('1.36')), UPGRADE],
    [
      'an API that nobody will remove',
      'deprecated-apis',
      rows(row({ version: 'v1', resource: 'endpoints' })),
      UPGRADE,
    ],
    [
      'one pod of forty that comes or goes',
      'daemonsets-arrived',
      rows(row({ namespace: 'kube-system', daemonset: 'aws-node' }, 39)),
      {},
    ],
    [
      'an add-on that the change does not stand on',
      'deployments',
      rows(row({ namespace: 'kyverno', deployment: 'kyverno-admission-controller' }, 3)),
      {},
    ],
  ];

  test.each(harmless)('%s does not', async (_what, fact, reading, ask) => {
    tell(fact, reading);

    const answer = await world.ask('PreSync', ask);

    expect(answer.verdict).toBe('go');
    expect(codesOf(answer)).toEqual(['admission/admitted', 'wave/first']);
  });

  test('all that stands against it is told at once', async () => {
    tell('budget-left', rows(row(SLO, -1)));
    tell('policy-findings', rows(row({ policy: 'p', severity: 'high' })));
    world.sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-1', state: 'firing', labels: {} }];

    expect(codesOf(await world.ask('PreSync'))).toEqual([
      'baseline/unhealthy',
      'budget/exhausted',
      'blocker/policy',
    ]);
  });

  test('one question is asked for all facts, and a store that is down is told of once', async () => {
    world.sources.a.mood = 'down';

    expect(codesOf(await world.ask('PreSync', PDB))).toEqual(['data/unknown']);
    expect(world.sources.a.factQuestions).toBe(1);
  });
});

describe('what is only said beside the go', () => {
  const cases: [string, FactId | undefined, FactReading, Partial<Ask>, string, string][] = [
    [
      'no budget at all',
      'budget-left',
      ABSENT,
      {},
      'budget/no-history',
      'No error budget of a-1 is recorded',
    ],
    [
      'a budget younger than a day',
      'budget-a-day-ago',
      rows(),
      {},
      'budget/no-history',
      'eks-dns (100 % left)',
    ],
    ['what is not delivered', 'policy-findings', ABSENT, {}, 'preflight/not-covered', 'new policy findings'],
    [
      'an unknown target of the control plane',
      undefined,
      ABSENT,
      { components: ['dns', 'control-plane'] },
      'preflight/target-unknown',
      '--change kubernetes=1.35',
    ],
    [
      'an unknown target of nodes',
      undefined,
      ABSENT,
      { components: ['dns', 'nodes'] },
      'preflight/target-unknown',
      '--change nodes=',
    ],
  ];

  test.each(cases)('%s', async (_what, fact, reading, ask, code, text) => {
    if (fact) tell(fact, reading);

    const answer = await world.ask('PreSync', ask);

    expect(answer.verdict).toBe('go');
    expect(codesOf(answer)).toEqual(['admission/admitted', 'wave/first', code]);
    expect(answer.reasons.at(-1)?.text).toContain(text);
    const [entry] = await world.store.audit(0, 10);
    expect(entry?.data['reasons']).toEqual(codesOf(answer));
  });

  test('a budget that is spent within its first day is held against nobody', async () => {
    tell('budget-left', rows(row(SLO, -3)));
    tell('budget-a-day-ago', rows());

    const answer = await world.ask('PreSync');

    expect(answer.verdict).toBe('go');
    expect(answer.reasons.at(-1)).toMatchObject({ code: 'budget/no-history' });
    expect(answer.reasons.at(-1)?.text).toContain('-300 %');
  });

  test('each SLO is judged by its own history', async () => {
    tell('budget-left', rows(row(SLO, -3), row({ slo: 'old' }, -1)));
    tell('budget-a-day-ago', rows(row({ slo: 'old' }, 0.5)));

    const { reasons } = await world.ask('PreSync');

    expect(reasons[0]).toMatchObject({ code: 'budget/exhausted', findings: ['budget/old'] });
    expect(reasons[1]).toMatchObject({ code: 'budget/no-history' });
  });
});

describe('a waiver', () => {
  const waiver = {
    finding: 'policy/no-root',
    reason: 'the image is replaced in December',
    owner: 'team-shop',
    expires: NOON + 3_600_000,
  };
  beforeEach(() => tell('policy-findings', rows(row({ policy: 'no-root', severity: 'high' }))));

  test('lets its finding stand, and is told and audited', async () => {
    waivers.push(waiver);

    const answer = await world.ask('PreSync');

    expect(answer.verdict).toBe('go');
    expect(answer.reasons.at(-1)).toMatchObject({ code: 'waiver/used', findings: ['policy/no-root'] });
    expect(answer.reasons.at(-1)?.text).toContain(
      'waived by team-shop until 2026-11-23T13:00 UTC: the image is replaced in December',
    );
    expect(await world.audited()).toEqual(['admission']);
  });

  test.each([
    ['that is over', { ...waiver, expires: NOON - 1 }, 'the waiver of team-shop ended on 2026-11-23'],
    ['of another cluster', { ...waiver, cluster: 'a-2' }, 'no-root'],
    ['of another finding', { ...waiver, finding: 'policy/other' }, 'no-root'],
  ])('%s does not', async (_what, other, text) => {
    waivers.push(other);

    const held = await world.ask('PreSync');

    expect(held).toMatchObject({ verdict: 'hold', reason: 'blocker/policy' });
    expect(held.reasons[0]).toMatchObject({ findings: ['policy/no-root'] });
    expect(held.reasons[0]?.text).toContain(text);
  });

  test('ends while the change waits: it is held again', async () => {
    waivers.push(waiver);
    tell('budget-left', rows(row(SLO, -1)));
    await world.ask('PreSync');
    world.sources.a.factsNow.delete('budget-left');
    world.clock.advance(3_600_000);

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold', reason: 'blocker/policy' });
  });

  test('of one of twelve leaves eleven, of which eight are named', async () => {
    waivers.push(waiver);
    const policies = Array.from({ length: 11 }, (_, i) => row({ policy: `p${i}`, severity: 'high' }));
    tell('policy-findings', rows(row({ policy: 'no-root', severity: 'high' }), ...policies));

    const { reasons } = await world.ask('PreSync');

    expect(reasons[0]?.text).toContain('p7 (1 new, high) and 3 more');
    expect(reasons[0]?.findings).toHaveLength(11);
  });
});

describe('one change at a time on a cluster', () => {
  const other = (app: string) => ({ app, digest: `${app}-1`, revision: `${app}-1` });

  test.each(['admitted', 'settling', 'soaking'])('another app that is %s holds it', async (state) => {
    const first = await world.ask('PreSync', other('bom-2'));
    if (state !== 'admitted') await world.ask('PostSync', other('bom-2'));
    if (state === 'soaking') await world.pass(3);
    expect((await world.run(first.runId)).state).toBe(state);

    const held = await world.ask('PreSync');

    expect(held).toMatchObject({ verdict: 'hold', reason: 'cluster/busy' });
    expect(held.reasons[0]?.text).toContain(`bom-2 is ${state} on a-1`);
    expect(await world.ask('PreSync', { cluster: 'a-2' })).toMatchObject({ verdict: 'go' });
  });

  test('and once that one is over, whoever asked first goes first', async () => {
    const { runId } = await world.ask('PreSync', other('bom-2'));
    await world.ask('PreSync');
    world.clock.advance(20_000);
    await world.ask('PreSync', other('bom-3'));
    await world.gate.override(runId, 'go', { actor: 'ada', reason: 'fine' });
    world.clock.advance(20_000);

    const late = await world.ask('PreSync', other('bom-3'));
    const early = await world.ask('PreSync');

    expect(late).toMatchObject({ verdict: 'hold', reason: 'cluster/busy' });
    expect(late.reasons[0]?.text).toContain('bom asked for a-1 before');
    expect(early.verdict).toBe('go');
  });

  test('who does not ask again loses the place after five minutes', async () => {
    const { runId } = await world.ask('PreSync', other('bom-2'));
    await world.ask('PreSync');
    world.clock.advance(1_000);
    await world.ask('PreSync', other('bom-3'));
    await world.gate.override(runId, 'go', { actor: 'ada', reason: 'fine' });
    world.clock.advance(301_000);

    expect(await world.ask('PreSync', other('bom-3'))).toMatchObject({ verdict: 'go' });
  });

  test('who is held by something else keeps no place', async () => {
    tell('budget-left', rows(row(SLO, -1)));
    await world.ask('PreSync');
    world.sources.a.factsNow.delete('budget-left');
    world.clock.advance(1_000);

    expect(await world.ask('PreSync', other('bom-2'))).toMatchObject({ verdict: 'go' });
  });

  test('of twenty that ask at the same time one is let in, over two gates on one ledger too', async () => {
    const gates = [world.gate, world.newGate()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const ask = { ...other(`bom-${i}`), cluster: 'a-1', phase: 'PreSync' } as const;
        return gates[i % 2]?.ask(ask, { name: 'hook', rights: new Set(['hook']) });
      }),
    );

    const verdicts = answers.map((answer) => answer?.verdict);
    expect(verdicts.filter((verdict) => verdict === 'go')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === 'hold')).toHaveLength(19);
  });

  test('another digest of the same app is not held by its own run', async () => {
    await world.ask('PreSync');

    expect(await world.ask('PreSync', { digest: 'd2' })).toMatchObject({ verdict: 'go' });
  });
});

test('going back is not held by any of it', async () => {
  const { runId } = await world.ask('PreSync');
  await world.gate.override(runId, 'go', { actor: 'ada', reason: 'fine' });
  const next = await world.ask('PreSync', { digest: 'd2' });
  await world.gate.override(next.runId, 'halt', { actor: 'ada', reason: 'bad' });
  tell('budget-left', rows(row(SLO, -0.1)));
  tell('policy-findings', rows(row({ policy: 'p', severity: 'high' })));

  expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/rollback' });
});

test('what the change brings is kept with its run', async () => {
  const change = { kubernetes: '1.35', addons: { karpenter: '1.6.0' } };
  const { runId } = await world.ask('PreSync', { change });

  expect(await world.run(runId)).toMatchObject({ change });
});
