import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Judgement } from '../../src/judge/judge-input.ts';
import { type Expectation, inputAt, readCases, readFixtures } from './support/case-file.ts';

const FOLDER = join(import.meta.dirname, 'cases');
const FIXTURES = readFixtures(join(FOLDER, 'fixtures.yaml'));

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && name !== 'fixtures.yaml')) {
  describe(file, () => {
    for (const written of readCases(join(FOLDER, file))) {
      describe(written.name, () => {
        it.each(written.expect)('minute $at: $verdict', (expected) => {
          const judgement = judge(inputAt(written, expected.at, FIXTURES));
          expectJudgement(judgement, expected);
        });
        const last = Math.max(...written.expect.map(({ at }) => at));
        for (const verdict of written.never ?? []) {
          it(`never ${verdict} up to minute ${last}`, () => {
            for (let at = 1; at <= last; at++) {
              expect(judge(inputAt(written, at, FIXTURES)).verdict, `minute ${at}`).not.toBe(verdict);
            }
          });
        }
      });
    }
  });
}

function expectJudgement(judgement: Judgement, expected: Expectation): void {
  const codes = judgement.reasons.map(({ code }) => code as string);
  expect({ verdict: judgement.verdict, codes }).toMatchObject({ verdict: expected.verdict });
  if (expected.reasons) {
    expect(codes[0]).toBe(expected.reasons[0]);
    expect(codes).toEqual(expect.arrayContaining([...expected.reasons]));
  }
  for (const code of expected.without ?? []) expect(codes).not.toContain(code);
  const texts = [
    ...judgement.reasons.map(({ text }) => text),
    ...judgement.checks.flatMap(({ text, promise = '' }) => [text, promise]),
  ].join('\n');
  for (const part of expected.says ?? []) expect(texts).toContain(part);
  expect(texts).not.toMatch(/NaN|Infinity|undefined/);
  for (const [signal, outcome] of Object.entries(expected.outcomes ?? {})) {
    expect(judgement.checks.find((check) => check.signal === signal)?.outcome, signal).toBe(outcome);
  }
  if (expected.extended !== undefined) expect(judgement.extended).toBe(expected.extended);
}
