import { MINUTE_MS } from '../../src/domain/reading.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { ManualClock } from '../gate/support/manual-clock.ts';
import type { ApplicationSpec, Retry } from '../support/argo-cd/application.ts';
import { type Applied, ArgoCd } from '../support/argo-cd/argo-cd.ts';
import { hookPods } from '../support/argo-cd/hook-pod.ts';
import type { Pod } from '../support/argo-cd/job.ts';
import type { DeletePolicy, HookPhase, Manifest } from '../support/argo-cd/manifest.ts';
import { configMap, hookJob } from '../support/argo-cd/manifests.ts';
import { passTime } from '../support/argo-cd/pass-time.ts';
import type { ArgoVersion } from '../support/argo-cd/rolling-sync.ts';

/** A pod that never ends by itself. */
export const HANG = -1;

/** A pod that ran. */
export interface RanPod extends Pod {
  /** `pre-sync`, `post-sync`, `sync-fail` or what else its command was. */
  readonly hook: string;
  readonly at: number;
}

/** What is tried, where it differs from an Argo CD with default settings. */
export interface ExperimentOptions {
  readonly version?: ArgoVersion;
  readonly render?: (spec: ApplicationSpec, revision: string) => readonly Manifest[];
  readonly applications?: readonly ApplicationSpec[];
  readonly retry?: Retry;
  readonly webhook?: boolean;
  readonly seed?: number;
  readonly syncsPerChange?: number;
  /** How a pod ends once the first commit is everywhere; undefined is to ask the gate, which says go. */
  readonly script?: (pod: RanPod) => number | undefined;
}

const WAVES = ['w0', 'w1', 'w2'] as const;

/** One Application on one cluster in each of three waves. */
export const APPLICATIONS: readonly ApplicationSpec[] = WAVES.map((wave) => ({
  ...{ name: wave, cluster: wave, wave },
}));

/** Settings that differ in each commit, and hook Jobs that ask the gate. */
export function withHooks(
  phases: readonly HookPhase[],
  policies?: readonly DeletePolicy[],
): NonNullable<ExperimentOptions['render']> {
  return (_, revision) => [
    ...phases.map((phase) => {
      const command = `${phase.slice(0, -'Sync'.length).toLowerCase()}-sync`;
      return hookJob(phase, ['hook', command, '--app=bom', '--cluster=any', `--revision=${revision}`], {
        ...(policies && { policies }),
      });
    }),
    configMap('settings', { revision }),
  ];
}

/** An Argo CD with three waves that has its first commit, `r1`, everywhere, and whose gate always answers go. */
export interface Experiment {
  readonly argo: ArgoCd;
  readonly clock: ManualClock;
  /** @returns whether `until` came true before the time was over */
  pass(ms: number, until?: () => boolean): Promise<boolean>;
  /** Times at which pods of a hook began. */
  runsOf(hook: string, application: string): readonly number[];
  applied(application: string): readonly Applied[];
  /** As `Synced Healthy Succeeded`. */
  status(application: string): string;
}

const alwaysGo: typeof fetch = async () =>
  Response.json({ verdict: 'go', reason: 'admission/admitted', state: 'admitted', reasons: [], soak: {} });

/** Sets an experiment up. */
export async function experiment(options: ExperimentOptions = {}): Promise<Experiment> {
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 18));
  const pods: RanPod[] = [];
  let hasBegun = false;
  const ask = hookPods({ clock, gateUrl: () => 'http://127.0.0.1:9', fetch: alwaysGo });
  const { version = '3.5', webhook = true, seed = 1, syncsPerChange, retry } = options;
  const argo = new ArgoCd({
    ...{ version, clock, webhook },
    random: seededRandom(seed)('argo-cd'),
    steps: WAVES.map((wave) => ({ wave })),
    applications: (options.applications ?? APPLICATIONS).map((spec) => ({
      ...(retry && { retry }),
      ...spec,
    })),
    render: options.render ?? withHooks(['PreSync']),
    async runPod(pod) {
      const ran = { ...pod, hook: pod.args[1] ?? '', at: clock.now() };
      pods.push(ran);
      const code = hasBegun ? options.script?.(ran) : undefined;
      if (code === HANG) await untilDeleted(pod);
      return code ?? (ran.hook === 'soak' ? 0 : ask(pod));
    },
    ...(syncsPerChange !== undefined && { syncsPerChange: () => syncsPerChange }),
  });
  const pass: Experiment['pass'] = (atMostMs, until) =>
    passTime(clock, { atMostMs, ...(until && { until }) });
  argo.push('r1');
  if (!(await pass(60 * MINUTE_MS, () => argo.isDone)))
    throw new TypeError('the first commit did not arrive');
  await pass(MINUTE_MS);
  const begunAt = clock.now();
  hasBegun = true;
  return {
    ...{ argo, clock, pass },
    runsOf: (hook, name) =>
      pods.filter((pod) => pod.hook === hook && pod.argoApp === name && pod.at > begunAt).map(({ at }) => at),
    applied: (name) => argo.applied.filter(({ application, at }) => application === name && at > begunAt),
    status(name) {
      const { sync, health, operation } = argo.named(name);
      return `${sync} ${health} ${operation?.phase}`;
    },
  };
}

function untilDeleted({ aborted }: Pod): Promise<void> {
  return new Promise((resolve) => aborted.addEventListener('abort', () => resolve(), { once: true }));
}
