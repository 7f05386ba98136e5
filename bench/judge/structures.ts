import type { ItemCount } from '../../src/domain/reading.ts';
import type { Random } from '../../src/simulator/random.ts';
import { policyOf, stateCheck } from './bench-checks.ts';
import { partOf, type Section } from './job.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { judgeWhole, type KnownClass, openRun } from './whole-judge.ts';

export const STRUCTURE_TABLE = 'structure';

const SOAK_MINUTES = 30;
const WEEK_MINUTES = 7 * 24 * 60;
const DAY_MINUTES = 24 * 60;
/** Minutes in a row that make a breach. */
const FOR_MINUTES = 5;
const CONTROLS = 8;
const SOAKS = 2_000;
const SOAKS_PER_JOB = 250;

const NODES = { item: 'node', among: 40, blinksPerDay: 6 } as const;
const DEPLOYMENTS = { item: 'Deployment', among: 60, blinksPerDay: 12 } as const;
type Kind = typeof NODES | typeof DEPLOYMENTS;

/** What happens to the items of a soak: bad ones from a minute on, for so long, here or everywhere. */
interface Trouble {
  readonly bad: number;
  readonly from: number;
  readonly minutes: number;
  readonly fleet: boolean;
}

interface StructureFamily {
  readonly name: string;
  readonly kind: Kind;
  readonly isHarmful: boolean;
  readonly trouble: (random: Random) => Trouble | undefined;
}

const weekly = (random: Random): Trouble | undefined => {
  const from = Math.floor(random() * WEEK_MINUTES);
  return from < SOAK_MINUTES ? { bad: 3, from, minutes: 12, fleet: false } : undefined;
};
const incident = (random: Random): Trouble => ({
  bad: 8,
  from: Math.floor(random() * SOAK_MINUTES),
  minutes: 12,
  fleet: true,
});
const broken = (bad: number, from: number) => (): Trouble => ({
  bad,
  from,
  minutes: SOAK_MINUTES,
  fleet: false,
});

const FAMILIES: readonly StructureFamily[] = [
  { name: 'three nodes lost, once a cluster and week', kind: NODES, isHarmful: false, trouble: weekly },
  { name: 'a fifth of the nodes lost everywhere', kind: NODES, isHarmful: false, trouble: incident },
  {
    name: 'three Deployments, once a cluster and week',
    kind: DEPLOYMENTS,
    isHarmful: false,
    trouble: weekly,
  },
  { name: 'three of 40 nodes never come back', kind: NODES, isHarmful: true, trouble: broken(3, 5) },
  { name: 'two of 60 Deployments stay down', kind: DEPLOYMENTS, isHarmful: true, trouble: broken(2, 2) },
];

/** Rows of the table. */
export function structureRows(harmless: boolean): readonly string[] {
  return FAMILIES.filter(({ isHarmful }) => isHarmful !== harmless).map(({ name }) => name);
}

/** NotReady nodes and unavailable Deployments over a background of single items that blink. */
export const structureSection: Section = {
  jobs: (size) =>
    FAMILIES.flatMap(({ name }) => {
      const soaks = partOf(SOAKS, size);
      return Array.from({ length: Math.ceil(soaks / SOAKS_PER_JOB) }, (_, at) => ({
        what: name,
        at,
        given: { name, soaks: Math.min(SOAKS_PER_JOB, soaks - at * SOAKS_PER_JOB) },
      }));
    }),
  run: (job, randomFor) => {
    const { name, soaks } = job.given as { readonly name: string; readonly soaks: number };
    const family = FAMILIES.find((each) => each.name === name);
    if (family === undefined) throw new Error(`no family ${name}`);
    const tallies: Tallies = new Map();
    const { among, item } = family.kind;
    // One row of a gauge that nobody checks tells how long the soak is.
    const silent = new Map([['length', clusters(new Float64Array(SOAK_MINUTES))]]);
    const known: KnownClass = {
      checks: [stateCheck('items', item, FOR_MINUTES)],
      policy: policyOf(SOAK_MINUTES, SOAK_MINUTES),
      past: new Map(),
      pastItems: new Map([['items', { bad: 0, among }]]),
    };
    const controls = Array.from({ length: CONTROLS }, (_, at) => at + 1);
    const run = openRun(known, 0, controls);
    for (let soak = 0; soak < soaks; soak++) {
      const random = randomFor('structure', name, job.at, soak);
      const trouble = family.trouble(random);
      const bad = badByMinute(family.kind, trouble, random);
      const itemsAt = (at: number) => ({
        own: { items: { bad: bad[at] ?? 0, among } satisfies ItemCount },
        areShared: trouble?.fleet === true && isIn(trouble, at),
      });
      const tally = (judge: string, halt: number | undefined) =>
        count(tallies, tallyKey(STRUCTURE_TABLE, name, judge), { halt });
      tally('any bad item', firstRun(bad, 1));
      tally(`any for ${FOR_MINUTES} min`, firstRun(bad, FOR_MINUTES));
      tally('ours', judgeWhole(run, silent, { itemsAt }).halt);
    }
    return tallies;
  },
};

function clusters(row: Float64Array): readonly Float64Array[] {
  return Array.from({ length: CONTROLS + 1 }, () => row);
}

function isIn({ from, minutes }: Trouble, at: number): boolean {
  return at >= from && at < from + minutes;
}

/** Single items blink for one to three minutes all day long; trouble comes on top. */
function badByMinute({ blinksPerDay }: Kind, trouble: Trouble | undefined, random: Random): Float64Array {
  const bad = new Float64Array(SOAK_MINUTES);
  for (let at = 0; at < SOAK_MINUTES; at++) {
    if (random() >= blinksPerDay / DAY_MINUTES) continue;
    const until = Math.min(SOAK_MINUTES, at + 1 + Math.floor(random() * 3));
    for (let minute = at; minute < until; minute++) bad[minute] = (bad[minute] ?? 0) + 1;
  }
  if (trouble) {
    for (let at = 0; at < SOAK_MINUTES; at++) if (isIn(trouble, at)) bad[at] = (bad[at] ?? 0) + trouble.bad;
  }
  return bad;
}

/** First minute (from 1) that ends so many bad ones in a row. */
function firstRun(bad: Float64Array, length: number): number | undefined {
  let run = 0;
  for (let at = 0; at < bad.length; at++) {
    run = (bad[at] ?? 0) > 0 ? run + 1 : 0;
    if (run >= length) return at + 1;
  }
  return undefined;
}
