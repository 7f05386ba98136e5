import { expect, test } from 'vitest';
import { describeWith } from '../support/tool.ts';
import { processRollout } from './process-rollout.ts';

// The other versions by hand: npm run argo-cd -- --processes

describeWith(['helm'], 'a rollout with processes of the gate and of every hook', () => {
  test('3.5: the good commit arrives wave by wave, the bad one is halted in the wave that it breaks', async () => {
    const report = await processRollout('3.5');
    expect(report.broken).toEqual([]);
    expect(report.arrived).toEqual(['sandbox-eu-1', 'staging-eu-1', 'staging-us-1']);
    expect(report.harmed).toEqual(['sandbox-eu-1']);
    expect(report.decisions).toEqual(['sandbox-eu-1 halted']);
  }, 240_000);
});
