import type { Policy } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import type { Shrink } from './ports.ts';

/**
 * A policy with the least soak that confidence leaves of it: after every `afterGo` clusters of earlier waves with a go of
 * their own it is `factor` of what it was, each single go having its part in that, and never below the floor.
 *
 * @param proved clusters of earlier waves whose go the gate itself decided
 * @returns the policy, and why its soak is shorter where it is
 */
export function shrunkPolicy(
  policy: Policy,
  shrink: Shrink | undefined,
  proved: number,
): { readonly policy: Policy; readonly why?: Reason } {
  if (shrink === undefined || proved === 0) return { policy };
  const { factor, afterGo, floorMs } = shrink;
  const wanted = policy.minSoakMs * factor ** (proved / afterGo);
  // Whole seconds, so that what is shown is what is waited for; a floor above the policy's own soak lengthens nothing.
  const minSoakMs = Math.min(policy.minSoakMs, Math.max(floorMs, Math.round(wanted / 1000) * 1000));
  if (minSoakMs === policy.minSoakMs) return { policy };
  const text = `The soak is at least ${lengthText(minSoakMs)} instead of ${lengthText(policy.minSoakMs)}: ${proved === 1 ? '1 cluster' : `${proved} clusters`} of earlier waves had go for this digest (each ${afterGo} make it ${factor} of what it was, down to ${lengthText(floorMs)}).`;
  const shortened = { fromMs: policy.minSoakMs, goes: proved };
  return { policy: { ...policy, minSoakMs, shortened }, why: { code: 'soak/shortened', text } };
}

function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
