import { expect, test } from 'vitest';
import { extremes } from '../../src/promql/extremes.ts';
import { RATE_INTERVAL } from '../../src/promql/node.ts';
import { print } from '../../src/promql/print.ts';
import { quantile } from '../../src/promql/quantile.ts';

const p99 = quantile(
  0.99,
  { exporter: 'api', metric: 'request_seconds', matchers: { verb: '!=WATCH' } },
  RATE_INTERVAL,
  ['verb'],
);

test('a quantile keeps cluster and its labels, and loses the bounds', () => {
  expect(p99.labels).toEqual(['verb']);
  expect(print(p99.node, { jobs: {} })).toBe(
    'histogram_quantile(0.99, sum by (cluster, verb, le) (rate(request_seconds_bucket{job="api",verb!="WATCH"}[$__rate_interval])))',
  );
});

test('the extremes of an expression keep its labels', () => {
  const worst = extremes('topk', 3, p99);
  expect(worst.labels).toEqual(['verb']);
  expect(print(worst.node, { jobs: {} })).toBe(`topk(3, ${print(p99.node, { jobs: {} })})`);
});
