import { expect, test } from 'vitest';
import { counter, rate } from '../../../src/promql/counter.ts';
import { print } from '../../../src/promql/print.ts';
import { changes, combine, gauge, recorded } from '../../../src/promql/vector.ts';
import { inChosenClusters } from '../../../src/render/grafana/cluster-filter.ts';

const printed = (node: Parameters<typeof print>[0]) => print(node, { jobs: {} });

test('every selector is filtered: raw, recorded, in ranges and on both sides', () => {
  const { node } = combine(
    combine(rate(counter('a', 'x_total', { code: '500' }), '5m'), '/', recorded('level:x:sum')),
    '+',
    changes(gauge('b', 'y'), '15m'),
  );
  expect(printed(inChosenClusters(node))).toBe(
    'sum by (cluster) (rate(x_total{job="a",cluster=~"$cluster",code="500"}[5m])) / on (cluster) level:x:sum{cluster=~"$cluster"}' +
      ' + on (cluster) max by (cluster) (changes(y{job="b",cluster=~"$cluster"}[15m]))',
  );
});

test('the expression of the alert stays as it was', () => {
  const { node } = rate(counter('a', 'x_total'), '5m');
  const before = printed(node);
  inChosenClusters(node);
  expect(printed(node)).toBe(before);
});
