import type { Clock } from '../../../src/gate/ports.ts';
import type { Manifest } from './manifest.ts';

/** A pod of a Job: what its one container was told. */
export interface Pod {
  readonly argoApp: string;
  readonly cluster: string;
  readonly job: string;
  readonly args: readonly string[];
  /** Aborts when the pod is deleted. */
  readonly aborted: AbortSignal;
}

/** Runs a pod to its end. @returns its exit code */
export type RunPod = (pod: Pod) => Promise<number>;

export type Health = 'Progressing' | 'Healthy' | 'Degraded';

/** What decides how a Job goes on when a pod of it has ended. */
export interface JobSpec {
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly podFailurePolicy?: {
    readonly rules: readonly {
      readonly action: 'FailJob' | 'Ignore' | 'Count' | 'FailIndex';
      readonly onExitCodes?: { readonly operator: 'In' | 'NotIn'; readonly values: readonly number[] };
    }[];
  };
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly args?: readonly string[] }[] };
  };
}

/** How Kubernetes itself would take it when nothing is said. */
const DEFAULT_BACKOFF_LIMIT = 6;

/** Between two pods of a Job: 10 s, doubled each time, at most 6 min. */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 360_000;

/** From the creation of a Job until its container runs. */
const POD_START_MS = 3_000;

/** A Job on a cluster. */
export class Job {
  health: Health = 'Progressing';
  /** What Argo CD shows on its line. */
  message = '';
  /** Resolves when it is complete or failed; never when it was deleted before. */
  readonly ended: Promise<void>;
  readonly #deleted = new AbortController();
  readonly #finished = new AbortController();

  constructor(
    manifest: Manifest,
    place: { readonly argoApp: string; readonly cluster: string },
    { clock, runPod }: { readonly clock: Clock; readonly runPod: RunPod },
  ) {
    const name = manifest.metadata.name ?? '';
    const spec = manifest.spec as JobSpec;
    const over = new AbortController();
    const aborted = AbortSignal.any([this.#deleted.signal, this.#finished.signal, over.signal]);
    const runOne = async () => {
      await clock.sleep(POD_START_MS, aborted);
      const args = spec.template.spec.containers[0]?.args ?? [];
      return aborted.aborted ? undefined : runPod({ ...place, job: name, args, aborted });
    };
    const pods = this.#pods(spec, runOne, clock, aborted);
    const { activeDeadlineSeconds: deadline } = spec;
    const late =
      deadline === undefined
        ? undefined
        : clock.sleep(deadline * 1000, aborted).then(() => 'Job was active longer than specified deadline');
    this.ended = Promise.race([pods, ...(late ? [late] : [])]).then((failure) => {
      over.abort();
      if (this.#deleted.signal.aborted) return new Promise<void>(() => undefined);
      this.health = failure === undefined ? 'Healthy' : 'Degraded';
      this.message = failure ?? '';
      return undefined;
    });
  }

  /** Whatever it waited for has come: its pod ends well. */
  finish(): void {
    this.#finished.abort();
  }

  /** Its pod ends with it. */
  delete(): void {
    this.#deleted.abort();
  }

  /** @returns why it failed; nothing when it is complete */
  async #pods(
    spec: JobSpec,
    runOne: () => Promise<number | undefined>,
    clock: Clock,
    aborted: AbortSignal,
  ): Promise<string | undefined> {
    let pause = FIRST_BACKOFF_MS;
    for (let failures = 0; !aborted.aborted; ) {
      const code = await runOne();
      if (code === undefined || code === 0 || aborted.aborted) return undefined;
      const rules = spec.podFailurePolicy?.rules ?? [];
      const at = rules.findIndex(({ onExitCodes: on }) =>
        on === undefined ? false : on.values.includes(code) === (on.operator === 'In'),
      );
      const action = rules[at]?.action ?? 'Count';
      if (action === 'FailJob') {
        return `Container c for pod failed with exit code ${code} matching FailJob rule at index ${at}`;
      }
      if (action !== 'Ignore') failures += 1;
      if (failures > (spec.backoffLimit ?? DEFAULT_BACKOFF_LIMIT)) {
        return 'Job has reached the specified backoff limit';
      }
      await clock.sleep(pause, aborted);
      pause = Math.min(pause * 2, LONGEST_BACKOFF_MS);
    }
    return undefined;
  }
}
