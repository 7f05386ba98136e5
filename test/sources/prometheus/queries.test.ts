import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { alertsQuery, anyOf, liveQuery, recordedQuery } from '../../../src/sources/prometheus/queries.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import { suiteResources } from '../../support/resources.ts';
import { describeWith } from '../../support/tool.ts';

/** Names that are likely to break a matcher: its own syntax, line ends, control characters, halves of pairs. */
const name = fc.oneof(
  fc.string({ minLength: 1, unit: fc.constantFrom(...'\\"\'`{}[]()|.*+?^$-=~!,#/\n\r\t\0\u0085\uFFFDab1') }),
  fc.string({ minLength: 1, unit: 'binary' }),
);

describe('matchers', () => {
  test('any name matches itself, and no other name that was not asked', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), name, (names, other) => {
        const matches = fullMatch(unquote(anyOf(names)));
        for (const one of names) expect(matches(one), JSON.stringify(one)).toBe(true);
        expect(matches(other)).toBe(names.includes(other));
      }),
      { numRuns: 500 },
    );
  });

  test('of 65,535 code points, each matches itself alone', () => {
    const matchesEscape = (code: number) => fullMatch(unquote(anyOf([String.fromCodePoint(code)])));
    const codes = Array.from({ length: 0xffff }, (_, code) => code).filter(
      (code) => code < 0xd800 || code > 0xdfff,
    );
    expect(codes.filter((code) => !matchesEscape(code)(String.fromCodePoint(code)))).toEqual([]);
  });

  test('half of a surrogate pair, which no label can hold, is still valid text', () => {
    expect(anyOf(['a\uD800'])).toBe('"a\\ufffd"');
  });

  test('a recorded question names kinds, clusters and minutes', () => {
    expect(recordedQuery(['bad', 'among'], 'cluster', ['prod-1', 'prod.2'], 10)).toBe(
      '{__name__=~"tidegate:signal_bad|tidegate:signal_among", cluster=~"prod-1|prod\\\\.2"}[10m]',
    );
  });

  test('an alerts question names states, alerts and clusters', () => {
    expect(alertsQuery(['A', 'B'], 'eks_cluster', ['prod-1'])).toBe(
      'ALERTS{alertstate=~"firing|pending", alertname=~"A|B", eks_cluster=~"prod-1"}',
    );
  });

  test('a live question is one union of all expressions under the labels of their rules', () => {
    const query = liveQuery([
      { kind: 'events', signal: 'slow', edge: 0.5, expr: 'a' },
      { kind: 'exposure', signal: 'slow', expr: 'b' },
    ]);
    expect(query).toBe(
      'label_replace(label_replace(label_replace(a, "signal", "slow", "", ""), "edge", "0.5", "", ""), "tidegate_kind", "events", "", "")' +
        ' or label_replace(label_replace(b, "signal", "slow", "", ""), "tidegate_kind", "exposure", "", "")',
    );
  });
});

describeWith(['prometheus'], 'a real Prometheus', () => {
  const resources = suiteResources();
  let url = '';
  beforeAll(async () => {
    ({ url } = resources.use(await startPrometheus()));
  });

  test('takes any name in any matcher', async () => {
    const status = async (query: string) => {
      const answer = await fetch(`${url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query }),
      });
      return answer.status;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 3 }), async (names) => {
        expect(await status(recordedQuery(['bad'], 'cluster', names, 1))).toBe(200);
        expect(await status(alertsQuery(names, 'cluster', names))).toBe(200);
      }),
      { numRuns: 100 },
    );
  });
});

/** What a PromQL string literal says; it fails on what Prometheus refuses. */
function unquote(literal: string): string {
  const inner = /^"(.*)"$/s.exec(literal)?.[1];
  if (inner === undefined || /[\n\uFFFD]|(?<!\\)(?:\\\\)*"/.test(inner))
    throw new Error(`no string: ${literal}`);
  const escapes: Record<string, string> = { n: '\n', '\\': '\\', '"': '"' };
  return inner.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/gs, (_, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const plain = escapes[char];
    if (plain === undefined) throw new Error(`unknown escape \\${char} in ${literal}`);
    return plain;
  });
}

/** Prometheus anchors every expression and lets the dot match line ends. */
function fullMatch(expression: string): (text: string) => boolean {
  const pattern = new RegExp(`^(?:${expression})$`, 's');
  return (text) => pattern.test(text);
}
