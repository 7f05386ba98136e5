import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DefinitionError } from '../../src/domain/errors.ts';
import type { Node } from '../../src/promql/node.ts';
import { literal, print, printLines, quote } from '../../src/promql/print.ts';
import { anyNode } from './any-node.ts';
import { parsePromql } from './parse-promql.ts';

const bare = { jobs: {} };
const x: Node = { is: 'selector', metric: 'x', matchers: [] };
const y: Node = { is: 'selector', metric: 'y', matchers: [] };
const z: Node = { is: 'selector', metric: 'z', matchers: [] };
const binary = (left: Node, operator: '-' | '/' | 'or' | 'and' | 'unless' | '>', right: Node): Node => ({
  is: 'binary',
  operator,
  left,
  right,
});

describe('what is printed', () => {
  test('is read by Prometheus’s grammar as the tree that was printed', () => {
    fc.assert(
      fc.property(anyNode, (node) => {
        expect(parsePromql(print(node, bare))).toEqual(node);
      }),
      { numRuns: 2000 },
    );
  });

  test('means the same on several lines', () => {
    fc.assert(
      fc.property(anyNode, (node) => {
        expect(parsePromql(printLines(node, bare))).toEqual(node);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Node]>([
    ['x - y - z', binary(binary(x, '-', y), '-', z)],
    ['x - (y - z)', binary(x, '-', binary(y, '-', z))],
    ['(x - y) / z', binary(binary(x, '-', y), '/', z)],
    ['x - y / z', binary(x, '-', binary(y, '/', z))],
    ['(x or y) and z', binary(binary(x, 'or', y), 'and', z)],
    ['(x unless y) and z', binary(binary(x, 'unless', y), 'and', z)],
    ['x unless (y and z)', binary(x, 'unless', binary(y, 'and', z))],
    ['x > (y or z)', binary(x, '>', binary(y, 'or', z))],
    ['x or y > z', binary(x, 'or', binary(y, '>', z))],
  ])('%s has the parentheses it needs', (text, node) => {
    expect(print(node, bare)).toBe(text);
    expect(parsePromql(text)).toEqual(node);
  });

  test('has the offset of a range behind its brackets, and that of a subquery within', () => {
    const before: Node = { is: 'selector', metric: 'x', matchers: [], offset: '5m' };
    expect(print({ is: 'range', of: before, window: '1m' }, bare)).toBe('x[1m] offset 5m');
    expect(print({ is: 'range', of: before, window: '1h', step: '5m' }, bare)).toBe('x offset 5m[1h:5m]');
  });

  test('has a line for each condition', () => {
    const node = binary(binary(binary(x, '>', y), 'and', y), 'and', binary(z, 'or', x));
    expect(printLines(node, bare)).toBe('x > y\nand y\nand (z or x)');
  });
});

describe('a job', () => {
  const up: Node = { is: 'selector', metric: 'up', exporter: 'coredns', matchers: [] };

  test.each([
    [{}, 'up{job="coredns"}'],
    [{ coredns: 'kube-dns' }, 'up{job="kube-dns"}'],
    [{ coredns: 'kube-dns|coredns' }, 'up{job=~"kube-dns|coredns"}'],
  ])('of %j is %s', (jobs, text) => {
    expect(print(up, { jobs })).toBe(text);
  });
});

describe('numbers', () => {
  test.each([
    [0.1 + 0.2, '0.3'],
    [0.8 * 8 * 1024 ** 3, '6871947673.6'],
    [1e-9, '1e-9'],
    [-1, '-1'],
  ])('%f is %s', (value, text) => {
    expect(print({ is: 'number', value }, bare)).toBe(text);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%f is refused: it would be a metric’s name', (value) => {
    expect(() => print({ is: 'number', value }, bare)).toThrow(DefinitionError);
  });
});

describe('text', () => {
  test('is quoted so that it is read as it was', () => {
    expect(quote('a "b" \\ c\nd')).toBe('"a \\"b\\" \\\\ c\\nd"');
  });

  test('as a literal expression matches itself', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(new RegExp(`^(?:${literal(text)})$`).test(text)).toBe(true);
      }),
    );
  });
});
