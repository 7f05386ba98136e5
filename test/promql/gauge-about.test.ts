import { expect, test } from 'vitest';
import { print } from '../../src/promql/print.ts';
import { gauge, gaugeAbout } from '../../src/promql/vector.ts';

const halted = gauge('gate', 'halted_runs', { app: '!=old' });

test('the cluster that a gauge speaks of takes the place of the scrape’s, and is kept', () => {
  const about = gaugeAbout('target_cluster', halted, ['app']);

  expect(about.labels).toEqual(['app']);
  expect(print(about.node, { jobs: { gate: 'tidegate' } })).toBe(
    'max by (cluster, app) (label_replace(halted_runs{job="tidegate",app!="old"}, "cluster", "$1", "target_cluster", "(.+)"))',
  );
});

test('a label that is none is refused', () => {
  expect(() => gaugeAbout('target-cluster', halted)).toThrow('"target-cluster" is no label name');
});
