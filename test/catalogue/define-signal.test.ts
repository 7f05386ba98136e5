import { describe, expect, test } from 'vitest';
import { burnAlerts, defineSignal } from '../../src/catalogue/define-signal.ts';
import type { Slo } from '../../src/catalogue/signal.ts';
import { DefinitionError } from '../../src/domain/errors.ts';
import type { Node } from '../../src/promql/node.ts';
import { gauge, vectorOf } from '../../src/promql/vector.ts';
import { alert, events, latency, presence, ratio, state, value } from './small-signals.ts';

const slo: Slo = { id: 'some-slo', alertPrefix: 'Some', objective: 0.99, why: 'For the test.' };
const raw = (node: Node) => vectorOf<never>(node, []);
const up: Node = { is: 'selector', metric: 'up', matchers: [] };
const call = (name: string): Node => ({ is: 'call', name, args: [up] });

/** What is wrong, the code it is refused with, and a word of the sentence that says what to do. */
const refusals: readonly (readonly [what: string, code: string, word: string, build: () => unknown])[] = [
  ['an id with capitals', 'id', 'kebab-case', () => defineSignal({ ...ratio, id: 'Errors' })],
  ['an id with a path', 'id', 'kebab-case', () => defineSignal({ ...ratio, id: 'dns/errors' })],
  [
    'labels that the expression lacks',
    'labels',
    'by is [node, pod] and the expression has [node]',
    () => defineSignal<'node' | 'pod'>({ ...value, by: ['node', 'pod'], value: value.value }),
  ],
  [
    'items of a state that are told apart otherwise',
    'labels',
    'the expression has [node]',
    () => defineSignal<'node'>({ ...state, by: [] }),
  ],
  ...['absent', 'absent_over_time', 'vector', 'scalar'].map(
    (name) =>
      [
        `${name}() in a raw expression`,
        'function',
        'presence signal',
        () => defineSignal({ ...presence, expected: raw(call(name)) }),
      ] as const,
  ),
  [
    'a raw aggregation that loses the cluster',
    'cluster',
    'sum by (node) loses the cluster',
    () => defineSignal({ ...presence, seen: raw({ is: 'aggregate', name: 'sum', by: ['node'], of: up }) }),
  ],
  [
    'a raw match that mixes clusters',
    'cluster',
    'matching on (node) mixes clusters',
    () =>
      defineSignal({
        ...presence,
        seen: raw({ is: 'binary', operator: 'and', left: up, right: up, on: ['node'] }),
      }),
  ],
  [
    'an edge that is no bucket bound',
    'edge',
    '0.2 is no bucket bound of duration_seconds; it has 0.1, 0.5, 1',
    () => defineSignal({ ...latency, edges: [0.1, 0.2] }),
  ],
  [
    'an SLO about an edge that is not counted',
    'edge',
    'none of the edges 0.1, 1',
    () => defineSignal({ ...latency, slo: { ...slo, edge: 0.5 } }),
  ],
  [
    'an alert about an edge that is not counted',
    'edge',
    'none of the edges 0.1, 1',
    () => defineSignal({ ...latency, alerts: [alert({ is: 'slower', than: 0.5, limit: 0.01, over: '5m' })] }),
  ],
  ...[0, 1, 99.9].map(
    (objective) =>
      [
        `an objective of ${objective}`,
        'objective',
        'write 0.999 for 99.9 %',
        () => defineSignal({ ...ratio, slo: { ...slo, objective } }),
      ] as const,
  ),
  [
    'a limit in percent',
    'limit',
    'write 0.03 for 3 %',
    () => defineSignal({ ...ratio, alerts: [alert({ is: 'above', limit: 3, over: '5m' })] }),
  ],
  [
    'a share of bad items in percent',
    'limit',
    'write 0.03 for 3 %',
    () => defineSignal<'node'>({ ...state, alerts: [alert({ is: 'above', limit: 10 })] }),
  ],
  [
    'an alert in kebab-case',
    'alert-name',
    'PascalCase',
    () => defineSignal({ ...presence, alerts: [alert({ is: 'missing' }, 'something-wrong')] }),
  ],
  [
    'a burn alert under another name',
    'alert-name',
    'must be called SomeErrorBudgetBurnFast',
    () => defineSignal({ ...ratio, slo, alerts: [alert({ is: 'burning', tier: 'fast' }, 'SomeBurn')] }),
  ],
  [
    'a condition of another kind',
    'condition',
    '"missing", which a ratio signal can\'t be',
    () => defineSignal({ ...ratio, alerts: [alert({ is: 'missing' })] }),
  ],
  [
    'a summary with a value in it',
    'summary',
    'constant sentence',
    () =>
      defineSignal({
        ...presence,
        alerts: [{ ...alert({ is: 'missing' }), summary: 'More than 3 % are wrong.' }],
      }),
  ],
  [
    'numbers without a reason',
    'because',
    'does not say in a sentence',
    () => defineSignal({ ...presence, alerts: [{ ...alert({ is: 'missing' }), because: '' }] }),
  ],
  [
    'a budget that burns without an SLO',
    'slo',
    'has no SLO',
    () => defineSignal({ ...ratio, alerts: [alert({ is: 'burning', tier: 'fast' })] }),
  ],
  [
    'events counted over no time',
    'over',
    'say over which time',
    () => defineSignal({ ...events, alerts: [alert({ is: 'above', limit: 0 })] }),
  ],
  ...(['30s', '90s'] as const).map(
    (over) =>
      [
        `events counted over ${over}`,
        'over',
        'whole minutes',
        () => defineSignal({ ...events, alerts: [alert({ is: 'above', limit: 0, over })] }),
      ] as const,
  ),
  [
    'a guard with a label that the alert lacks',
    'guard',
    'has the label pod',
    () =>
      defineSignal<'node'>({
        ...value,
        // @ts-expect-error the alert has node alone
        alerts: [alert({ is: 'above', limit: 1, and: [{ only: gauge('x', 'y', {}, ['pod']) }] })],
      }),
  ],
  [
    'traffic of what counts none',
    'guard',
    'wants traffic',
    () =>
      defineSignal({
        ...events,
        alerts: [alert({ is: 'above', limit: 0, over: '5m', and: [{ traffic: 1 }] })],
      }),
  ],
  [
    'a check by the limit of another alert',
    'limit-of',
    'no alert of it',
    () => defineSignal({ ...presence, check: { halts: false, on: 'limit', limitOf: 'AnotherAlert' } }),
  ],
  [
    'a check on a limit that nothing names',
    'limit-of',
    'needs limitOf',
    () => defineSignal({ ...ratio, check: { halts: true, on: 'limit' } }),
  ],
  [
    'a presence that halts',
    'halts',
    'not knowing never halts',
    () => defineSignal({ ...presence, check: { halts: true, on: 'change' } }),
  ],
  [
    'telemetry that halts',
    'halts',
    'not knowing never halts',
    () => defineSignal({ ...ratio, component: 'telemetry', check: { halts: true, on: 'change' } }),
  ],
];

describe('a definition is refused for', () => {
  test.each(refusals)('%s', (_, code, word, build) => {
    expect(build).toThrow(DefinitionError);
    expect(build).toThrow(
      expect.objectContaining({ code: `signal/${code}`, message: expect.stringContaining(word) }),
    );
  });

  test('and the sentence begins with the signal that is wrong', () => {
    expect(() => defineSignal({ ...ratio, check: { halts: true, on: 'limit' } })).toThrow(
      /^signal some-errors: /,
    );
  });
});

describe('burn alerts', () => {
  const alerts = burnAlerts({ ...slo, minTraffic: 2 }, 'The error budget of the test');

  test('are four, paging for the fast two', () => {
    expect(alerts.map(({ name, severity }) => `${name} ${severity}`)).toEqual([
      'SomeErrorBudgetBurnFast critical',
      'SomeErrorBudgetBurnMedium critical',
      'SomeErrorBudgetBurnSlow warning',
      'SomeErrorBudgetBurnTrickle warning',
    ]);
  });

  test('want the traffic of their SLO, where it names one', () => {
    expect(
      alerts.every(({ when }) => when.and?.some((guard) => 'traffic' in guard && guard.traffic === 2)),
    ).toBe(true);
    expect(burnAlerts(slo, 'The error budget').every(({ when }) => when.and === undefined)).toBe(true);
  });

  test('are accepted by the signal that they belong to', () => {
    expect(() => defineSignal({ ...ratio, slo, alerts: burnAlerts(slo, 'The error budget') })).not.toThrow();
  });
});

describe('a small signal', () => {
  test.each([ratio, latency, events, value, state, presence])(
    'of kind $kind is accepted, and frozen',
    (signal) => {
      const { alerts } = defineSignal<string>({ ...signal });
      expect(alerts).toBe(signal.alerts);
      expect(Object.isFrozen(defineSignal<string>({ ...signal }))).toBe(true);
    },
  );
});
