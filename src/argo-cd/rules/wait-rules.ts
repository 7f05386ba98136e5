import type { GateCall } from '../gate-call.ts';
import type { Rule } from '../rule.ts';
import { maxWaitSeconds } from './hook-rules.ts';

/**
 * Rules for a PostSync hook that waits for the verdict.
 *
 * @param longestVerdictSeconds from a sync to its verdict at most; unknown without the gate's configuration
 */
export function waitRules(longestVerdictSeconds: number | undefined): readonly Rule<GateCall>[] {
  if (longestVerdictSeconds === undefined) return [];
  return [
    {
      id: 'hook/short-wait',
      severity: 'error',
      why: 'The hook gives up before the gate decides: the sync fails, is begun anew, and the soak of a good change looks like a failure.',
      mend: `--mode=register, or --max-wait=${Math.ceil(longestVerdictSeconds / 60)}m with a longer activeDeadlineSeconds.`,
      find: (call) => {
        if (call.command !== 'post-sync' || (call.options.get('mode') ?? 'wait') !== 'wait') return [];
        const wait = maxWaitSeconds(call) ?? 0;
        return wait >= longestVerdictSeconds
          ? []
          : [
              {
                what: `it waits ${wait} s, settling and soak may take ${longestVerdictSeconds} s`,
                at: call.containerPath,
              },
            ];
      },
    },
  ];
}
