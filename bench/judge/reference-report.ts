import type { PeerName } from './peers.ts';
import { REFERENCE } from './reference.ts';
import { haltsOf, type Tallies, tallyKey } from './tally.ts';

/** Largest difference to the reference that is no difference, in percentage points. */
const TOLERANCE = 3;

/** Where a peer here and in the reference differ. */
export interface ReferenceGap {
  readonly traffic: string;
  readonly family: string;
  readonly peer: string;
  readonly here: number;
  readonly there: number;
  /** Whether numbers as few as both sides counted differ as much by chance (1 in 20). */
  readonly byChance: boolean;
}

/** How the peers here compare with the reference. */
export interface ReferenceCheck {
  readonly cells: number;
  /** Beyond the tolerance. */
  readonly gaps: readonly ReferenceGap[];
}

/** Compares every cell of the reference with what was counted here. */
export function compareWithReference(tallies: Tallies): ReferenceCheck {
  const gaps: ReferenceGap[] = [];
  let cells = 0;
  for (const [traffic, rows] of Object.entries(REFERENCE)) {
    for (const { family, soaks, halted } of rows) {
      for (const [peer, there] of Object.entries(halted) as [PeerName, number][]) {
        const tally = tallies.get(tallyKey(traffic, family, peer));
        if (tally === undefined) continue;
        cells++;
        const here = (100 * haltsOf(tally)) / tally.soaks;
        if (Math.abs(here - there) <= TOLERANCE) continue;
        const both = (haltsOf(tally) + (there / 100) * soaks) / (tally.soaks + soaks);
        const sd = 100 * Math.sqrt(both * (1 - both) * (1 / tally.soaks + 1 / soaks));
        const byChance = Math.abs(here - there) <= TOLERANCE + 1.96 * sd;
        gaps.push({ traffic, family, peer, here, there, byChance });
      }
    }
  }
  return { cells, gaps };
}
export const referenceReport = (t: Tallies) => {
  const r = compareWithReference(t);
  return (
    r.gaps
      .map((g) => `${g.traffic} ${g.family} ${g.peer} ${g.here.toFixed(1)} ${g.there} ${g.byChance}`)
      .join('\n') + `\n${r.cells}`
  );
};
