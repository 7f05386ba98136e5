import { html } from 'hono/html';
import type { SoakProgress } from '../../gate/rollout-cluster.ts';
import type { Html } from './layout.ts';
import { lasting } from './parts.ts';

/** How far a soak has come, as a picture and in words; the mark in the picture is the least soak. */
export function soakBar(soak: SoakProgress): Html {
  const { elapsedMs, minSoakMs, maxSoakMs } = soak;
  const at = (ms: number) => (Math.min(1, ms / maxSoakMs) * 100).toFixed(1);
  const words = `${lasting(elapsedMs)} of ${lasting(minSoakMs)} at least and ${lasting(maxSoakMs)} at most`;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="10"/><rect class="done" width="${at(elapsedMs)}" height="10"/><rect class="least" x="${at(minSoakMs)}" width="1" height="10"/></svg> Soaked ${words}.${shortenedText(soak)}`;
}

/** Why the least soak is shorter than usual; nothing where it is not. */
export function shortenedText({
  minSoakMs,
  shortened,
}: Pick<SoakProgress, 'minSoakMs' | 'shortened'>): string {
  if (shortened === undefined) return '';
  const { fromMs, goes } = shortened;
  const clusters = goes === 1 ? '1 cluster' : `${goes} clusters`;
  return ` ${lasting(minSoakMs)} instead of ${lasting(fromMs)}, because ${clusters} of earlier waves had go for this digest.`;
}
