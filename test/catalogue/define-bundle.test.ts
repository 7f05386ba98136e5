import { describe, expect, test } from 'vitest';
import { DEFAULT_PARAMETERS, defineBundle, limitOf, runbookUrl } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { defineSignal } from '../../src/catalogue/define-signal.ts';
import type { Alert, AnyAlert, AnySignal } from '../../src/catalogue/signal.ts';
import { DefinitionError } from '../../src/domain/errors.ts';
import { alert, ratio, value } from './small-signals.ts';

const withCheck = (id: string, flags: { readonly required?: true; readonly critical?: true }): AnySignal =>
  defineSignal({ ...ratio, id, check: { halts: true, on: 'change', ...flags } });
const four = ['a', 'b', 'c', 'd'];
const alarmed = (id: string, name: string): AnySignal =>
  defineSignal({ ...ratio, id, alerts: [alert({ is: 'above', limit: 0.1, over: '5m' }, name)] });
const alertsOf = (signals: readonly AnySignal[]): readonly AnyAlert[] =>
  signals.flatMap((signal) => signal.alerts as readonly AnyAlert[]);

describe('a bundle is refused for', () => {
  test.each<[what: string, code: string, word: string, build: () => unknown]>([
    [
      'a limit of no alert',
      'bundle/unknown-alert',
      'limits.NoSuchAlert: there is no alert of this name',
      () => defineBundle(CATALOGUE, { limits: { NoSuchAlert: 1 } }),
    ],
    [
      'a for of no alert',
      'bundle/unknown-alert',
      'for.NoSuchAlert',
      () => defineBundle(CATALOGUE, { for: { NoSuchAlert: '5m' } }),
    ],
    [
      'a limit where there is none',
      'bundle/no-such-number',
      'this alert is "any"',
      () => defineBundle(CATALOGUE, { limits: { NodeNotReady: 3 } }),
    ],
    [
      'a time where none is counted',
      'bundle/no-such-number',
      'over.NodeReadyRatioLow',
      () => defineBundle(CATALOGUE, { over: { NodeReadyRatioLow: '5m' } }),
    ],
    [
      'leaving out what is not there',
      'bundle/unknown-signal',
      'leaveOut: there is no signal dns',
      () => defineBundle(CATALOGUE, { leaveOut: ['dns'] }),
    ],
    [
      'two signals of one id',
      'bundle/duplicate',
      'two signals are called some-errors',
      () => defineBundle([ratio, ratio]),
    ],
    [
      'two alerts of one name',
      'bundle/duplicate',
      'two alerts are called Wrong',
      () => defineBundle([alarmed('a', 'Wrong'), alarmed('b', 'Wrong')]),
    ],
    [
      'four required signals of a component',
      'bundle/required',
      'dns requires a, b, c, d; 3 at most',
      () => defineBundle(four.map((id) => withCheck(id, { required: true }))),
    ],
    [
      'six critical signals',
      'bundle/critical',
      '5 at most',
      () => defineBundle([...four, 'e', 'f'].map((id) => withCheck(id, { critical: true }))),
    ],
    [
      'a limit in percent from its file',
      'signal/limit',
      'write 0.03 for 3 %',
      () => defineBundle(CATALOGUE, { limits: { EksApiServerErrorRatioHigh: 3 } }),
    ],
    [
      'half a minute from its file',
      'signal/over',
      'whole minutes',
      () => defineBundle(CATALOGUE, { over: { EksApiServerErrorRatioHigh: '30s' } }),
    ],
  ])('%s', (_, code, word, build) => {
    expect(build).toThrow(DefinitionError);
    expect(build).toThrow(expect.objectContaining({ code, message: expect.stringContaining(word) }));
  });
});

describe('a bundle', () => {
  test('of five critical and three required signals is accepted', () => {
    const critical = [...four, 'e'].map((id) => withCheck(id, { critical: true }));
    const required = ['f', 'g', 'h'].map((id) => withCheck(id, { required: true }));
    expect(defineBundle([...critical, ...required]).signals).toHaveLength(8);
  });

  test('changes the numbers of the named alerts and of no other', () => {
    const before = alertsOf(defineBundle(CATALOGUE).signals);
    const after = alertsOf(
      defineBundle(CATALOGUE, {
        limits: { EksApiThrottled429: 0.05 },
        for: { NodeNotReady: '20m' },
        over: { CoreDnsPanics: '30m' },
      }).signals,
    );
    const changed = after.filter((one, at) => JSON.stringify(one) !== JSON.stringify(before[at]));
    expect(changed).toMatchObject([
      { name: 'EksApiThrottled429', when: { limit: 0.05, over: '5m' } },
      { name: 'NodeNotReady', for: '20m' },
      { name: 'CoreDnsPanics', when: { limit: 0, over: '30m' } },
    ]);
    // The reasons of the catalogue's numbers are none for other people's.
    for (const { because } of changed) expect(because).toMatch(/^The configuration has numbers of its own/);
  });

  test('leaves out what it is told to, also what else would be refused', () => {
    const { signals } = defineBundle(CATALOGUE, { leaveOut: ['dns-errors'] });
    expect(signals).toHaveLength(CATALOGUE.length - 1);
    expect(signals.map(({ id }) => id)).not.toContain('dns-errors');
  });

  test('keeps the defaults of what it is not given', () => {
    const { parameters, print } = defineBundle(CATALOGUE, {
      urls: { grafana: 'https://grafana.example' },
      jobs: { coredns: 'kube-dns' },
      settings: { 'coredns.minReplicas': 3 },
    });
    expect(parameters.urls).toEqual({ ...DEFAULT_PARAMETERS.urls, grafana: 'https://grafana.example' });
    expect(print.jobs).toEqual({ ...DEFAULT_PARAMETERS.jobs, coredns: 'kube-dns' });
    expect(parameters.settings['etcd.limitBytes']).toBe(8 * 1024 ** 3);
  });
});

describe('a limit', () => {
  const of = (when: Alert['when']) => limitOf(alert(when), DEFAULT_PARAMETERS);

  test('is a number, or a share of a setting', () => {
    expect(of({ is: 'above', limit: 0.5 })).toBe(0.5);
    expect(of({ is: 'below', limit: { share: 0.5, of: 'coredns.minReplicas' } })).toBe(1);
    expect(of({ is: 'any' })).toBeUndefined();
  });

  test('above 1 is right for what is no share', () => {
    const hot = defineSignal<'node'>({ ...value, alerts: [alert({ is: 'above', limit: 90 })] });
    expect(defineBundle([hot], { limits: { SomethingWrong: 95 } }).signals[0]?.alerts[0]?.when).toEqual({
      is: 'above',
      limit: 95,
    });
  });
});

test('a runbook stands under its alert’s name', () => {
  expect(runbookUrl('NodeNotReady', DEFAULT_PARAMETERS)).toBe('http://127.0.0.1:8080/runbooks/NodeNotReady');
});
