import type { Random } from '../../src/simulator/random.ts';
import type { Row } from './streams/count-fleet.ts';

/** Changes the delivered rows of a soak in place, whatever really happened. */
type Spoil = (rows: readonly Row[], treated: number, random: Random) => void;

const MISSING_SHARE = 0.05;
const OUTAGE_MINUTES = 5;
const RESET_MINUTES = 5;
const RESET_SHARE = 0.3;
const SILENT_FROM = 10;

/** How data goes bad on its way: none of it says anything of the change. */
export const SPOILS = {
  /** One minute in twenty of every cluster is missing, and all of them for five minutes. */
  gaps: (rows, _treated, random) => {
    const length = rows[0]?.events.length ?? 0;
    const from = Math.floor(random() * length);
    for (const row of rows) {
      for (let at = 0; at < length; at++) {
        const isOutage = at >= from && at < from + OUTAGE_MINUTES;
        if (isOutage || random() < MISSING_SHARE) miss(row, at);
      }
    }
  },
  /** Restarted counters lose what they had counted since the last scrape, requests and errors alike. */
  'counter resets': (rows, treated, random) => {
    const row = rows[treated];
    for (let at = 0; row && at < RESET_MINUTES; at++) {
      if (random() >= RESET_SHARE) continue;
      const kept = random();
      row.exposure[at] = Math.max(1, Math.round((row.exposure[at] ?? 0) * kept));
      row.events[at] = Math.min(row.exposure[at] ?? 0, Math.round((row.events[at] ?? 0) * kept));
    }
  },
  /** All but two of the other clusters deliver nothing any more from minute ten on. */
  'controls fall silent': (rows, treated) => {
    rows
      .filter((_, cluster) => cluster !== treated)
      .slice(2)
      .forEach((row) => {
        for (let at = SILENT_FROM; at < row.events.length; at++) miss(row, at);
      });
  },
} as const satisfies Readonly<Record<string, Spoil>>;

export type SpoilName = keyof typeof SPOILS;

/** Rows as they are delivered; those that were drawn stay as they are. */
export function spoiled(
  rows: readonly Row[],
  spoil: SpoilName | undefined,
  treated: number,
  random: Random,
): readonly Row[] {
  if (spoil === undefined) return rows;
  const copies = rows.map(({ events, exposure }) => ({ events: events.slice(), exposure: exposure.slice() }));
  SPOILS[spoil](copies, treated, random);
  return copies;
}

function miss({ events, exposure }: Row, at: number): void {
  events[at] = Number.NaN;
  exposure[at] = 0;
}
