import type { Reason } from '../domain/verdict.ts';
import type { GateParts } from './gate-parts.ts';
import { instantOf, type LookRecord } from './look-record.ts';
import type { LedgerRun } from './ports.ts';

/** For how long sentences are told again: new minutes come no sooner, and telling takes longer than judging. */
const FRESH_MS = 60_000;

/**
 * A held run with the sentences of now. A look tells the first reason anew and the others when another one joins them;
 * here those follow, by what its look has judged. Codes and order stay; so do the sentences where another gate holds the run.
 *
 * @param look the last one at the run
 */
export function retold(
  { cache }: Pick<GateParts, 'cache'>,
  run: LedgerRun,
  look: LookRecord | undefined,
): LedgerRun {
  const [first, ...others] = run.reasons;
  const held = others.length > 0 && look && look.judgement === undefined ? cache.kept(run) : undefined;
  if (first === undefined || held === undefined || look === undefined) return run;
  if (held.told === undefined || look.at - held.told.at >= FRESH_MS) {
    const wanted = new Set(others.map(({ code }) => code));
    const causes = held.judge.decide(instantOf(look, run)).reasons;
    const reasons = causes.flatMap((cause) => (wanted.has(cause.code) ? [cause.tell()] : []));
    held.told = { at: look.at, reasons };
  }
  return { ...run, reasons: [first, ...withSentences(others, held.told.reasons)] };
}

/** Reasons with the sentences of newer ones with the same code; of several with one code, in their order. */
export function withSentences(reasons: readonly Reason[], newer: readonly Reason[]): readonly Reason[] {
  const left = [...newer];
  return reasons.map((reason) => {
    const at = left.findIndex(({ code }) => code === reason.code);
    return at < 0 ? reason : (left.splice(at, 1)[0] ?? reason);
  });
}
