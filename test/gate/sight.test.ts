import { describe, expect, test } from 'vitest';
import type { AlertReading, Count, MinuteReading, Reading } from '../../src/domain/reading.ts';
import { seeCluster } from '../../src/gate/sight.ts';
import type { Observation } from '../../src/sources/signal-source.ts';
import { CHECKS } from './support/world.ts';

const MINUTE = 60_000;
const VALUE: Reading<Count> = { is: 'value', value: { events: 0, exposure: 9 } };
const UNKNOWN = { is: 'unknown', cause: 'HTTP 503' } as const;
const PARTIAL: Reading<Count> = {
  is: 'partial',
  value: { events: 0, exposure: 9 },
  cause: 'a shard is missing',
};

const CLEAR: Reading<readonly AlertReading[]> = { is: 'value', value: [] };

/** DNS readings of minutes 1, 2, ...; nodes are well, the gauge can be anything. */
function observed(
  dns: readonly Reading<Count>[],
  { gauge = { is: 'value', value: 1 } as Reading<number>, alerts = CLEAR } = {},
): Observation {
  const rows = <T>(readings: readonly Reading<T>[]): MinuteReading<T>[] =>
    readings.map((reading, index) => ({ minute: (index + 1) * MINUTE, reading }));
  const nodes: Reading<{ bad: number; among: number }> = { is: 'value', value: { bad: 0, among: 1 } };
  return {
    window: { from: MINUTE, to: dns.length * MINUTE },
    counts: new Map([['a', new Map([['dns-errors', rows(dns)]])]]),
    items: new Map([['a', new Map([['nodes-ready', rows(dns.map(() => nodes))]])]]),
    values: new Map([['a', new Map([['etcd-size', rows(dns.map(() => gauge))]])]]),
    alerts,
  };
}

describe('a cluster is seen', () => {
  test.each([
    ['with values', [VALUE, VALUE]],
    ['without traffic', [{ is: 'no-traffic' }, { is: 'no-traffic' }]],
    ['without data, which the judge weighs', [VALUE, { is: 'no-data' }]],
    ['with a gap that the store will never fill', [UNKNOWN, VALUE]],
  ] as const)('%s', (_what, dns) => {
    const sight = seeCluster(observed(dns), 'a', CHECKS);

    expect(sight.blind).toBeUndefined();
    expect(sight.readTo).toBe(2 * MINUTE);
  });

  test("when something that go does not need can't be read", () => {
    expect(seeCluster(observed([VALUE], { gauge: UNKNOWN }), 'a', CHECKS).blind).toBeUndefined();
  });

  test('when nothing new was asked for', () => {
    const sight = seeCluster({ ...observed([]), window: { from: 2 * MINUTE, to: MINUTE } }, 'a', CHECKS);

    expect(sight.blind).toBeUndefined();
    expect(sight.readTo).toBeUndefined();
  });

  test('with its own alerts alone', () => {
    const alert = (cluster: string): AlertReading => ({ name: 'X', cluster, state: 'firing', labels: {} });
    const alerts = { is: 'value', value: [alert('a'), alert('b')] } as const;

    expect(seeCluster(observed([VALUE], { alerts }), 'a', CHECKS).alerts).toEqual({
      is: 'value',
      value: [alert('a')],
    });
  });
});

describe('a cluster is not seen', () => {
  test.each([
    ['data/unknown', 'HTTP 503', [VALUE, UNKNOWN], MINUTE],
    ['data/unknown', 'HTTP 503', [UNKNOWN, UNKNOWN], undefined],
    ['data/partial', 'a shard is missing', [VALUE, VALUE, PARTIAL], 2 * MINUTE],
    [
      'data/clock-skew',
      'The store is ahead',
      [{ is: 'unknown', cause: 'clock-skew: the store is ahead' }],
      undefined,
    ],
  ] as const)('%s (%s): what lies behind the last readable minute is missing', (code, text, dns, readTo) => {
    const sight = seeCluster(observed(dns), 'a', CHECKS);

    expect(sight.blind).toMatchObject({ code, text: expect.stringContaining(text) });
    expect(sight.readTo).toBe(readTo);
  });

  test.each([
    [UNKNOWN, 'data/unknown'],
    [{ is: 'partial', value: [], cause: 'x' }, 'data/partial'],
  ] as const)('when its alerts are %j, though its minutes are read', (alerts, code) => {
    const sight = seeCluster(observed([VALUE], { alerts }), 'a', CHECKS);

    expect(sight.blind).toMatchObject({ code });
    expect(sight.readTo).toBe(MINUTE);
  });

  test('when nothing at all can be read, required or not', () => {
    const optional = CHECKS.filter(({ required }) => !required);

    expect(seeCluster(observed([VALUE], { gauge: UNKNOWN }), 'a', optional).blind).toMatchObject({
      code: 'data/unknown',
    });
  });
});
