import { parseWait } from '../../../src/cli/hook-options.ts';
import { exitCodeOf } from '../../../src/cli/traced-hook.ts';
import type { Phase } from '../../../src/domain/run.ts';
import type { Clock } from '../../../src/gate/ports.ts';
import { type HookResult, type HookSurroundings, runHook } from '../../../src/hook/run-hook.ts';
import { runSoak } from '../../../src/hook/run-soak.ts';
import type { Pod, RunPod } from './job.ts';

/** Where the pods of hooks ask. */
export interface HookPods {
  readonly clock: Clock;
  readonly gateUrl: () => string;
  readonly fetch?: typeof fetch;
  /** Told how each ended. */
  readonly ended?: (pod: Pod, result: HookResult) => void;
}

const PHASES: Readonly<Record<string, Phase>> = {
  'pre-sync': 'PreSync',
  'post-sync': 'PostSync',
  'sync-fail': 'SyncFail',
};

/** How long each waits when its arguments do not say. */
const MAX_WAIT = '90s';

/** Runs the real hook client in process, by the arguments of its pod. */
export function hookPods({ clock, gateUrl, fetch, ended }: HookPods): RunPod {
  return async (pod) => {
    const surroundings = {
      clock,
      progress: () => undefined,
      aborted: pod.aborted,
      ...(fetch && { fetch }),
    };
    const result = await hookOf(pod, gateUrl(), surroundings);
    ended?.(pod, result);
    return exitCodeOf(result);
  };
}

async function hookOf(
  { args, argoApp }: Pod,
  gateUrl: string,
  surroundings: HookSurroundings,
): Promise<HookResult> {
  const { command, flags } = readArgs(args);
  const { app = '', cluster = '', revision = '', digest } = flags;
  const token = async () => undefined;
  if (command === 'soak') {
    return runSoak({ gateUrl, change: { app, cluster, digest: digest ?? '' }, token }, surroundings);
  }
  const phase = PHASES[command];
  if (phase === undefined) throw new TypeError(`"hook ${command}" is no hook`);
  const ask = { app, cluster, revision, ...(digest !== undefined && { digest }), argoApp, phase };
  const isReport = flags['mode'] === 'register' || phase === 'SyncFail';
  return runHook(
    {
      ...{ gateUrl, ask, token },
      mode: isReport ? 'register' : 'wait',
      onHold: 'wait',
      maxWaitMs: parseWait(flags['max-wait'] ?? MAX_WAIT),
    },
    surroundings,
  );
}

/** `hook pre-sync --app=bom ...` */
export function readArgs([, command = '', ...rest]: readonly string[]): {
  readonly command: string;
  readonly flags: Readonly<Record<string, string | undefined>>;
} {
  const flags = rest.map((arg) => /^--([a-z-]+)=(.*)$/.exec(arg) ?? []);
  return { command, flags: Object.fromEntries(flags.map(([, name = '', value = '']) => [name, value])) };
}
