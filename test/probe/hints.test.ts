import { describe, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { metricsOfSignal } from '../../src/catalogue/define-signal.ts';
import { EXPORTERS } from '../../src/catalogue/exporters.ts';
import { EXPORTER_HINTS } from '../../src/probe/exporter-hints.ts';
import { METRIC_HINTS } from '../../src/probe/metric-hints.ts';
import { needsOf } from '../../src/probe/needs.ts';

const all = needsOf(defineBundle(CATALOGUE));
const read = new Set(all.flatMap(({ needs }) => needs.map(({ metric }) => metric)));

describe('what signals need', () => {
  test('are exactly the metrics that their definitions read', () => {
    for (const { signal, needs } of all) {
      const defined = [...metricsOfSignal(signal)].filter((metric) => metric !== 'up');
      expect([...new Set(needs.map(({ metric }) => metric))].sort(), signal.id).toEqual(defined.sort());
    }
  });

  test('name the exporters that the definitions require', () => {
    for (const { signal, needs, up } of all) {
      const exporters = new Set([...needs.flatMap(({ exporter }) => exporter ?? []), ...up]);
      expect([...exporters].sort(), signal.id).toEqual([...signal.requires].sort());
    }
  });

  test('what is only left out is no base of a signal', () => {
    const readiness = all.find(({ signal }) => signal.id === 'node-readiness');
    const roles = readiness?.needs.map(({ metric, role }) => [metric, role]);
    expect(new Map(roles as [string, string][])).toEqual(
      new Map([
        ['kube_node_status_condition', 'base'],
        ['kube_node_spec_unschedulable', 'filter'],
        ['kube_node_spec_taint', 'filter'],
      ]),
    );
  });
});

describe('hints', () => {
  test('are about metrics that some signal reads, each once', () => {
    const metrics = METRIC_HINTS.map(({ metric }) => metric);
    expect(metrics.filter((metric) => !read.has(metric))).toEqual([]);
    expect(new Set(metrics).size).toBe(metrics.length);
  });

  test('no older name is a name of today', () => {
    const old = METRIC_HINTS.flatMap((hint) => hint.old?.names ?? []);
    expect(old.filter((name) => read.has(name))).toEqual([]);
  });

  test('no alias of a job is the default name of another exporter', () => {
    for (const [exporter, { aliases }] of Object.entries(EXPORTER_HINTS)) {
      const others = Object.entries(EXPORTERS).filter(([name]) => name !== exporter);
      expect(
        aliases.filter((alias) => others.some(([, { job }]) => job === alias)),
        exporter,
      ).toEqual([]);
    }
  });
});
