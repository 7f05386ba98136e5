import type { MinuteReading, Reading } from '../../../src/domain/reading.ts';
import type { JudgeInput, Judgement } from '../../../src/judge/judge-input.ts';
import type { JudgeMinute, RunFacts } from '../../../src/judge/run-facts.ts';
import type { RunJudge } from '../../../src/judge/run-judge.ts';

/** A judge of runs that keeps every minute and asks a function of all of them: for tests that state their own rules. */
export function judgeByInput(judge: (input: JudgeInput) => Judgement): (facts: RunFacts) => RunJudge {
  return ({ controls: _, ...facts }) => {
    const rows = { counts: new Map(), items: new Map(), values: new Map() };
    return {
      promises: {},
      chances: () => [],
      share: () => ({ minutes: 0, tracks: [] }),
      advance(minute: JudgeMinute) {
        for (const kind of ['counts', 'items', 'values'] as const) {
          for (const [key, reading] of Object.entries<Reading<unknown>>(minute[kind])) {
            const row: MinuteReading<unknown>[] = rows[kind].get(key) ?? [];
            row.push({ minute: minute.minute, reading });
            rows[kind].set(key, row);
          }
        }
      },
      decide(instant) {
        const judgement = judge({ ...facts, ...instant, readings: rows });
        const reasons = judgement.reasons.map((reason) => ({ code: reason.code, tell: () => reason }));
        return { verdict: judgement.verdict, reasons, tell: () => judgement };
      },
    };
  };
}
