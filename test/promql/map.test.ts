import { expect, test } from 'vitest';
import { counter, rate } from '../../src/promql/counter.ts';
import { map, type Node } from '../../src/promql/node.ts';
import { print } from '../../src/promql/print.ts';
import { combine, gauge } from '../../src/promql/vector.ts';

const { node } = combine(rate(counter('a', 'x_total'), '5m'), '/', gauge('b', 'y'));
const text = (of: Node) => print(of, { jobs: {} });

test('a mapped tree has the same shape, and the given one is as before', () => {
  const before = text(node);
  const renamed = map(node, (part) =>
    part.is === 'selector' ? { ...part, metric: `new_${part.metric}` } : part,
  );
  expect(text(renamed)).toBe(before.replace('x_total', 'new_x_total').replace('y{', 'new_y{'));
  expect(text(node)).toBe(before);
});

test('operands are replaced before what they stand in', () => {
  const seen: string[] = [];
  map(node, (part) => {
    seen.push(part.is);
    return part;
  });
  expect(seen).toEqual(['selector', 'range', 'call', 'aggregate', 'selector', 'aggregate', 'binary']);
});
