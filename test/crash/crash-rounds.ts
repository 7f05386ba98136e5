import { setTimeout as wait } from 'node:timers/promises';
import type { FastTime } from '../../src/cli/system-clock.ts';
import type { Store } from '../../src/gate/ports.ts';
import { type Random, seededRandom } from '../../src/simulator/random.ts';
import { TempDir } from '../support/temp-dir.ts';
import { APP, act } from './actor.ts';
import { checkLedger, type LedgerCounts } from './check-ledger.ts';
import { CrashGate } from './crash-gate.ts';
import { Witness } from './witness.ts';

/** Where a ledger is, as the configuration says it under `gate.store`. */
export type LedgerPlace = { readonly sqlite: string } | { readonly postgres: { readonly urlFile: string } };

/** A place for ledgers that outlives the gates. */
export interface CrashLedgers {
  readonly name: 'sqlite' | 'postgres';
  /** Gates that share one ledger. */
  readonly replicas: number;
  create(): Promise<LedgerPlace>;
  open(where: LedgerPlace): Promise<Store>;
  /** What can happen to them under living gates; it is over when the promise resolves. */
  readonly troubles: Readonly<Partial<Record<Trouble, () => Promise<void>>>>;
}

/** What was done and found. */
export interface CrashReport extends LedgerCounts {
  readonly kills: Readonly<Record<RoundKind, number>>;
  readonly acknowledged: number;
  /** What broke a promise; empty is good. */
  readonly complaints: readonly string[];
}

/** What can happen to ledgers: their server is stopped or crashes, and is started again; connections are cut; no room is left. */
export type Trouble = 'stopped' | 'crashed' | 'cut' | 'full';

/** A gate dies in mid-work, or while it migrates an empty ledger; or its ledger has trouble. */
type RoundKind = 'work' | 'migration' | Trouble;

/** Of ten rounds, those in which a ledger that can have it has this trouble. */
const TROUBLES: Readonly<Record<number, Trouble>> = { 1: 'stopped', 3: 'crashed', 7: 'cut', 9: 'full' };

const CLUSTERS = ['c-1', 'c-2', 'c-3', 'c-4'];
/** Four minutes of the fleet in a second: 16 looks. */
const FACTOR = 240;
/** Longest that a gate lives in a round, and that a migration may take before it is struck. */
const WORK_MS = 700;
const MIGRATION_MS = 120;

/** How long it goes on; the signal ends it with the round that is under way. */
export interface CrashOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly aborted?: AbortSignal;
  /** Told after each round how many were struck and how many promises are known to be broken. */
  readonly tell?: (struck: number, broken: number) => void;
}

/** Kills gates at random moments while clusters are rolled out to, and holds them to what they acknowledged. */
export async function crashRounds(
  ledgers: CrashLedgers,
  { rounds, seed, aborted, tell }: CrashOptions,
): Promise<CrashReport> {
  const random = seededRandom(seed)('crash');
  const time: FastTime = { factor: FACTOR, realStart: Date.now(), start: Date.UTC(2026, 10, 23, 12) };
  const where = await ledgers.create();
  const order = (store: LedgerPlace) => ({ config: configOf(store), time, seed });
  await using pool = new GatePool();
  const witness = new Witness();
  const ending = new AbortController();
  const live: { readonly gate: CrashGate; readonly url: string }[] = [];
  const start = async (store = where) => {
    const gate = pool.take();
    gate.order(order(store));
    return { gate, url: await gate.answers() };
  };
  live.push(...(await Promise.all(Array.from({ length: ledgers.replicas }, () => start()))));
  const stage = {
    witness,
    random,
    url: () => live[Math.floor(random() * live.length)]?.url,
    aborted: ending.signal,
  };
  const actors = Promise.all(CLUSTERS.map((cluster) => act(cluster, stage)));
  const kills = { work: 0, migration: 0, stopped: 0, crashed: 0, cut: 0, full: 0 };
  for (let round = 0; round < rounds && !aborted?.aborted; round += 1) {
    const kind = kindOf(round, ledgers);
    kills[kind] += 1;
    await wait(random() * WORK_MS);
    if (kind === 'migration') {
      const problem = await interruptMigration(ledgers, pool, order, random);
      if (problem !== undefined) witness.complaints.push(problem);
    } else if (kind !== 'work') await ledgers.troubles[kind]?.();
    else {
      const [victim] = live.splice(Math.floor(random() * live.length), 1);
      await victim?.gate.kill9();
      live.push(await start());
    }
    tell?.(round + 1, witness.complaints.length);
  }
  ending.abort();
  await actors;
  await Promise.all(live.map(({ gate }) => gate.kill9()));
  const store = await ledgers.open(where);
  try {
    const counts = await checkLedger(store, witness);
    const { acknowledged, complaints } = witness;
    return { ...counts, kills, acknowledged: acknowledged.length, complaints };
  } finally {
    await store.close();
  }
}

function configOf(store: LedgerPlace) {
  const cluster = (name: string) => ({
    ...{ name, wave: 'all', class: 'standard', region: 'eu-central-1', source: 'simulated' },
  });
  return {
    // Any free port; a gate tells which one it got.
    gate: { listen: '127.0.0.1:0', store },
    sources: [{ name: 'simulated', kind: 'prometheus', url: 'http://127.0.0.1:9' }],
    fleet: { clusters: CLUSTERS.map(cluster) },
    // What takes long is the crashes; nothing may end because of them.
    policies: {
      crash: {
        from: 'quick',
        minSoak: '2m',
        maxSync: '30d',
        maxSettle: '30d',
        maxBlind: '30d',
        maxHalted: 4,
      },
    },
    waves: [{ name: 'all', policy: 'crash', quorum: '1%' }],
    apps: [{ name: APP, components: ['dns'] }],
  };
}

function kindOf(round: number, { troubles }: CrashLedgers): RoundKind {
  if (round % 6 === 5) return 'migration';
  const trouble = TROUBLES[round % 10];
  return trouble !== undefined && troubles[trouble] ? trouble : 'work';
}

// Two gates begin with an empty ledger where two may; one dies on the way. The other, and the next one, must start.
async function interruptMigration(
  ledgers: CrashLedgers,
  pool: GatePool,
  order: (store: LedgerPlace) => Parameters<CrashGate['order']>[0],
  random: Random,
): Promise<string | undefined> {
  const where = await ledgers.create();
  const victim = pool.take();
  victim.order(order(where));
  await wait(random() * MIGRATION_MS);
  const next = pool.take();
  if (ledgers.replicas > 1) next.order(order(where));
  await victim.kill9();
  if (ledgers.replicas === 1) next.order(order(where));
  try {
    const response = await fetch(new URL('/v1/audit', await next.answers()));
    return response.ok
      ? undefined
      : `after a migration that was cut short /v1/audit answers ${response.status}`;
  } catch (error) {
    return `after a migration that was cut short: ${String(error)}`;
  } finally {
    await next.kill9();
  }
}

/** Gates that have loaded, one ahead of those who take them. */
class GatePool implements AsyncDisposable {
  readonly #cache = new TempDir();
  readonly #taken: CrashGate[] = [];
  #next = new CrashGate(this.#cache.path);

  take(): CrashGate {
    const gate = this.#next;
    this.#taken.push(gate);
    this.#next = new CrashGate(this.#cache.path);
    return gate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#taken, this.#next].map((gate) => gate.kill9()));
    this.#cache[Symbol.dispose]();
  }
}
