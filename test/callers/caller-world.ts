import { createHash } from 'node:crypto';
import type { Phase } from '../../src/domain/run.ts';
import { APP, FleetWorld } from '../scenarios/fleet-world.ts';

/** In what state a caller finds its change. */
export type CallerState = 'go' | 'hold' | 'halt' | 'inconclusive';

/** A change of a cluster. */
export interface Change {
  readonly app: string;
  readonly cluster: string;
  readonly revision: string;
}

/** A token of each kind that callers use. */
export const HOOK_TOKEN = 'a-hook';
export const WEBHOOK_TOKEN = 'a-webhook';
const PERSON_TOKEN = 'a-person';

/** The secret in the address of a cluster's canary. */
export const capabilityOf = (cluster: string): string => `canary-of-${cluster}`;

/** Where a caller that asks before the change, or reports it, finds each state. */
const PLACES: Readonly<Record<'PreSync' | 'PostSync', Partial<Record<CallerState, string>>>> = {
  PreSync: { go: 'verified', hold: 'later', halt: 'broken' },
  PostSync: { go: 'verified', hold: 'soaking', halt: 'broken', inconclusive: 'quiet' },
};

const FIRST = ['verified', 'soaking', 'broken', 'quiet'];

/** A real gate with tokens, in which there is a change in every state. */
export class CallerWorld implements AsyncDisposable {
  readonly #world: FleetWorld;
  readonly #digestOf: ((cluster: string) => string) | undefined;

  private constructor(world: FleetWorld, toldOf?: (cluster: string) => string) {
    this.#world = world;
    this.#digestOf = toldOf;
  }

  /** @param toldOf the digest that the hooks tell beside the revision; by default nothing */
  static async open(toldOf?: (cluster: string) => string): Promise<CallerWorld> {
    const clusters = [...FIRST, 'later'];
    const world = await FleetWorld.open({
      waves: [
        { name: 'first', policy: 'probed', clusters: FIRST },
        { name: 'second', policy: 'quick', clusters: ['later'] },
      ],
      config: {
        // A test that nobody reports: the soak ends without the evidence that go needs.
        policies: { probed: { from: 'quick', minSoak: '1m', maxSoak: '5m', probes: ['never-reported'] } },
        identity: {
          tokens: [
            { name: 'hook', kind: 'hook', sha256: digestOf(HOOK_TOKEN) },
            { name: 'webhook', kind: 'webhook', sha256: digestOf(WEBHOOK_TOKEN) },
            { name: 'person', kind: 'person', sha256: digestOf(PERSON_TOKEN) },
            ...clusters.map((cluster) => ({
              name: capabilityOf(cluster),
              kind: 'capability',
              sha256: digestOf(capabilityOf(cluster)),
              clusters: [cluster],
              apps: [APP],
              expires: '2099-12-31',
            })),
          ],
        },
      },
    });
    const own = new CallerWorld(world, toldOf);
    await own.#prepare();
    return own;
  }

  get url(): string {
    return this.#world.url;
  }

  /** Where a caller of a phase finds a state. */
  change(phase: 'PreSync' | 'PostSync', state: CallerState): Change {
    const cluster = PLACES[phase][state];
    if (cluster === undefined) throw new Error(`${phase} is never answered with ${state}`);
    return { app: APP, cluster, revision: `rev-${cluster}` };
  }

  /** A path of the gate, read by a hook. */
  async read(path: string): Promise<Response> {
    return fetch(new URL(path, this.url), { headers: { authorization: `Bearer ${HOOK_TOKEN}` } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world[Symbol.asyncDispose]();
  }

  async #prepare(): Promise<void> {
    await this.#report('quiet', 'PreSync', 'PostSync');
    await this.#world.pass(30, async () => (await this.#stateOf('quiet')) === 'inconclusive');
    await this.#report('broken', 'PreSync', 'PostSync', 'SyncFail');
    await this.#report('soaking', 'PreSync', 'PostSync');
    await this.#report('verified', 'PreSync', 'PostSync');
    await this.#send(`/v1/runs/${(await this.#runOf('verified')).id}/override`, PERSON_TOKEN, {
      verdict: 'go',
      reason: 'for the callers that find a go',
    });
  }

  async #report(cluster: string, ...phases: readonly Phase[]): Promise<void> {
    const change = { app: APP, cluster, revision: `rev-${cluster}` };
    const digest = this.#digestOf && { digest: this.#digestOf(cluster) };
    for (const phase of phases) {
      await this.#send('/v1/verdicts', HOOK_TOKEN, { ...change, ...digest, phase });
    }
  }

  async #stateOf(cluster: string): Promise<string> {
    return (await this.#runOf(cluster)).state;
  }

  async #runOf(cluster: string): Promise<{ readonly id: string; readonly state: string }> {
    const { runs } = (await (await this.read(`/v1/runs?cluster=${cluster}`)).json()) as {
      readonly runs: readonly { readonly id: string; readonly state: string }[];
    };
    if (runs[0] === undefined) throw new Error(`nobody asked for a change of ${cluster}`);
    return runs[0];
  }

  async #send(path: string, token: string, body: unknown): Promise<void> {
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${path} is answered with ${response.status}: ${await response.text()}`);
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
