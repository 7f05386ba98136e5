import { describe, expect, test } from 'vitest';
import { spansOf } from '../../../src/gate/learning/moves.ts';
import type { LedgerRun } from '../../../src/gate/ports.ts';
import { newRun } from '../../store/ledger-data.ts';

const run = (more: Partial<LedgerRun>): LedgerRun => ({ ...newRun(), ...more });

describe('a cluster is being changed', () => {
  test('from the admission to the verdict', () => {
    expect(spansOf([run({ state: 'go', admittedAt: 5, syncedAt: 7, decidedAt: 20 })])).toEqual([
      { from: 5, to: 20 },
    ]);
  });

  test('while the run is open', () => {
    expect(spansOf([run({ state: 'soaking', syncedAt: 7, ungated: true })])).toEqual([{ from: 7 }]);
  });

  test('after a halt until something else of the app is applied', () => {
    const halted = run({ state: 'halted', admittedAt: 5, decidedAt: 9 });
    expect(spansOf([halted])).toEqual([{ from: 5 }]);
    const back = run({ state: 'go', digest: 'before', admittedAt: 30, decidedAt: 40 });
    const other = run({ app: 'other', state: 'go', admittedAt: 12, decidedAt: 15 });
    expect(spansOf([back, other, halted])).toEqual([
      { from: 30, to: 40 },
      { from: 12, to: 15 },
      { from: 5, to: 30 },
    ]);
  });
});
