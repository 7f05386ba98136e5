import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../src/domain/run.ts';
import {
  candidatesFor,
  pickControls,
  type SeenCandidate,
} from '../../../src/gate/controls/choose-controls.ts';
import { isStill } from '../../../src/gate/controls/standstill.ts';
import type { LedgerRun } from '../../../src/gate/ports.ts';
import { newRun } from '../../store/ledger-data.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const WAVES = ['sandbox', 'staging', 'prod-1', 'prod-2'];

function cluster(name: string, wave: string, more: Partial<Cluster> = {}): Cluster {
  return { name, wave, class: 'web', region: 'eu', source: 'prom', labels: {}, links: {}, ...more };
}

const FLEET = [
  cluster('s', 'sandbox'),
  cluster('t1', 'staging'),
  cluster('t2', 'staging'),
  ...['a', 'b', 'c'].map((name) => cluster(name, 'prod-1')),
  ...['d', 'e', 'f'].map((name) => cluster(name, 'prod-2')),
  cluster('gpu', 'prod-2', { class: 'gpu' }),
  cluster('far', 'prod-2', { source: 'other' }),
];

const names = (quest: Partial<Parameters<typeof candidatesFor>[0]> = {}) =>
  candidatesFor({
    cluster: FLEET[1] as Cluster,
    waves: WAVES,
    fleet: FLEET,
    changing: new Set(),
    ...quest,
  }).map(({ name }) => name);

describe('candidates', () => {
  test('are of the class and the store, the last wave first, the own wave last', () => {
    const found = names();
    expect(new Set(found.slice(0, 3))).toEqual(new Set(['d', 'e', 'f']));
    expect(new Set(found.slice(3, 6))).toEqual(new Set(['a', 'b', 'c']));
    expect(found.slice(6)).toEqual(['s', 't2']);
  });

  test('are never those that change meanwhile', () => {
    expect(names({ changing: new Set(['t2']) })).not.toContain('t2');
  });

  test('are the same whatever the order of the inventory', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(FLEET, { minLength: FLEET.length }), (fleet) => {
        expect(names({ fleet })).toEqual(names());
      }),
    );
  });
});

describe('controls', () => {
  const seen = (name: string, more: Partial<SeenCandidate> = {}): SeenCandidate => ({
    name,
    hasTraffic: true,
    isAlerting: false,
    ...more,
  });

  test('are at most twelve, in the order of the candidates', () => {
    const many = Array.from({ length: 20 }, (_, i) => seen(`c${i}`));
    expect(pickControls(many)).toEqual(many.slice(0, 12).map(({ name }) => name));
  });

  test('are none when fewer than three have traffic', () => {
    const quiet = { hasTraffic: false };
    expect(pickControls([seen('a'), seen('b'), seen('c', quiet)])).toEqual([]);
    expect(pickControls([seen('a'), seen('b'), seen('c', quiet), seen('d')])).toEqual(['a', 'b', 'd']);
  });

  test('are never clusters on which an alert fires that can halt', () => {
    const alerting = { isAlerting: true };
    expect(pickControls([seen('a'), seen('b', alerting), seen('c'), seen('d')])).toEqual(['a', 'c', 'd']);
    expect(pickControls([seen('a'), seen('b', alerting), seen('c')])).toEqual([]);
  });
});

describe('a cluster stands still', () => {
  const applied = (more: Partial<LedgerRun>): LedgerRun => ({
    ...newRun({ now: NOW - 72 * HOUR }),
    admittedAt: NOW - 72 * HOUR,
    ...more,
  });
  const cases: readonly [string, readonly LedgerRun[], boolean][] = [
    ['without any run', [], true],
    ['while it is only asked for', [newRun({ now: NOW })], true],
    ['not while it syncs', [applied({ state: 'admitted' })], false],
    ['not while it settles', [applied({ state: 'settling' })], false],
    ['not while it soaks', [applied({ state: 'soaking' })], false],
    [
      'not when it is halted, however long ago',
      [applied({ state: 'halted', decidedAt: NOW - 70 * HOUR })],
      false,
    ],
    ['not within a day after its go', [applied({ state: 'go', decidedAt: NOW - 23 * HOUR })], false],
    ['a day after its go', [applied({ state: 'go', decidedAt: NOW - 24 * HOUR })], true],
    [
      'not after the go of a person',
      [applied({ state: 'go', decidedAt: NOW - 48 * HOUR, decidedBy: 'ann' })],
      false,
    ],
    [
      'a day after an end without verdict',
      [applied({ state: 'inconclusive', decidedAt: NOW - 25 * HOUR })],
      true,
    ],
    [
      'not while another app moves on it',
      [applied({ state: 'go', decidedAt: NOW - 48 * HOUR }), applied({ app: 'other', state: 'soaking' })],
      false,
    ],
  ];
  test.each(cases)('%s', (_, runs, still) => {
    expect(isStill(runs, NOW)).toBe(still);
  });
});
