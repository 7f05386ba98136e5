import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { EXPORTERS } from '../../src/catalogue/exporters.ts';
import type { AnyAlert, AnySignal } from '../../src/catalogue/signal.ts';
import { isComponent } from '../../src/domain/component.ts';
import { isDuration, seconds } from '../../src/domain/duration.ts';
import { walk } from '../../src/promql/node.ts';
import { canHalt } from '../../src/render/checks/can-halt.ts';
import { selectionsOf } from './selectors.ts';

const alerts = CATALOGUE.flatMap((signal) =>
  (signal.alerts as readonly AnyAlert[]).map((alert) => ({ name: alert.name, alert, signal })),
);

/** Exporters whose series, or whose `up`, a signal reads. */
function exportersOf(signal: AnySignal): readonly string[] {
  const scraped = signal.kind === 'presence' ? [...walk(signal.seen.node)] : [];
  const seen = scraped.flatMap((part) => (part.is === 'selector' ? [part.exporter ?? ''] : []));
  return [...new Set([...selectionsOf(signal).map(({ exporter }) => exporter), ...seen])].sort();
}

describe.each(CATALOGUE)('$id', (signal) => {
  test('requires the exporters that it reads, and no other', () => {
    expect([...signal.requires].sort()).toEqual(exportersOf(signal));
    for (const exporter of signal.requires) expect(EXPORTERS).toHaveProperty(exporter);
  });

  test('says in sentences what it is and why', () => {
    expect(isComponent(signal.component)).toBe(true);
    expect(signal.title).toMatch(/^[A-Z].*[^.]$/);
    expect(signal.why).toMatch(/^[A-Z0-9].*\.$/s);
  });

  test('says of each alert why its numbers are what they are', () => {
    for (const { name, because } of signal.alerts as readonly AnyAlert[]) {
      expect(because, name).toMatch(/^\S.{40,}\.$/);
    }
  });

  test('has four burn alerts where it has an SLO, and none where not', () => {
    const burning = (signal.alerts as readonly AnyAlert[]).filter(({ when }) => when.is === 'burning');
    expect(burning).toHaveLength('slo' in signal && signal.slo !== undefined ? 4 : 0);
  });

  test('has a check that says how much is worth acting on, or a reason for none', () => {
    const { check } = signal;
    if ('none' in check) {
      expect(check.none).toMatch(/\w/);
      return;
    }
    const counts = ['ratio', 'latency', 'events'].includes(signal.kind);
    if (counts) expect(check.floor).toBeGreaterThan(0);
    else expect(check.floor).toBeUndefined();
    if (signal.kind === 'ratio' || signal.kind === 'latency') expect(check.floor).toBeLessThan(1);
  });
});

describe('the gate’s use of it', () => {
  const checked = CATALOGUE.flatMap((signal) =>
    'halts' in signal.check ? [{ signal, check: signal.check }] : [],
  );
  const required = checked.filter(({ check }) => check.required);

  test('requires about a dozen signals, at most three of a component', () => {
    expect(required.length).toBeGreaterThanOrEqual(8);
    expect(required.length).toBeLessThanOrEqual(14);
    for (const { signal } of required) {
      const same = required.filter((other) => other.signal.component === signal.component);
      expect(same.length).toBeLessThanOrEqual(3);
    }
  });

  test('requires one of every component that can halt', () => {
    const halting = new Set(checked.filter(({ check }) => check.halts).map(({ signal }) => signal.component));
    const able = new Set(required.map(({ signal }) => signal.component));
    expect([...halting].filter((component) => !able.has(component))).toEqual([]);
  });

  test('requires nothing that can’t halt', () => {
    expect(required.filter(({ check }) => !check.halts)).toEqual([]);
  });

  test('holds at most five signals critical, and each can halt', () => {
    const critical = checked.filter(({ check }) => check.critical);
    expect(critical.length).toBeLessThanOrEqual(5);
    expect(critical.filter(({ check }) => !check.halts)).toEqual([]);
  });

  test('lets no presence and no telemetry halt', () => {
    const unknowing = checked.filter(
      ({ signal }) => signal.kind === 'presence' || signal.component === 'telemetry',
    );
    expect(unknowing.length).toBeGreaterThan(0);
    expect(unknowing.filter(({ check }) => check.halts)).toEqual([]);
  });
});

describe('alerts', () => {
  test.each(alerts)('$name has a runbook', ({ name }) => {
    expect(existsSync(new URL(`../../runbooks/${name}.md`, import.meta.url))).toBe(true);
  });

  test('have names of their own', () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
  });

  test('that page do so within a quarter of an hour', () => {
    const late = alerts.filter(({ alert }) => alert.severity === 'critical' && seconds(alert.for) > 900);
    expect(late).toEqual([]);
  });

  test('last for whole minutes, which is how often rules are evaluated', () => {
    expect(alerts.filter(({ alert }) => !isDuration(alert.for) || seconds(alert.for) % 60 > 0)).toEqual([]);
  });

  test('that can halt are those whose limit the check uses, and budgets that burn fast', () => {
    for (const { alert, signal } of alerts.filter((one) => canHalt(one.signal, one.alert))) {
      const isFast = alert.when.is === 'burning' && ['fast', 'medium'].includes(alert.when.tier);
      const limitOf = 'halts' in signal.check ? signal.check.limitOf : undefined;
      expect(isFast || limitOf === alert.name).toBe(true);
    }
  });

  test('on a share say from how much traffic on it means something, where the signal is one series a cluster', () => {
    const shares = alerts.filter(
      ({ signal, alert }) =>
        ['ratio', 'latency'].includes(signal.kind) && signal.by.length === 0 && alert.when.is !== 'missing',
    );
    const without = shares.filter(({ alert }) => !(alert.when.and ?? []).some((guard) => 'traffic' in guard));
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test('point the way that is worse', () => {
    for (const { alert, signal } of alerts) {
      if (signal.kind !== 'gauge' || (alert.when.is !== 'above' && alert.when.is !== 'below')) continue;
      expect(alert.when.is).toBe(signal.worse === 'up' ? 'above' : 'below');
    }
  });
});
