import type { PeerName } from './peers.ts';

/** Halted soaks in per cent, by traffic and family, that other code of the same description had counted. */
export interface ReferenceRow {
  readonly family: string;
  /** How many soaks were counted. */
  readonly soaks: number;
  readonly halted: Readonly<Partial<Record<PeerName, number>>>;
}

/** Peers that the reference knows, in the order of its columns. */
const COLUMNS = [
  'fixed 2x / 5 min',
  'z-test, peeked',
  'Kayenta, peeked',
  'Kayenta, at the end',
] as const satisfies readonly PeerName[];

const MID = `
iid x1|0.0|7.0|0.9|0.0
burst x1|29.1|56.1|0.7|0.0
ar1 x1|18.4|45.0|24.2|15.4
diurnal x1|0.0|18.8|2.8|1.1
drift x1|3.4|95.6|71.0|69.7
shock x1|96.1|96.4|20.7|3.0
warm x1|100.0|100.0|10.7|0.3
iid x1.2|0.0|76.0|43.3|32.3
iid x1.5|6.3|100.0|99.8|99.5
iid x2|98.5|100.0|100.0|100.0
iid x4|100.0|100.0|100.0|100.0
burst x2|99.0|100.0|84.0|78.3
burst x4|100.0|100.0|100.0|100.0
ar1 x2|85.0|97.0|91.5|86.3
ar1 x4|100.0|100.0|100.0|100.0
diurnal x2|100.0|100.0|100.0|100.0
drift x4|100.0|100.0|100.0|100.0
warm x4|100.0|100.0|100.0|100.0
iid x4@15|100.0|100.0|47.3|15.8`;

const LOW = `
iid x1|54.5|9.8|1.1|0.1
burst x1|71.2|43.5|1.7|0.0
ar1 x1|57.6|16.1|2.6|0.7
diurnal x1|40.9|11.3|0.4|0.0
drift x1|79.0|19.2|1.5|0.7
shock x1|96.7|52.3|7.4|1.4
warm x1|85.7|77.9|7.8|0.5
iid x1.2|73.3|20.3|2.3|0.8
iid x1.5|88.8|44.5|4.0|0.3
iid x2|98.8|81.3|10.8|1.8
iid x4|100.0|100.0|95.3|90.8
burst x2|89.5|73.3|13.8|3.3
burst x4|99.5|96.5|62.5|35.0
ar1 x2|93.3|74.8|22.3|9.8
ar1 x4|100.0|99.3|80.5|64.8
diurnal x2|99.3|95.3|46.5|30.5
drift x4|100.0|100.0|100.0|100.0
warm x4|100.0|100.0|98.8|95.3
iid x4@15|100.0|93.0|6.8|2.5`;

const HIGH = `
iid x1|0.0|7.0|0.4|0.2
burst x1|6.4|57.6|0.4|0.0
ar1 x1|16.8|47.2|25.0|16.6
diurnal x1|0.0|24.8|5.6|3.0
drift x1|0.2|100.0|97.6|97.6
shock x1|95.0|97.4|19.0|2.8
warm x1|100.0|100.0|9.6|0.6
iid x1.2|0.0|96.5|82.5|77.0
iid x1.5|0.5|100.0|100.0|100.0
iid x2|99.5|100.0|100.0|100.0
iid x4|100.0|100.0|100.0|100.0
burst x2|98.5|100.0|99.0|97.0
burst x4|100.0|100.0|100.0|100.0
ar1 x2|85.0|97.5|91.5|89.0
ar1 x4|99.5|100.0|100.0|100.0
diurnal x2|100.0|100.0|100.0|100.0
drift x4|100.0|100.0|100.0|100.0
warm x4|100.0|100.0|100.0|100.0
iid x4@15|100.0|100.0|54.5|1.0`;

const rows = (text: string, harmless: number, others: number): readonly ReferenceRow[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [family = '', ...cells] = line.split('|');
      return {
        family,
        soaks: family.endsWith('x1') ? harmless : others,
        halted: Object.fromEntries(COLUMNS.map((peer, at) => [peer, Number(cells[at])])),
      };
    });

/**
 * What an independent implementation of the same streams and peers had counted, with other random numbers.
 * It holds the streams and the peers to their description: ours is compared on streams that others can draw too.
 */
export const REFERENCE = {
  mid: rows(MID, 1_000, 400),
  low: rows(LOW, 1_000, 400),
  high: rows(HIGH, 500, 200),
} as const;
