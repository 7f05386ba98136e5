import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertIdentity } from '../../src/judge/alert-identity.ts';
import { alertReadings } from './support/arbitrary-input.ts';

describe('the identity of an alert', () => {
  it('is its name, its cluster and its lasting labels, written like a selector', () => {
    const reading = {
      name: 'CoreDnsLatencyHigh',
      cluster: 'prod-1',
      state: 'firing',
      labels: { zone: 'a "b"', namespace: 'kube-system' },
    } as const;
    expect(alertIdentity(reading)).toBe(
      'CoreDnsLatencyHigh{cluster="prod-1",namespace="kube-system",zone="a \\"b\\""}',
    );
  });

  it('stays when a pod or a node is replaced, whatever the order of the labels', () => {
    fc.assert(
      fc.property(
        alertReadings,
        fc.dictionary(fc.constantFrom('pod', 'instance', 'node', 'uid'), fc.string()),
        (reading, fleeting) => {
          const labels = Object.fromEntries(Object.entries({ ...fleeting, ...reading.labels }).reverse());
          expect(alertIdentity({ ...reading, state: 'firing', labels })).toBe(alertIdentity(reading));
        },
      ),
    );
  });

  it('differs when name, cluster or a lasting label differs', () => {
    fc.assert(
      fc.property(alertReadings, alertReadings, (one, other) => {
        const lasting = ({ name, cluster, labels }: typeof one) =>
          JSON.stringify([name, cluster, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
        expect(alertIdentity(one) === alertIdentity(other)).toBe(lasting(one) === lasting(other));
      }),
    );
  });
});
