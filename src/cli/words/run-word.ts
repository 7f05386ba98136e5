import type { z } from 'zod';
import { RunView } from '../../http/view-schemas.ts';
import { callGate, endLikeAHook } from '../call-gate.ts';
import { gateOf, print, type WordFlags, wordOf } from './word-options.ts';

/** Says a person's word on a run, and prints how the run stands after it. */
export async function sayOnRun(
  word: 'override' | 'retry' | 'acknowledge',
  id: string,
  flags: WordFlags,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await endLikeAHook(async () => {
    const run = await callGate(gateOf(flags), {
      method: 'POST',
      path: `/v1/runs/${encodeURIComponent(id)}/${word}`,
      body: { ...more, ...wordOf(flags) },
      answer: RunView,
    });
    print(run, flags, runSentence(run));
  });
}

/** "bom on prod-1 is settling (attempt 2, run 3f...): ada asked for attempt 2: ..." */
function runSentence({ app, cluster, state, attempt, id, reasons }: z.output<typeof RunView>): string {
  const why = reasons.map(({ text }) => text).join(' ');
  return `${app} on ${cluster} is ${state} (attempt ${attempt}, run ${id})${why === '' ? '' : `: ${why}`}`;
}
