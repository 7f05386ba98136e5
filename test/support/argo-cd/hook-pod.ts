import { parseWait } from '../../../src/cli/hook-options.ts';
import { exitCodeOf } from '../../../src/cli/traced-hook.ts';
import type { Phase } from '../../../src/domain/run.ts';
import type { Clock } from '../../../src/gate/ports.ts';
import { type HookResult, runHook } from '../../../src/hook/run-hook.ts';
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
    const { command, flags } = readArgs(pod.args);
    const phase = PHASES[command];
    if (phase === undefined) throw new TypeError(`${pod.job} runs "hook ${command}", which is no hook`);
    const result = await runHook(
      {
        gateUrl: gateUrl(),
        ask: {
          app: flags['app'] ?? '',
          cluster: flags['cluster'] ?? '',
          revision: flags['revision'] ?? '',
          ...(flags['digest'] !== undefined && { digest: flags['digest'] }),
          argoApp: pod.argoApp,
          phase,
        },
        token: async () => undefined,
        mode: flags['mode'] === 'register' || phase === 'SyncFail' ? 'register' : 'wait',
        onHold: 'wait',
        maxWaitMs: parseWait(flags['max-wait'] ?? MAX_WAIT),
      },
      { clock, progress: () => undefined, aborted: pod.aborted, ...(fetch && { fetch }) },
    );
    ended?.(pod, result);
    return exitCodeOf(result);
  };
}

/** `hook pre-sync --app=bom ...` */
export function readArgs([, command = '', ...rest]: readonly string[]): {
  readonly command: string;
  readonly flags: Readonly<Record<string, string | undefined>>;
} {
  const flags = rest.map((arg) => /^--([a-z-]+)=(.*)$/.exec(arg) ?? []);
  return { command, flags: Object.fromEntries(flags.map(([, name = '', value = '']) => [name, value])) };
}
