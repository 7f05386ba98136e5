import { expect, test } from 'vitest';
import { learnInWorker } from '../../src/cli/learn-in-worker.ts';
import type { ClassHistory } from '../../src/judge/learning/class-history.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';

const MINUTES = 720;

/** Four clusters with an error now and then; made anew for each use, because a history is handed over. */
function history(): ClassHistory {
  const row = (at: number) => ({
    events: Float64Array.from({ length: MINUTES }, (_, minute) => (minute * (at + 3)) % 5),
    exposure: new Float64Array(MINUTES).fill(1_000),
  });
  return {
    class: 'web',
    first: Date.UTC(2026, 10, 23),
    minutes: MINUTES,
    clusters: [0, 1, 2, 3].map((at) => ({
      cluster: `c${at}`,
      unfit: new Uint8Array(MINUTES),
      counts: new Map([['errors', row(at)]]),
      gauges: new Map(),
    })),
    worse: new Map(),
  };
}

test('a thread learns what would be learned here', async () => {
  const learned = await learnInWorker(history(), 5, new AbortController().signal);
  expect(JSON.stringify(learned)).toBe(JSON.stringify(learnClass(history(), 5)));
  expect(Object.keys(learned.counts)).toEqual(['errors']);
});

test('what is learned in vain is given up', async () => {
  const aborted = new AbortController();
  const learning = learnInWorker(history(), 5, aborted.signal);
  aborted.abort();
  await expect(learning).rejects.toThrow('learning was given up');
});

test('what goes wrong in the thread is told here', async () => {
  const broken = { ...history(), clusters: undefined } as unknown as ClassHistory;
  await expect(async () => learnInWorker(broken, 5, new AbortController().signal)).rejects.toThrow();
  const hollow = { ...history(), worse: undefined } as unknown as ClassHistory;
  await expect(learnInWorker(hollow, 5, new AbortController().signal)).rejects.toThrow(/worse|undefined/);
});
