import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyChain } from '../../src/gate/audit.ts';
import type { FreezeOrder } from '../../src/gate/freezing.ts';
import type { LedgerRun } from '../../src/gate/ports.ts';
import type { Answer } from '../../src/gate/use-cases.ts';
import { POLICY } from '../store/ledger-data.ts';
import { ADA, FIXER, HOOK, NOTIFIER } from './support/callers.ts';
import { type SourceMood, value } from './support/fake-source.ts';
import { QUIET, World } from './support/world.ts';

const MINUTE = 60_000;
const DIGESTS = ['d1', 'd2'] as const;
const WAVE_OF = { 'a-1': 'one', 'a-2': 'two', 'a-3': 'two' } as const;
const CLUSTERS = ['a-1', 'a-2', 'a-3'] as const;
type ClusterName = (typeof CLUSTERS)[number];

const QUICK = {
  ...POLICY,
  minSoakMs: 3 * MINUTE,
  maxSoakMs: 12 * MINUTE,
  maxSyncMs: 20 * MINUTE,
  maxSettleMs: 10 * MINUTE,
  maxBlindMs: 6 * MINUTE,
};

/**
 * What a person who reads the ledger must find true after every command, whatever the gate thought on its way: which
 * freezes are in force, which digests of which clusters are halted, and what people have said.
 */
interface Model {
  readonly freezes: Map<string, FreezeOrder>;
  /** Ids of halted runs, with how many words a person said on their digest and cluster when they were halted. */
  readonly halted: Map<string, number>;
  /** Person's words by place: retry and override may lift a halt, nothing else does. */
  readonly words: Map<string, number>;
}

interface Real {
  readonly world: World;
}

type Cmd = fc.AsyncCommand<Model, Real>;

const placeOf = ({ cluster, digest }: Pick<LedgerRun, 'cluster' | 'digest'>) => `${cluster} ${digest}`;

function isFrozen(model: Model, cluster: ClusterName, now: number): boolean {
  return [...model.freezes.values()].some(
    ({ scope, name, expiresAt }) =>
      expiresAt > now &&
      (scope === 'fleet' ||
        (scope === 'cluster' && name === cluster) ||
        (scope === 'wave' && name === WAVE_OF[cluster])),
  );
}

/** Every invariant that can be read off the ledger. */
async function expectInvariants(model: Model, { world }: Real): Promise<void> {
  const runs = await world.store.runs({});
  const entries = await world.store.audit(0, 100_000);
  // 5: an unbroken chain, in which every end and every word stands.
  expect(verifyChain(entries)).toEqual({ ok: true, head: await world.store.auditHead() });
  for (const run of runs) {
    // 2: a halt changes by a person's word alone, or ends with another attempt that a person asked for.
    const before = model.halted.get(run.id);
    if (before !== undefined && run.state !== 'halted') {
      expect(model.words.get(placeOf(run)) ?? 0, `halt of ${placeOf(run)} lifted itself`).toBeGreaterThan(
        before,
      );
      model.halted.delete(run.id);
    }
    if (run.state === 'halted' && before === undefined)
      model.halted.set(run.id, model.words.get(placeOf(run)) ?? 0);
    // 6: what the gate itself decided is decided once.
    const verdicts = entries.filter(({ runId, kind }) => runId === run.id && kind === 'verdict');
    expect(verdicts.length).toBeLessThanOrEqual(1);
    // 1: no path from absence to go.
    if (run.state === 'go' && run.decidedBy === undefined) {
      expect((await world.store.minutes(run.id)).length, 'go without a minute').toBeGreaterThan(0);
    }
    // 3: not knowing convicts nobody.
    if (run.state === 'halted' && run.decidedBy === undefined) {
      expect(['regression/dns-errors', 'run/sync-failed']).toContain(run.reasons[0]?.code);
    }
  }
  for (const cluster of CLUSTERS) {
    const open = runs.filter(
      (run) => run.cluster === cluster && ['asked', 'admitted', 'settling', 'soaking'].includes(run.state),
    );
    expect(open.length, 'one open run on a cluster').toBeLessThanOrEqual(1);
  }
  expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
}

async function refusalIsFine<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && /^(Conflict|Identity)Error$/.test(error.name)) return undefined;
    throw error;
  }
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Cmd {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      await expectInvariants(model, real);
    },
    toString: () => name,
  };
}

/** Whether the reference model lets an ordinary change onto a cluster now, as far as freezes and waves go. */
function expectLawful(
  model: Model,
  runs: readonly LedgerRun[],
  answer: Answer,
  cluster: ClusterName,
  now: number,
): void {
  if (answer.reason !== 'admission/admitted') return;
  expect(isFrozen(model, cluster, now), 'admitted under a freeze').toBe(false);
  if (WAVE_OF[cluster] === 'one') return;
  const before = runs.find((run) => run.cluster === 'a-1' && run.digest === answer.digest);
  expect(before?.state, 'admitted before its turn').toBe('go');
  expect(before?.revokedAt, 'admitted behind a revoked go').toBeUndefined();
  const others = runs.filter((run, at) => {
    const isNewest = runs.findIndex((one) => one.cluster === run.cluster && one.digest === run.digest) === at;
    return isNewest && run.digest === answer.digest && run.cluster !== cluster && run.state === 'halted';
  });
  expect(
    others.filter(({ acknowledgedBy }) => acknowledgedBy === undefined),
    'admitted in a frozen rollout',
  ).toEqual([]);
}

const ask = (
  phase: 'PreSync' | 'PostSync' | 'SyncFail',
  cluster: ClusterName,
  digest: string,
  isFix: boolean,
) =>
  command(`${phase} ${cluster} ${digest}${isFix ? ' fix' : ''}`, async (model, { world }) => {
    const runs = await world.store.runs({});
    const question = {
      app: 'bom',
      cluster,
      revision: digest,
      digest,
      phase,
      ...(isFix && { intent: 'fix' as const }),
    };
    const answer = await refusalIsFine(world.gate.ask(question, isFix ? FIXER : HOOK));
    if (answer && phase === 'PreSync') expectLawful(model, runs, answer, cluster, world.clock.now());
    if (answer && model.halted.has(answer.runId))
      expect(answer.verdict, 'a halted digest was let go').toBe('halt');
  });

const pass = (minutes: number) =>
  command(`pass ${minutes} min`, async (_model, { world }) => world.pass(minutes));

const weather = (mood: SourceMood, isBroken: boolean) =>
  command(`${mood}${isBroken ? ', broken' : ''}`, async (_model, real) => {
    const { a } = real.world.sources;
    a.mood = mood;
    const since = real.world.clock.now();
    const before = a.script;
    const events = isBroken ? 600 : 2;
    a.script = {
      ...QUIET,
      count: (cluster, key, minute) =>
        minute <= since ? before.count(cluster, key, minute) : value({ events, exposure: 1_200 }),
    };
  });

const restart = command('restart', async (_model, { world }) => world.restart());

const freeze = (order: Pick<FreezeOrder, 'scope' | 'name'>, minutes: number) =>
  command(`freeze ${order.scope} ${order.name ?? ''} ${minutes} min`, async (model, { world }) => {
    const full = { ...order, expiresAt: world.clock.now() + minutes * MINUTE };
    const made = await refusalIsFine(world.gate.freeze(full, ADA));
    if (made) model.freezes.set(made.id, full);
  });

const thaw = command('thaw', async (model, { world }) => {
  const [first] = await world.gate.freezes();
  const known = [...model.freezes].filter(([, { expiresAt }]) => expiresAt > world.clock.now());
  expect((await world.gate.freezes()).map(({ id }) => id).toSorted()).toEqual(
    known.map(([id]) => id).toSorted(),
  );
  if (first === undefined) return;
  await world.gate.thaw(first.id, ADA);
  model.freezes.delete(first.id);
});

const word = (what: 'go' | 'halt' | 'retry' | 'acknowledge', cluster: ClusterName, digest: string) =>
  command(`${what} ${cluster} ${digest}`, async (model, { world }) => {
    const run = await world.store.latest('bom', cluster, digest);
    if (run === undefined) return;
    const said = await refusalIsFine(
      what === 'retry'
        ? world.gate.retry(run.id, ADA)
        : what === 'acknowledge'
          ? world.gate.acknowledge(run.id, ADA)
          : world.gate.override(run.id, what, ADA),
    );
    if (said && what === 'acknowledge') expect(said.state, 'a decision was changed').toBe(run.state);
    if (said && what !== 'acknowledge')
      model.words.set(placeOf(run), (model.words.get(placeOf(run)) ?? 0) + 1);
  });

const deployed = (cluster: ClusterName, digest: string) =>
  command(`deployed ${cluster} ${digest}`, async (_model, { world }) => {
    const seen = { app: 'bom', cluster, revision: digest, digest, deployedAt: world.clock.now() };
    await refusalIsFine(world.gate.deployed(seen, NOTIFIER));
  });

const aCluster = fc.constantFrom(...CLUSTERS);
const aDigest = fc.constantFrom(...DIGESTS);
const COMMANDS = [
  fc
    .tuple(fc.constantFrom('PreSync', 'PreSync', 'PostSync', 'SyncFail'), aCluster, aDigest)
    .map(([phase, cluster, digest]) => ask(phase, cluster, digest, false)),
  fc.tuple(aCluster, aDigest).map(([cluster, digest]) => ask('PreSync', cluster, digest, false)),
  fc.tuple(aCluster, aDigest).map(([cluster, digest]) => ask('PostSync', cluster, digest, false)),
  fc.tuple(aCluster, aDigest).map(([cluster, digest]) => ask('PreSync', cluster, digest, true)),
  fc.constantFrom(0.5, 2, 5, 9).map(pass),
  fc.constantFrom(2, 5, 9).map(pass),
  fc
    .tuple(fc.constantFrom<SourceMood>('well', 'well', 'well', 'down', 'partial'), fc.boolean())
    .map(([mood, isBroken]) => weather(mood, isBroken)),
  fc.constant(restart),
  fc
    .tuple(
      fc.constantFrom<Pick<FreezeOrder, 'scope' | 'name'>>(
        { scope: 'fleet' },
        { scope: 'wave', name: 'two' },
        { scope: 'cluster', name: 'a-1' },
      ),
      fc.constantFrom(3, 60),
    )
    .map(([order, minutes]) => freeze(order, minutes)),
  fc.constant(thaw),
  fc
    .tuple(fc.constantFrom('go', 'halt', 'retry', 'acknowledge'), aCluster, aDigest)
    .map(([what, cluster, digest]) => word(what, cluster, digest)),
  fc.tuple(aCluster, aDigest).map(([cluster, digest]) => deployed(cluster, digest)),
] as const;

test('whatever hooks, people, time and the world do, the ledger reads as the invariants say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands([...COMMANDS], { maxCommands: 40 }), async (commands) => {
      await using world = await World.open({
        policy: QUICK,
        clusters: CLUSTERS,
        waves: ['one', 'two'],
        waveOf: WAVE_OF,
      });
      const setup = () => ({
        model: {
          freezes: new Map(),
          halted: new Map(),
          words: new Map(),
        } satisfies Model,
        real: { world },
      });
      await fc.asyncModelRun(setup, commands);
    }),
    { numRuns: 60 },
  );
}, 240_000);
