import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Count, Reading } from '../../src/domain/reading.ts';
import { PHASES } from '../../src/domain/run.ts';
import { verifyChain } from '../../src/gate/audit.ts';
import type { LedgerRun } from '../../src/gate/ports.ts';
import { decodeMinute } from '../../src/gate/readings-json.ts';
import { isOpen } from '../../src/gate/run-times.ts';
import type { Answer } from '../../src/gate/use-cases.ts';
import { POLICY } from '../store/ledger-data.ts';
import { type SourceMood, value } from './support/fake-source.ts';
import { QUIET, World } from './support/world.ts';

const MINUTE = 60_000;
const DIGESTS = ['d1', 'd2', 'd3'] as const;

/** What the world does to the gate. */
type Step =
  | { readonly do: 'ask'; readonly phase: (typeof PHASES)[number]; readonly digest: string }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'world'; readonly becomes: keyof typeof WORLDS }
  | { readonly do: 'override'; readonly verdict: 'go' | 'halt'; readonly digest: string }
  | { readonly do: 'retry'; readonly digest: string }
  | { readonly do: 'restart' };

/** States of the cluster and of its store. */
const WORLDS = {
  well: { mood: 'well', dns: () => value({ events: 2, exposure: 1_200 }) },
  broken: { mood: 'well', dns: () => value({ events: 600, exposure: 1_200 }) },
  quiet: { mood: 'well', dns: () => ({ is: 'no-traffic' }) },
  gone: { mood: 'well', dns: () => ({ is: 'no-data' }) },
  down: { mood: 'down', dns: () => value({ events: 2, exposure: 1_200 }) },
  partial: { mood: 'partial', dns: () => value({ events: 2, exposure: 1_200 }) },
  skewed: { mood: 'skewed', dns: () => value({ events: 2, exposure: 1_200 }) },
} as const satisfies Record<string, { mood: SourceMood; dns: () => Reading<Count> }>;

const aDigest = fc.constantFrom(...DIGESTS);
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      phase: fc.constantFrom(...PHASES),
      digest: aDigest,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.constantFrom(0.25, 1, 3, 8, 20) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('world' as const),
      becomes: fc.constantFrom(
        'well' as const,
        'well' as const,
        ...(Object.keys(WORLDS) as (keyof typeof WORLDS)[]),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('override' as const),
      verdict: fc.constantFrom('go' as const, 'halt' as const),
      digest: aDigest,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), digest: aDigest }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

/** Short stages, so that a sequence gets through them. */
const QUICK = {
  ...POLICY,
  minSoakMs: 3 * MINUTE,
  maxSoakMs: 15 * MINUTE,
  maxSyncMs: 10 * MINUTE,
  maxSettleMs: 10 * MINUTE,
  maxBlindMs: 6 * MINUTE,
};

async function take(world: World, step: Step): Promise<Answer | undefined> {
  switch (step.do) {
    case 'ask':
      return refusalIsFine(world.ask(step.phase, { digest: step.digest }));
    case 'pass':
      await world.pass(step.minutes);
      return undefined;
    case 'world': {
      const { mood, dns } = WORLDS[step.becomes];
      world.sources.a.mood = mood;
      const since = world.clock.now();
      const before = world.sources.a.script;
      // What was measured stays measured.
      world.sources.a.script = {
        ...QUIET,
        count: (cluster, key, minute) => (minute <= since ? before.count(cluster, key, minute) : dns()),
      };
      return undefined;
    }
    case 'restart':
      world.restart();
      return undefined;
    default: {
      const run = await world.store.latest('bom', 'a-1', step.digest);
      const word = { actor: 'ada', reason: 'says so' };
      if (run && step.do === 'override') await refusalIsFine(world.gate.override(run.id, step.verdict, word));
      if (run && step.do === 'retry') await refusalIsFine(world.gate.retry(run.id, word));
      return undefined;
    }
  }
}

async function refusalIsFine<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConflictError') return undefined;
    throw error;
  }
}

/** All runs by id. */
async function ledger(world: World): Promise<ReadonlyMap<string, LedgerRun>> {
  return new Map((await world.store.runs({})).map((run) => [run.id, run]));
}

function haltChangesOnlyByAPerson(
  before: ReadonlyMap<string, LedgerRun>,
  after: ReadonlyMap<string, LedgerRun>,
  step: Step,
): void {
  for (const [id, run] of before) {
    if (run.state !== 'halted') continue;
    const now = after.get(id);
    if (step.do === 'override' && step.digest === run.digest) continue;
    expect(now, 'a halted run changed by itself').toEqual(run);
    const attempts = (runs: ReadonlyMap<string, LedgerRun>) =>
      [...runs.values()].filter(({ digest }) => digest === run.digest).length;
    // An attempt that a person opened lifted the halt; what comes after it is no business of the halt.
    const isNewest = attempts(before) === run.attempt;
    if (isNewest && attempts(after) > run.attempt) {
      expect(step, 'another attempt after a halt').toMatchObject({ do: 'retry', digest: run.digest });
    }
  }
}

function endsStay(
  before: ReadonlyMap<string, LedgerRun>,
  after: ReadonlyMap<string, LedgerRun>,
  step: Step,
): void {
  for (const [id, run] of before) {
    if (isOpen(run) || step.do === 'override') continue;
    // A go is watched on: minutes are added to it, and harm may revoke it.
    const { version: _, revokedAt: __, verdict, reasons, ...stays } = run;
    expect(after.get(id), 'an ended attempt changed').toMatchObject(
      run.state === 'go' ? stays : { ...stays, verdict, reasons },
    );
  }
  const open = [...after.values()].filter(isOpen);
  expect(open.length, 'an app has at most one open run on a cluster').toBeLessThanOrEqual(1);
}

// Go by the gate alone: every required reading of the soak was a value, and there were enough of them.
async function goHasEvidence(world: World, run: LedgerRun): Promise<void> {
  const { settledAt = 0, decidedAt = 0, policy } = run;
  expect(decidedAt - settledAt - run.blindMs).toBeGreaterThanOrEqual(policy.minSoakMs);
  // A go is watched on: what came after it was no evidence for it.
  const soaked = (await world.store.minutes(run.id)).filter(
    ({ minute }) => minute - MINUTE >= settledAt && minute <= decidedAt,
  );
  expect(soaked.length).toBeGreaterThan(0);
  for (const minute of soaked) expect(decodeMinute(minute).counts['dns-errors']?.is).toBe('value');
}

test('whatever happens in whatever order, the invariants hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 10, maxLength: 45 }), async (steps) => {
      await using world = await World.open({ policy: QUICK, clusters: ['a-1'] });
      let before = await ledger(world);
      for (const step of steps) {
        const answer = await take(world, step);
        const after = await ledger(world);
        haltChangesOnlyByAPerson(before, after, step);
        endsStay(before, after, step);
        for (const [id, run] of after) {
          const isNew = run.state === 'go' && before.get(id)?.state !== 'go';
          if (isNew && run.decidedBy === undefined) await goHasEvidence(world, run);
          if (run.state === 'halted' && run.reasons[0]?.code === 'regression/dns-errors') {
            expect(steps, 'an outage convicted somebody').toContainEqual({ do: 'world', becomes: 'broken' });
          }
        }
        if (
          answer?.verdict === 'go' &&
          answer.phase === 'PreSync' &&
          answer.reason === 'admission/admitted'
        ) {
          expect(world.sources.a.mood, 'admitted without sight').toBe('well');
        }
        before = after;
      }
      const entries = await world.store.audit(0, 100_000);
      expect(verifyChain(entries)).toEqual({ ok: true, head: await world.store.auditHead() });
      const decisions = entries.filter(({ kind }) => kind === 'verdict').map(({ runId }) => runId);
      expect(new Set(decisions).size, 'one decision an attempt').toBe(decisions.length);
      for (const run of before.values()) {
        if (run.state !== 'go' && run.state !== 'halted') continue;
        const told = entries.filter(({ runId, data }) => runId === run.id && data['state'] === run.state);
        expect(told, 'a verdict that nobody audited').not.toHaveLength(0);
      }
      expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 120_000);

test.each(['quiet', 'gone', 'down', 'partial', 'skewed'] as const)(
  'no path leads from absence to go: %s for ever',
  async (becomes) => {
    const steps = fc.array(
      aStep.filter((step) => step.do !== 'world' && step.do !== 'override'),
      { minLength: 5, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(fc.boolean(), steps, async (admitsFirst, rest) => {
        await using world = await World.open({ policy: QUICK, clusters: ['a-1'] });
        if (admitsFirst) await world.ask('PreSync');
        await take(world, { do: 'world', becomes });
        for (const step of rest) await take(world, step);
        await world.pass(40);

        const states = (await world.store.runs({})).map(({ state }) => state);
        expect(states).not.toContain('go');
        // Nor to a conviction: only a broken sync that a hook reports halts.
        const convicted = (await world.store.runs({ state: 'halted' })).map(
          ({ reasons }) => reasons[0]?.code,
        );
        expect(convicted.every((code) => code === 'run/sync-failed')).toBe(true);
      }),
      { numRuns: 12 },
    );
  },
);

test('no checks, no go', async () => {
  await using world = await World.open({ checks: [] });

  expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold', reason: 'baseline/stale' });
  const { runId } = await world.ask('PostSync');
  await world.pass(60);
  expect(await world.run(runId)).not.toMatchObject({ state: 'go' });
});
