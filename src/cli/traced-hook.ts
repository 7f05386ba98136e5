import { EXIT_CODES } from '../hook/exit-codes.ts';
import type { HookResult, HookSurroundings } from '../hook/run-hook.ts';
import type { SpanFacts } from '../telemetry/span-facts.ts';
import { traceFetch } from '../telemetry/trace-fetch.ts';
import { answerFacts } from '../telemetry/trace-gate.ts';
import { endTracing, startTracing } from './tracing.ts';

/** A verdict that is there must not wait for a collector that is away: less than a second in all. */
const PATIENCE_MS = 750;

/** Ends of a hook that mean it did not get its answer. */
const FAILED: readonly HookResult['end'][] = ['no-answer', 'identity-refused', 'usage'];

/** The code that a hook's process ends with. */
export function exitCodeOf({ end }: HookResult): number {
  return end === 'registered' ? EXIT_CODES.go : EXIT_CODES[end];
}

/** A hook as a span tells it. */
export interface TracedHook {
  readonly name: string;
  /** What it asks about. */
  readonly facts: SpanFacts;
  readonly run: (surroundings: HookSurroundings) => Promise<HookResult>;
}

/**
 * Runs a hook as one span, with each request as a child of it; where the environment has a TRACEPARENT, as a part of the
 * pipeline that started it.
 */
export async function runTracedHook(
  { name, facts, run }: TracedHook,
  surroundings: HookSurroundings,
): Promise<HookResult> {
  const { tracing, parent } = await startTracing('tidegate-hook', PATIENCE_MS, (fields, message) =>
    surroundings.progress(`${message}: ${JSON.stringify(fields)}`),
  );
  try {
    return await tracing.inSpan(`hook ${name}`, { facts, parent }, async (span) => {
      const fetch = traceFetch(tracing, '/v1/verdicts');
      const result = await run({ ...surroundings, fetch });
      const { end, text, answer } = result;
      span.set({
        ...(answer && answerFacts(answer)),
        'tidegate.hook.end': end,
        'process.exit.code': exitCodeOf(result),
      });
      if (FAILED.includes(end)) span.fail(`hook/${end}`, text);
      return result;
    });
  } finally {
    await endTracing(tracing);
  }
}
