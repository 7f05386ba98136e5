import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUN_STATES, type RunState } from '../../src/domain/run.ts';
import { mayResume, openRun, resumedRun, retriedRun, runId } from '../../src/gate/attempts.ts';
import { dueEvent } from '../../src/gate/due-event.ts';
import type { LedgerRun } from '../../src/gate/ports.ts';
import type { RunEvent } from '../../src/gate/run-event.ts';
import { blindTotalMs, soakMs } from '../../src/gate/run-times.ts';
import { advance, isRefusal, transition } from '../../src/gate/transitions.ts';
import { newRun, POLICY } from '../store/ledger-data.ts';

const MINUTE = 60_000;
const WHY = { code: 'evidence/complete', text: 'why' } as const;

/** A run in a state, with the times that it has there. */
function runIn(state: RunState, more: Partial<LedgerRun> = {}): LedgerRun {
  const synced = state === 'settling' || state === 'soaking' ? { admittedAt: 1_000, syncedAt: 2_000 } : {};
  const admitted = state === 'admitted' ? { admittedAt: 1_000 } : {};
  const soaking = state === 'soaking' ? { settledAt: 3_000 } : {};
  return { ...newRun(), state, ...admitted, ...synced, ...soaking, ...more };
}

const EVENTS: Readonly<Record<string, RunEvent>> = {
  admitted: { is: 'admitted', reasons: [WHY], policy: { ...POLICY, name: 'pinned' } },
  held: { is: 'held', reasons: [WHY] },
  'sync-expired': { is: 'sync-expired' },
  synced: { is: 'synced' },
  settled: { is: 'settled' },
  'sync-failed': { is: 'sync-failed' },
  'judged halt': { is: 'judged', verdict: 'halt', reasons: [WHY] },
  'judged go': { is: 'judged', verdict: 'go', reasons: [WHY] },
  'judged inconclusive': { is: 'judged', verdict: 'inconclusive', reasons: [WHY] },
  blind: { is: 'blind', reason: { code: 'data/unknown', text: '503' } },
  sighted: { is: 'sighted' },
  'settle-expired': { is: 'settle-expired' },
  'blind-expired': { is: 'blind-expired' },
  superseded: { is: 'superseded', by: { id: 'next', digest: 'd2' } },
  'not-back': { is: 'not-back' },
  revoked: { is: 'revoked', reasons: [WHY] },
  abandoned: { is: 'abandoned', reason: { code: 'run/abandoned', text: 'left' } },
  acknowledged: { is: 'acknowledged', actor: 'ada', reason: 'because' },
  'plan acknowledged': { is: 'acknowledged', actor: 'ada', reason: 'because', plan: [] },
  'override go': { is: 'overridden', verdict: 'go', actor: 'ada', reason: 'because' },
  'override halt': { is: 'overridden', verdict: 'halt', actor: 'ada', reason: 'because' },
};

/** The whole state machine: state, event, next state. What is not here is refused. */
const TABLE: readonly (readonly [RunState, string, RunState])[] = [
  ['asked', 'admitted', 'admitted'], // 1
  ['asked', 'held', 'asked'], // 2
  ['admitted', 'sync-expired', 'asked'], // 3
  ['admitted', 'synced', 'settling'], // 4
  ['asked', 'synced', 'settling'], // 5
  ['settling', 'settled', 'soaking'], // 6
  ...(['admitted', 'settling', 'soaking'] as const).flatMap((state) => [
    [state, 'judged halt', 'halted'] as const, // 7
    [state, 'sync-failed', 'halted'] as const, // 7
    [state, 'blind', state] as const, // 9
    [state, 'sighted', state] as const, // 9
    [state, 'held', state] as const,
  ]),
  ['soaking', 'judged go', 'go'], // 8
  ['settling', 'settle-expired', 'inconclusive'], // 10
  ['settling', 'blind-expired', 'inconclusive'], // 10
  ['soaking', 'blind-expired', 'inconclusive'], // 10
  ['soaking', 'judged inconclusive', 'inconclusive'], // 10
  ...(['asked', 'admitted', 'settling', 'soaking'] as const).flatMap((state) => [
    [state, 'superseded', 'superseded'] as const, // 15
    [state, 'override go', 'go'] as const, // 18
    [state, 'override halt', 'halted'] as const, // 19
  ]),
  ['halted', 'override go', 'go'], // 18
  ['adopted', 'override go', 'go'], // 18
  ...(['go', 'inconclusive', 'superseded', 'abandoned', 'adopted'] as const).map(
    (state) => [state, 'override halt', 'halted'] as const, // 19
  ),
  ['go', 'revoked', 'go'], // 16
  ...(['asked', 'admitted', 'settling', 'soaking'] as const).map(
    (state) => [state, 'abandoned', 'abandoned'] as const, // 21
  ),
  ['halted', 'acknowledged', 'halted'], // 21
  ['halted', 'plan acknowledged', 'halted'],
  ['asked', 'plan acknowledged', 'asked'], // 23
];

describe('the state table', () => {
  const all = RUN_STATES.flatMap((state) => Object.keys(EVENTS).map((event) => [state, event] as const));
  test.each(all)('%s, %s', (state, name) => {
    const event = EVENTS[name];
    if (!event) throw new Error(name);
    const row = TABLE.find(([from, by]) => from === state && by === name);

    const result = transition(runIn(state), event, 10_000);

    if (row) expect(result).toMatchObject({ state: row[2] });
    else
      expect(result).toMatchObject({ refused: expect.stringMatching(/^run\//), because: expect.any(String) });
  });

  test('an end has its verdict, its reasons and its time', () => {
    const ends = [
      ['judged halt', 'halt'],
      ['sync-failed', 'halt'],
      ['judged go', 'go'],
      ['judged inconclusive', 'inconclusive'],
      ['blind-expired', 'inconclusive'],
      ['superseded', 'inconclusive'],
      ['abandoned', 'inconclusive'],
      ['override go', 'go'],
      ['override halt', 'halt'],
    ] as const;
    for (const [name, verdict] of ends) {
      const event = EVENTS[name];
      if (!event) throw new Error(name);
      expect(advance(runIn('soaking'), event, 10_000), name).toMatchObject({
        verdict,
        decidedAt: 10_000,
        reasons: [{ text: expect.any(String) }],
      });
    }
  });
});

describe('what an event does to a run', () => {
  test('row 14: a recovery that is not back yet begins anew, and only a rollback recovers', () => {
    const run = { ...runIn('soaking'), intent: 'rollback' as const, settledAt: 2_000 };

    expect(advance(run, { is: 'not-back' }, 9_000)).toMatchObject({
      state: 'soaking',
      settledAt: 9_000,
      recoveringFrom: 9_000,
    });
    const admitted = advance(
      { ...runIn('admitted'), intent: 'rollback' as const },
      { is: 'not-back' },
      9_000,
    );
    expect(advance(admitted, { is: 'sync-expired' }, 9_500)).not.toHaveProperty('recoveringFrom');
    expect(transition(runIn('soaking'), { is: 'not-back' }, 9_000)).toMatchObject({
      refused: 'run/wrong-state',
    });
  });

  test('row 1: the policy is pinned at the admission', () => {
    expect(transition(runIn('asked'), EVENTS['admitted'] as RunEvent, 5_000)).toMatchObject({
      admittedAt: 5_000,
      policy: { name: 'pinned' },
    });
  });

  test.each([
    ['after an admission', { admittedAt: 1_000 }, 'admitted', false],
    ['too late', { admittedAt: 1_000 }, 'asked', false],
    ['without one', {}, 'asked', true],
  ] as const)('rows 4 and 5: a sync %s', (_what, more, state, ungated) => {
    const run = { ...newRun(), ...more, state };

    expect(transition(run, { is: 'synced' }, 5_000)).toMatchObject({ ungated, syncedAt: 5_000 });
  });

  test('row 5: go by a person for an ungated go is a word for later waves; the evidence stays behind it', () => {
    const earned = runIn('go', {
      ungated: true,
      verdict: 'go',
      reasons: [{ code: 'evidence/complete', text: 'x' }],
    });
    const said = transition(earned, EVENTS['override go'] as RunEvent, 10_000);

    expect(said).toMatchObject({
      state: 'go',
      ungated: true,
      decidedBy: 'ada',
      reasons: [{ code: 'override/go' }, { code: 'evidence/complete' }],
    });
    expect(transition(said as LedgerRun, EVENTS['override go'] as RunEvent, 11_000)).toMatchObject({
      refused: 'run/already-decided',
    });
  });

  test('row 6: nothing settles while blind', () => {
    const blind = runIn('settling', { blindSince: 4_000 });

    expect(transition(blind, { is: 'settled' }, 5_000)).toMatchObject({ refused: 'run/blind' });
  });

  test('row 8: nothing goes while blind, but harm that was read halts', () => {
    const blind = runIn('soaking', { blindSince: 4_000 });

    expect(transition(blind, EVENTS['judged go'] as RunEvent, 5_000)).toMatchObject({ refused: 'run/blind' });
    expect(transition(blind, EVENTS['judged halt'] as RunEvent, 5_000)).toMatchObject({ state: 'halted' });
  });

  test('row 9: blind time adds up and is no soak', () => {
    let run = runIn('soaking', { settledAt: 0 });
    run = advance(run, EVENTS['blind'] as RunEvent, 10 * MINUTE);
    run = advance(run, EVENTS['blind'] as RunEvent, 11 * MINUTE);
    expect(run.blindSince).toBe(10 * MINUTE);
    expect(soakMs(run, 14 * MINUTE)).toBe(10 * MINUTE);
    run = advance(run, { is: 'sighted' }, 15 * MINUTE);
    run = advance(run, EVENTS['blind'] as RunEvent, 20 * MINUTE);

    expect(run.blindMs).toBe(5 * MINUTE);
    expect(blindTotalMs(run, 22 * MINUTE)).toBe(7 * MINUTE);
    expect(soakMs(run, 22 * MINUTE)).toBe(15 * MINUTE);
    const ended = advance(run, EVENTS['superseded'] as RunEvent, 22 * MINUTE);
    expect(ended.blindSince).toBeUndefined();
    expect(soakMs(ended, 99 * MINUTE)).toBe(15 * MINUTE);
  });

  test('row 15: both runs are named', () => {
    expect(transition(runIn('soaking'), EVENTS['superseded'] as RunEvent, 5_000)).toMatchObject({
      supersededBy: 'next',
      reasons: [{ code: 'run/superseded', text: expect.stringContaining('d2') }],
    });
  });

  test('row 18: a person who lets an unadmitted digest through admits it', () => {
    expect(transition(runIn('asked'), EVENTS['override go'] as RunEvent, 5_000)).toMatchObject({
      admittedAt: 5_000,
    });
    expect(transition(runIn('soaking'), EVENTS['override go'] as RunEvent, 5_000)).toMatchObject({
      admittedAt: 1_000,
    });
  });

  test('nothing it was not given is changed', () => {
    const frozen = (state: RunState) => Object.freeze(runIn(state));
    for (const state of RUN_STATES) {
      for (const event of Object.values(EVENTS)) {
        const run = frozen(state);
        const result = transition(run, event, 10_000);
        if (isRefusal(result)) continue;
        const { id, app, cluster, digest, attempt, askedAt, version } = run;
        expect(result).toMatchObject({ id, app, cluster, digest, attempt, askedAt, version });
      }
    }
  });
});

describe('what time alone brings', () => {
  const hours = 60 * MINUTE;
  test.each([
    ['admitted', {}, 1_000 + 2 * hours - 1, undefined],
    ['admitted', {}, 1_000 + 2 * hours, 'sync-expired'],
    ['settling', {}, 2_000 + hours - 1, undefined],
    ['settling', {}, 2_000 + hours, 'settle-expired'],
    ['settling', { blindMs: 10 * MINUTE }, 2_000 + hours, undefined],
    ['settling', { blindMs: 10 * MINUTE }, 2_000 + hours + 10 * MINUTE, 'settle-expired'],
    ['settling', { blindSince: 5_000 }, 5_000 + hours - 1, undefined],
    ['settling', { blindSince: 5_000 }, 5_000 + hours, 'blind-expired'],
    ['soaking', { blindMs: 20 * MINUTE, blindSince: 5_000 }, 5_000 + 40 * MINUTE - 1, undefined],
    ['soaking', { blindMs: 20 * MINUTE, blindSince: 5_000 }, 5_000 + 40 * MINUTE, 'blind-expired'],
    ['soaking', { blindMs: 2 * hours }, 9 * hours, undefined],
    ['asked', {}, 99 * hours, undefined],
    ['go', {}, 99 * hours, undefined],
  ] as const)('%s %j at %i: %s', (state, more, now, event) => {
    expect(dueEvent(runIn(state, more), now)?.is).toBe(event);
  });

  test('what is due always fits', () => {
    const anyRun = fc.record({
      state: fc.constantFrom(...RUN_STATES),
      blindMs: fc.integer({ min: 0, max: 5_000_000 }),
      blindSince: fc.option(fc.integer({ min: 0, max: 5_000_000 }), { nil: undefined }),
      now: fc.integer({ min: 0, max: 20_000_000 }),
    });
    fc.assert(
      fc.property(anyRun, ({ state, blindMs, blindSince, now }) => {
        const run = runIn(state, { blindMs, ...(blindSince !== undefined && { blindSince }) });
        const due = dueEvent(run, now);
        return due === undefined || !isRefusal(transition(run, due, now));
      }),
    );
  });
});

describe('attempts', () => {
  test('the name of an attempt is the same everywhere, and another for another attempt', () => {
    expect(runId('a', 'b', 'c', 1)).toMatch(/^[0-9a-f]{20}$/);
    expect(runId('a', 'b', 'c', 1)).toBe(runId('a', 'b', 'c', 1));
    const others = [runId('a', 'b', 'c', 2), runId('ab', '', 'c', 1), runId('a', 'bc', '', 1)];
    expect(new Set([runId('a', 'b', 'c', 1), ...others]).size).toBe(4);
  });

  test('row 17: after a retry harm counts from now, and an ungated sync stays ungated', () => {
    const word = { actor: 'ada', reason: 'fixed', policy: POLICY };
    const gated = retriedRun(runIn('soaking'), { ...word, onCluster: true }, 9_000);
    const { admittedAt: _, ...neverAdmitted } = runIn('soaking', { ungated: true });
    const ungated = retriedRun(neverAdmitted, { ...word, onCluster: true }, 9_000);

    expect(gated).toMatchObject({
      attempt: 2,
      state: 'settling',
      admittedAt: 9_000,
      syncedAt: 9_000,
      version: 0,
    });
    expect(ungated).toMatchObject({ state: 'settling', syncedAt: 9_000, ungated: true });
    expect(ungated.admittedAt).toBeUndefined();
    expect(retriedRun(runIn('soaking'), { ...word, onCluster: false }, 9_000)).toMatchObject({
      state: 'asked',
    });
  });

  test('row 10: an attempt after blindness is about the same sync', () => {
    const resumed = resumedRun(runIn('soaking', { blindMs: 5_000 }), 9_000);

    expect(resumed).toMatchObject({
      attempt: 2,
      state: 'settling',
      openedBy: 'gate',
      askedAt: 9_000,
      admittedAt: 1_000,
      syncedAt: 2_000,
      blindMs: 0,
    });
    expect(resumed.settledAt).toBeUndefined();
  });

  test("row 10: three of the gate's own a day; a person's do not count", () => {
    const day = 86_400_000;
    const own = (askedAt: number): LedgerRun => ({ ...newRun({ now: askedAt }), openedBy: 'gate' });
    const others = [newRun(), { ...newRun(), openedBy: 'person' } as const];

    expect(mayResume([...others, own(1), own(2)], 10)).toBe(true);
    expect(mayResume([...others, own(1), own(2), own(3)], 10)).toBe(false);
    expect(mayResume([...others, own(1), own(2), own(3)], day + 1)).toBe(true);
  });

  test('a new run has decided nothing', () => {
    const { policy, ...change } = newRun();

    expect(openRun({ ...change, policy }, 1, 5)).toMatchObject({
      state: 'asked',
      verdict: 'hold',
      askedAt: 5,
    });
  });
});
