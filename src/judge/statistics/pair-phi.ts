import type { Count } from '../../domain/reading.ts';
import { chiSquareLowerTenth, MIN_BLOCKS } from '../phi.ts';
import type { Pair } from './did.ts';

/**
 * Blocks that are measured. The longest is as long as a soak: what wanders for half an hour must not look like a change.
 * A day has so few of those that their upper bound would hide most changes; their plain mean is enough.
 */
const BLOCKS = [
  { minutes: 1, isBounded: true },
  { minutes: 5, isBounded: true },
  { minutes: 30, isBounded: false },
] as const;

/**
 * Overdispersion of a cluster's counts against those of its controls in the same minutes: what both share cancels,
 * bursts and a level of its own that wanders don't. From differences of neighbouring blocks.
 *
 * @param minutes consecutive minutes; undefined where either side said nothing
 * @returns 1 or more; 1 with too little to measure
 */
export function pairPhi(minutes: readonly (Pair | undefined)[]): number {
  const all = sumOf(minutes);
  const ratio = (all.treated.events * all.controls.exposure) / (all.controls.events * all.treated.exposure);
  if (!(ratio > 0 && Number.isFinite(ratio))) return 1;
  return Math.max(1, ...BLOCKS.map((block) => blockPhi(minutes, block, ratio)));
}

function blockPhi(
  minutes: readonly (Pair | undefined)[],
  { minutes: length, isBounded }: (typeof BLOCKS)[number],
  ratio: number,
): number {
  let last: number | undefined;
  let squares = 0;
  let differences = 0;
  for (let from = 0; from + length <= minutes.length; from += length) {
    const { treated, controls } = sumOf(minutes.slice(from, from + length));
    const both = treated.events + controls.events;
    const share = (ratio * treated.exposure) / (controls.exposure + ratio * treated.exposure);
    const now = (treated.events - both * share) / Math.sqrt(both * share * (1 - share));
    if (!Number.isFinite(now)) continue;
    if (last !== undefined) {
      squares += (now - last) ** 2 / 2;
      differences++;
    }
    last = now;
  }
  if (differences < MIN_BLOCKS) return 1;
  const phi = squares / differences;
  if (!isBounded) return phi;
  // Neighbouring differences share a block, so a third of the degrees of freedom is lost.
  const freedom = (2 * differences) / 3;
  return phi * (freedom / chiSquareLowerTenth(freedom));
}

function sumOf(minutes: readonly (Pair | undefined)[]): Pair {
  const sum = { treated: { events: 0, exposure: 0 }, controls: { events: 0, exposure: 0 } };
  for (const pair of minutes) {
    if (pair === undefined) continue;
    add(sum.treated, pair.treated);
    add(sum.controls, pair.controls);
  }
  return sum;
}

function add(to: { events: number; exposure: number }, { events, exposure }: Count): void {
  to.events += events;
  to.exposure += exposure;
}
