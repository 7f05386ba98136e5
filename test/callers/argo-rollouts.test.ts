import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analysisOf, type Phase, webMetricOf } from './argo-rollouts.ts';

const template = new URL('../../examples/callers/argo-rollouts/analysis-template.yaml', import.meta.url);
const metric = webMetricOf(
  parseAllDocuments(readFileSync(template, 'utf8')).map((one) => one.toJS() as unknown),
);
const times = (count: number, phase: Phase): readonly Phase[] => Array.from({ length: count }, () => phase);

describe('an analysis with the template that people copy', () => {
  test.each<[string, readonly Phase[], Phase | 'Running']>([
    ['waits through holds', times(479, 'Inconclusive'), 'Running'],
    ['succeeds at the first go', [...times(3, 'Inconclusive'), 'Successful'], 'Successful'],
    ['fails at the first halt', ['Inconclusive', 'Failed'], 'Failed'],
    ['outlives half an hour without the gate', [...times(180, 'Error'), 'Successful'], 'Successful'],
    ['ends in an error after it', times(181, 'Error'), 'Error'],
    ['is not taken for success when nothing was decided in time', times(480, 'Inconclusive'), 'Inconclusive'],
    [
      'counts errors in a row alone',
      [...times(180, 'Error'), 'Inconclusive', ...times(180, 'Error')],
      'Running',
    ],
  ])('%s', (_what, measurements, end) => {
    expect(analysisOf(metric, measurements)).toBe(end);
  });

  test('never succeeds without a go, whatever comes in which order', () => {
    const phases = fc.array(fc.constantFrom<Phase>('Inconclusive', 'Error', 'Failed'), { maxLength: 1_500 });
    fc.assert(
      fc.property(phases, (measurements) => analysisOf(metric, measurements) !== 'Successful'),
      { numRuns: 200 },
    );
  });
});
