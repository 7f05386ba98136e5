import { CLOCK_SKEW_CAUSE, MAX_CLOCK_SKEW_MS, type SourceHealth } from '../signal-source.ts';
import type { PrometheusClient } from './client.ts';

/**
 * Asks the store what time it is and compares with ours.
 *
 * @param now our time when the question is asked, epoch milliseconds
 * @returns a cause where nothing the store says can be placed in time: it was not reached, or its clock is wrong
 */
export async function readStoreClock(client: PrometheusClient, now: number): Promise<SourceHealth> {
  const startedAt = performance.now();
  const answer = await client.ask({ subject: 'clock', type: 'scalar', form: { query: 'time()' } });
  if (!answer.ok) return { reachable: false, cause: answer.cause };
  const elapsed = performance.now() - startedAt;
  const ahead = answer.result * 1000 - now;
  // The store read its clock at some moment of the question; a slow answer is no skew.
  const skewMs = Math.round(ahead < 0 ? ahead : Math.max(0, ahead - elapsed));
  // Written so that a NaN counts as skewed.
  if (Math.abs(skewMs) <= MAX_CLOCK_SKEW_MS) return { reachable: true, skewMs };
  return { reachable: true, skewMs, cause: skewCause(skewMs) };
}

function skewCause(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const side = skewMs > 0 ? 'ahead of' : 'behind';
  return `${CLOCK_SKEW_CAUSE}the store's clock is ${seconds} s ${side} ours, at most ${MAX_CLOCK_SKEW_MS / 1000} s can be bridged; check the time service on both`;
}
