import { MINUTE_MS } from '../../src/domain/reading.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import type { ToldRun } from '../scenarios/fleet-world.ts';
import { brokenOrder } from './broken-order.ts';
import { digestOf, isSoak, type Pushed, RolloutWorld, type Setting, WAVES } from './rollout-world.ts';

/** What became of many rollouts, one after the other. */
export interface RolloutsReport {
  readonly good: number;
  /** Commits that break clusters from some wave on, each followed by a commit that goes back. */
  readonly bad: number;
  /** Good commits that were overtaken by another one before they were everywhere. */
  readonly overtaken: number;
  /** Times at which a commit came to a cluster. */
  readonly syncs: number;
  /** Hook pods that ended, soak Jobs included. */
  readonly hooks: number;
  /** Minutes on the fleet's clock. */
  readonly minutes: number;
  /** What must not happen and did, as sentences. */
  readonly broken: readonly string[];
  /** How each run ended, without its times: commit, cluster, state and id. */
  readonly ends: readonly string[];
}

/** Every version that is modelled. */
export const VERSIONS = ['3.2', '3.3', '3.5'] as const;

/** Every way of gating that is supported, for every version. */
export const SETTINGS: readonly Setting[] = VERSIONS.flatMap((version) =>
  (['register', 'wait'] as const).flatMap((postSync) =>
    [true, false].map((webhook) => ({ version, postSync, webhook })),
  ),
);

/** `3.5, register, polling` */
export function settingName({ version, postSync, webhook }: Setting): string {
  return `${version}, ${postSync}, ${webhook ? 'webhook' : 'polling'}`;
}

/** How much of all requests a bad commit breaks: little and much, by turns. */
const SHARES = [0.03, 0.2] as const;
/** Longest time that a good rollout may take: three soaks of half an hour, and room for what is asked anew. */
const LONGEST_MS = 6 * 60 * MINUTE_MS;

/** After a halt, until it is clear that nobody goes on. */
const AFTER_HALT_MS = 10 * MINUTE_MS;

/** Makes a number of rollouts; which are bad, and where, is the seed's choice. */
export async function rollouts(setting: Setting, count: number): Promise<RolloutsReport> {
  await using world = await RolloutWorld.open(setting);
  const story = new Story(world, setting);
  for (let at = 1; at <= count; at += 1) await story.next(at);
  return await story.report();
}

class Story {
  readonly #world: RolloutWorld;
  readonly #setting: Setting;
  readonly #random: () => number;
  readonly #broken: string[] = [];
  readonly #pushed: Pushed[] = [];
  #last: Pushed | undefined;
  #good = 0;
  #bad = 0;
  #overtaken = 0;
  readonly #startedAt: number;

  constructor(world: RolloutWorld, setting: Setting) {
    this.#world = world;
    this.#setting = setting;
    this.#startedAt = world.fleet.clock.now();
    this.#random = seededRandom(setting.seed ?? 1)('commits');
  }

  async next(at: number): Promise<void> {
    await this.#untilNoticed();
    const kind = this.#random();
    const minutes = 1 + Math.floor(this.#random() * 15);
    const wave = Math.floor(this.#random() * WAVES.length);
    const name = `commit-${at}`;
    if (this.#last && kind < 0.3) await this.#breaking(name, wave, this.#last);
    else if (kind < 0.45 && this.#setting.postSync === 'register') await this.#overtaking(name, minutes);
    else await this.#going(name);
    // What runs again does so before the next commit.
    await this.#world.pass((1 + minutes) * MINUTE_MS);
  }

  async report(): Promise<RolloutsReport> {
    const { fleet, argo, ended } = this.#world;
    const ends: string[] = [];
    for (const { digest, revision } of this.#pushed) {
      const runs = await fleet.runs(digest);
      this.#checkOrder(digest, runs);
      for (const { cluster, state, id } of runs) ends.push(`${revision} ${cluster} ${state} ${id}`);
    }
    if (fleet.complaints.length > 0) this.#broken.push(`the gate complains: ${fleet.complaints[0]}`);
    for (const { pod, result } of ended) {
      if (['usage', 'identity-refused', 'no-answer'].includes(result.end) && !pod.aborted.aborted) {
        this.#broken.push(`${pod.job} of ${pod.cluster} ended with ${result.end}: ${result.text}`);
      }
    }
    return {
      good: this.#good,
      bad: this.#bad,
      overtaken: this.#overtaken,
      syncs: argo.applied.filter(({ application }) => !isSoak({ name: application })).length,
      hooks: ended.length,
      minutes: Math.round((fleet.clock.now() - this.#startedAt) / MINUTE_MS),
      broken: this.#broken,
      ends: ends.sort(),
    };
  }

  async #going(name: string): Promise<void> {
    this.#good += 1;
    const commit = this.#push(name);
    if (await this.#arrives(commit)) this.#last = commit;
  }

  async #overtaking(name: string, minutes: number): Promise<void> {
    this.#overtaken += 1;
    this.#push(`${name}-early`);
    await this.#world.pass(minutes * MINUTE_MS);
    await this.#untilNoticed();
    await this.#going(name);
  }

  async #breaking(name: string, wave: number, last: Pushed): Promise<void> {
    this.#bad += 1;
    const bad = this.#push(name, {
      from: wave,
      fault: { kind: 'errors', share: SHARES[this.#bad % SHARES.length] ?? 0 },
    });
    const isHalted = () => this.#isToldOfHalt(bad);
    if (!(await this.#world.pass(LONGEST_MS, isHalted))) this.#broken.push(`${name} was never halted`);
    await this.#world.pass(AFTER_HALT_MS);
    for (const { application, cluster, wave: reached, revision } of this.#world.argo.applied) {
      // A soak Job may wait for a sync that is never admitted.
      if (isSoak({ name: application })) continue;
      const at = WAVES.findIndex((one) => one.name === reached);
      if (revision === name && at > wave)
        this.#broken.push(`${name} broke wave ${wave} and came to ${cluster}`);
    }
    await this.#untilNoticed();
    const back = { ...last, revision: `${name}-revert` };
    this.#world.push(back);
    await this.#arrives(back);
  }

  /** A commit that comes while a PostSync hook runs is lost on that cluster: Argo CD's own doing, with a test of its own. */
  async #untilNoticed(): Promise<void> {
    const { applications } = this.#world.argo;
    await this.#world.pass(LONGEST_MS, () =>
      applications.every(({ isSyncing, operation }) => !isSyncing || operation?.stage !== 'PostSync'),
    );
  }

  #push(name: string, breaks?: Pushed['breaks']): Pushed {
    const commit = {
      revision: name,
      digest: digestOf(`${this.#setting.seed} ${name}`),
      ...(breaks && { breaks }),
    };
    this.#pushed.push(commit);
    this.#world.push(commit);
    return commit;
  }

  async #arrives({ revision }: Pushed): Promise<boolean> {
    const { argo } = this.#world;
    const isThere = await this.#world.pass(LONGEST_MS, () => argo.isDone);
    if (isThere) return true;
    const missing = argo.applications.map(
      ({ spec, sync, health, operation }) =>
        `${spec.name} ${sync} ${health} ${operation?.phase} ${operation?.stage}`,
    );
    this.#broken.push(`${revision} did not arrive without a manual sync: ${missing.join(', ')}`);
    return false;
  }

  #isToldOfHalt({ digest }: Pushed): boolean {
    return this.#world.ended.some(({ result }) => result.end === 'halt' && result.answer?.digest === digest);
  }

  #checkOrder(digest: string, runs: readonly ToldRun[]): void {
    const applied = this.#world.argo.applied.filter(
      ({ application, revision }) =>
        !isSoak({ name: application }) && this.#world.commit(revision).digest === digest,
    );
    this.#broken.push(...brokenOrder(WAVES, applied, runs));
  }
}
