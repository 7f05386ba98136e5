import { expect, test } from 'vitest';
import { createRefusals, type ReportedRefusal } from '../../src/identity/refusals.ts';

const refusal = { code: 'identity/refused', remote: '10.0.0.7', method: 'POST', path: '/v1/verdicts' };

function recorder() {
  const reported: ReportedRefusal[] = [];
  const clock = { ms: 0 };
  const refuse = createRefusals(
    (entry) => reported.push(entry),
    () => clock.ms,
  );
  return { reported, clock, refuse };
}

test('the first refusal of an address is reported at once, the next ones in the minute are counted', () => {
  const { reported, clock, refuse } = recorder();

  for (let n = 0; n < 500; n += 1) refuse(refusal);
  clock.ms = 60_000;
  refuse(refusal);

  expect(reported).toEqual([
    { ...refusal, unreported: 0 },
    { ...refusal, unreported: 499 },
  ]);
});

test('another address and another reason are reported on their own', () => {
  const { reported, refuse } = recorder();

  refuse(refusal);
  refuse({ ...refusal, remote: '10.0.0.8' });
  refuse({ ...refusal, code: 'identity/missing' });

  expect(reported).toHaveLength(3);
});

test('a flood of an hour from everywhere adds 21 entries a minute at most, and none of it goes uncounted', () => {
  const { reported, clock, refuse } = recorder();

  for (let n = 0; n < 3_600; n += 1) {
    for (let m = 0; m < 10; m += 1) refuse({ ...refusal, remote: `10.${n & 255}.${m}.${n >> 8}` });
    clock.ms += 1_000;
  }
  clock.ms += 60_000;
  // The next report of the others tells what was left.
  for (let n = 0; n < 21; n += 1) refuse({ ...refusal, remote: `last-${n}` });

  expect(reported.length).toBeLessThanOrEqual(61 * 21 + 21);
  expect(reported.reduce((sum, { unreported }) => sum + unreported + 1, 0)).toBe(36_021);
});

test('a flood from everywhere is not remembered without end, and is over when it is over', () => {
  const { reported, clock, refuse } = recorder();

  for (let n = 0; n < 5_000; n += 1) refuse({ ...refusal, remote: `10.0.${n >> 8}.${n & 255}` });
  expect(reported).toHaveLength(21);

  clock.ms = 120_000;
  refuse({ ...refusal, remote: '10.9.9.9' });
  expect(reported).toHaveLength(22);
});
