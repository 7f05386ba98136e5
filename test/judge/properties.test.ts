import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Count, MINUTE_MS, type MinuteReading, type Reading } from '../../src/domain/reading.ts';
import { summariseBefore } from '../../src/judge/before.ts';
import { judge } from '../../src/judge/judge.ts';
import type { JudgeInput } from '../../src/judge/judge-input.ts';
import { judgeInputs, nothing, withRows } from './support/arbitrary-input.ts';
import { SYNC } from './support/case-file.ts';

const RUNS = { numRuns: 150, seed: 20261102 };
/** From health to harm; between the two nothing is decided. */
const RANK = { go: 0, hold: 1, inconclusive: 1, halt: 2 } as const;

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of value instanceof Map ? value.values() : Object.values(value)) frozen(part);
  }
  return value;
}

/** Every clean reading since the sync that `pick` chooses, replaced, or left out. */
function replaceSince(
  input: JudgeInput,
  replacement: Reading<never> | undefined,
  pick: (minute: number, key: string) => boolean,
): JudgeInput {
  return withRows(input, (row, key) =>
    row.flatMap((each) => {
      const isClean = each.reading.is === 'value';
      if (each.minute <= SYNC || !isClean || !pick(each.minute, key)) return [each];
      return replacement ? [{ minute: each.minute, reading: replacement }] : [];
    }),
  );
}

describe('the judge', () => {
  it('says the same twice and leaves its input alone', () => {
    fc.assert(
      fc.property(judgeInputs('any'), (input) => {
        const before = JSON.stringify([...input.readings.counts]);
        expect(JSON.stringify(judge(frozen(input)))).toBe(JSON.stringify(judge(input)));
        expect(JSON.stringify([...input.readings.counts])).toBe(before);
      }),
      RUNS,
    );
  });

  it('says the same when the time before the sync was summed up beforehand', () => {
    fc.assert(
      fc.property(judgeInputs('any'), (input) => {
        const before = summariseBefore(input.checks, input.readings, input.baselineEnd);
        const since = withRows(input, (row) => row.filter(({ minute }) => minute > input.baselineEnd));
        expect(judge({ ...since, before })).toEqual(judge(input));
      }),
      RUNS,
    );
  });

  it('minds neither the order of minutes nor one that came twice', () => {
    fc.assert(
      fc.property(judgeInputs('any'), fc.integer(), (input, seed) => {
        const shuffled = withRows(input, (row) => {
          const twice = row.filter((_, i) => (i * 7 + seed) % 5 === 0);
          return [...row, ...twice].toSorted((a, b) => order(a, seed) - order(b, seed));
        });
        expect(judge(shuffled)).toEqual(judge(input));
      }),
      RUNS,
    );
  });

  it('never speaks of NaN, infinity or undefined, whatever the store delivers', () => {
    fc.assert(
      fc.property(fc.oneof(judgeInputs('odd'), judgeInputs('any')), (input) => {
        const judgement = judge(input);
        expect(judgement.reasons.length).toBeGreaterThan(0);
        expectPlain(judgement, 'judgement');
      }),
      RUNS,
    );
  });

  it('neither goes nor halts on readings that say nothing', () => {
    fc.assert(
      fc.property(judgeInputs('any'), fc.option(nothing, { nil: undefined }), (input, silence) => {
        const silent = withRows(
          replaceSince(input, silence, () => true),
          (row) => row.filter(({ minute, reading }) => minute <= SYNC || reading.is !== 'partial'),
        );
        const { verdict } = judge(silent);
        expect(['hold', 'inconclusive']).toContain(verdict);
      }),
      RUNS,
    );
  });

  it('does not go because fewer healthy minutes were read', () => {
    fc.assert(
      fc.property(
        judgeInputs('healthy'),
        fc.option(nothing, { nil: undefined }),
        fc.nat(),
        (input, silence, salt) => {
          const before = judge(input);
          // The newest minute stays where minutes are left out: without it the look is an earlier one.
          const isOpen = (minute: number) => silence !== undefined || minute < input.now;
          const fewer = replaceSince(
            input,
            silence,
            (minute, key) => isOpen(minute) && chance(minute, key, salt) < 0.3,
          );
          const after = judge(fewer);
          if (before.verdict !== 'go') expect(after.verdict).not.toBe('go');
          expect(after.verdict).not.toBe('halt');
        },
      ),
      RUNS,
    );
  });

  it('does not go while more than a tenth of the minutes it needs is missing', () => {
    fc.assert(
      fc.property(judgeInputs('any'), fc.constantFrom('errors', 'nodes', 'disk'), (input, key) => {
        const needed = input.policy.minSoakMs / MINUTE_MS;
        const gap = Math.floor(needed / 10) + 1;
        const strict = { ...input, policy: { ...input.policy, onInconclusive: 'stop' as const } };
        const isRequired = input.checks.some(({ signal }) => signal === key);
        const blind = replaceSince(
          strict,
          { is: 'no-data' },
          (minute, of) =>
            of === key && minute <= input.now - MINUTE_MS && minute > input.now - (gap + 1) * MINUTE_MS,
        );
        const inWindow = gap + 1 <= needed;
        if (isRequired && inWindow) expect(judge(blind).verdict).not.toBe('go');
      }),
      RUNS,
    );
  });

  it('judges more harm no milder', () => {
    fc.assert(
      fc.property(judgeInputs('any'), fc.nat({ max: 30 }), fc.nat(), (input, more, salt) => {
        const worse = {
          ...input,
          readings: {
            ...input.readings,
            counts: new Map(
              [...input.readings.counts].map(([key, row]) => [
                key,
                row.map((each) =>
                  each.minute > SYNC && chance(each.minute, key, salt) < 0.5 ? withMore(each, more) : each,
                ),
              ]),
            ),
          },
        };
        expect(RANK[judge(worse).verdict]).toBeGreaterThanOrEqual(RANK[judge(input).verdict]);
      }),
      RUNS,
    );
  });

  it('never halts and never goes on alerts that are not known', () => {
    fc.assert(
      fc.property(judgeInputs('healthy'), (input) => {
        const { verdict } = judge({ ...input, alertsNow: { is: 'unknown', cause: 'timeout' } });
        expect(['hold', 'inconclusive']).toContain(verdict);
      }),
      RUNS,
    );
  });
});

function withMore(each: MinuteReading<Count>, more: number): MinuteReading<Count> {
  const { reading } = each;
  if (reading.is !== 'value' && reading.is !== 'partial') return each;
  const { events, exposure } = reading.value;
  return { ...each, reading: { ...reading, value: { events: events + more, exposure } } };
}

function order({ minute }: { readonly minute: number }, seed: number): number {
  return Math.abs(Math.sin(minute / MINUTE_MS + seed));
}

/** A number in 0..1 that depends on the minute, the series and the salt alone. */
function chance(minute: number, key: string, salt: number): number {
  const mixed =
    Math.sin(minute / MINUTE_MS + key.length * 31 + (key.codePointAt(0) ?? 0) + salt) * 43_758.5453;
  return mixed - Math.floor(mixed);
}

function expectPlain(value: unknown, path: string): void {
  if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
  else if (typeof value === 'string') expect(value, path).not.toMatch(/NaN|Infinity|undefined|null/);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) expectPlain(part, `${path}.${key}`);
  } else expect(typeof value, path).toBe('boolean');
}
