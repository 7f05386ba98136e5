import { describe, expect, it } from 'vitest';
import type { Section } from '../../bench/judge/job.ts';
import { SECTIONS } from '../../bench/judge/sections.ts';
import { SPOILS, type SpoilName, spoiled } from '../../bench/judge/spoils.ts';
import { STRUCTURE_TABLE, structureRows } from '../../bench/judge/structures.ts';
import { addTallies, haltsOf, type Tallies, tallyKey } from '../../bench/judge/tally.ts';
import { seededRandom } from '../../src/simulator/random.ts';

const randomFor = seededRandom(4711);

function played({ jobs, run }: Section, size: number): Tallies {
  const total: Tallies = new Map();
  for (const job of jobs(size)) addTallies(total, run({ section: 'test', ...job }, randomFor));
  return total;
}

describe('structure under a background of items that blink', () => {
  const tallies = played(SECTIONS.structure, 0.1);
  const share = (row: string, judge: string) => {
    const tally = tallies.get(tallyKey(STRUCTURE_TABLE, row, judge));
    return tally ? haltsOf(tally) / tally.soaks : Number.NaN;
  };

  it.each(structureRows(true))('%s: fewer than one harmless soak in a hundred is halted', (row) => {
    expect(share(row, 'ours')).toBeLessThanOrEqual(0.01);
  });

  it.each(structureRows(false))('%s: every soak is halted', (row) => {
    expect(share(row, 'ours')).toBe(1);
  });

  it('halts a peer that heeds single items, or does not look at other clusters', () => {
    const [lost = '', incident = ''] = structureRows(true);
    expect(share(lost, 'any bad item')).toBeGreaterThan(0.05);
    expect(share(incident, 'any for 5 min')).toBeGreaterThan(0.5);
  });
});

describe('data that goes bad on its way', () => {
  const drawn = Array.from({ length: 6 }, () => ({
    events: new Float64Array(30).fill(5),
    exposure: new Float64Array(30).fill(100),
  }));

  it.each(Object.keys(SPOILS) as SpoilName[])(
    '%s: rows are changed, but never those that were drawn',
    (name) => {
      const before = structuredClone(drawn);
      const rows = spoiled(drawn, name, 0, randomFor('spoil', name));
      expect(drawn).toEqual(before);
      expect(rows).not.toEqual(drawn);
      for (const { events, exposure } of rows) {
        for (const [at, count] of events.entries()) {
          if (Number.isNaN(count)) expect(exposure[at]).toBe(0);
          else expect(count).toBeLessThanOrEqual(exposure[at] ?? 0);
        }
      }
    },
  );
});
