import { describe, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import type { Row } from '../../src/probe/facts.ts';
import { needsOf } from '../../src/probe/needs.ts';
import {
  clustersQuery,
  distinctNeeds,
  labelsQuery,
  matchesQuery,
  metricsQuery,
  recordedQuery,
  targetsQuery,
  valuesQuery,
} from '../../src/probe/questions.ts';
import { surveyStore } from '../../src/probe/survey.ts';
import { checkRules, installedPromtools } from '../support/promtool.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';

const needs = needsOf(defineBundle(CATALOGUE)).flatMap((one) => one.needs);

/** A store of these clusters that answers questions about so many at most. */
function storeOf(clusters: readonly string[], most: number) {
  const asked: number[] = [];
  const ask = async (query: string): Promise<readonly Row[]> => {
    if (!query.includes('cluster=~')) return clusters.map((cluster) => ({ labels: { cluster }, value: 1 }));
    const names = /cluster=~"([^"]*)"/.exec(query)?.[1]?.split('|') ?? [];
    asked.push(names.length);
    if (names.length > most)
      throw new UnavailableError('source/no-answer', `too many samples of ${names.length} clusters`);
    return names.map((cluster) => ({
      labels: { cluster, job: 'coredns', __name__: 'coredns_build_info' },
      value: 1,
    }));
  };
  return { ask, asked };
}

const NAMES = Array.from({ length: 100 }, (_, i) => `c${i}`);
const options = { needs, clusterLabel: 'cluster', onProgress: () => undefined };

describe('a survey', () => {
  test('asks for smaller groups where the store can’t answer for large ones', async () => {
    const { ask, asked } = storeOf(NAMES, 10);
    const progress: number[] = [];
    const survey = await surveyStore({ ...options, ask, onProgress: (read) => progress.push(read) });
    expect(survey.clusters.map(({ name }) => name)).toEqual([...NAMES].sort());
    expect(survey.clusters.every(({ metrics }) => metrics.has('coredns_build_info'))).toBe(true);
    expect(progress).toEqual([40, 80, 100]);
    expect(Math.max(...asked)).toBe(40);
  });

  test('ends when the store can’t answer for one cluster, after few questions', async () => {
    const { ask, asked } = storeOf(NAMES, 0);
    await expect(surveyStore({ ...options, ask })).rejects.toThrow('too many samples of 1 clusters');
    expect(asked).toEqual([40, 20, 10, 5, 3, 2, 1]);
  });

  test('does not take an error of ours for one of the store', async () => {
    const ask = async (query: string): Promise<readonly Row[]> => {
      if (query.includes('cluster=~')) throw new TypeError('a defect');
      return [{ labels: { cluster: 'a' }, value: 1 }];
    };
    await expect(surveyStore({ ...options, ask })).rejects.toThrow(TypeError);
  });
});

describeWith(['promtool'], 'the questions', () => {
  const scope = { label: 'cluster', clusters: ['prod-1', 'a.b|c"\\d'] };
  const questions = [
    clustersQuery('cluster'),
    targetsQuery(scope),
    metricsQuery(needs, scope),
    matchesQuery(distinctNeeds(needs), scope),
    labelsQuery(needs, scope),
    recordedQuery(scope),
    metricsQuery(needs, { label: 'cluster', clusters: [] }),
    targetsQuery({ label: 'cluster' }),
    valuesQuery([{ metric: 'up', label: 'job', cluster: 'a"b' }], 'cluster'),
  ];

  test.each(installedPromtools())('are what %s accepts', async (promtool) => {
    using dir = new TempDir();
    const rules = questions.map((expr, i) => ({ record: `question_${i}`, expr }));
    const file = dir.write('questions.yml', JSON.stringify({ groups: [{ name: 'questions', rules }] }));
    expect(await checkRules([file], promtool)).toMatchObject({ ok: true });
  });

  test('are short enough for a store, also for forty clusters with long names', () => {
    const long = {
      label: 'cluster',
      clusters: Array.from({ length: 40 }, (_, i) => `${'x'.repeat(60)}-${i}`),
    };
    expect(matchesQuery(distinctNeeds(needs), long).length).toBeLessThan(100_000);
    expect(labelsQuery(needs, long).length).toBeLessThan(100_000);
  });
});
