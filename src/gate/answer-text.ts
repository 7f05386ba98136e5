import type { Answer } from './use-cases.ts';

/**
 * An answer as text for callers that show people nothing else: the verdict, why, since when, who can act, and where the
 * evidence is.
 */
export function answerText(
  answer: Pick<Answer, 'verdict' | 'reason' | 'reasons' | 'since' | 'whoCanAct' | 'evidenceUrl'>,
): string {
  const { verdict, reason, reasons, since, whoCanAct, evidenceUrl } = answer;
  const why = reasons.map(({ text }) => text).join(' ');
  const from = `${since.slice(0, 10)} ${since.slice(11, 16)} UTC`;
  return `${verdict} (${reason}): ${why} Since ${from}. Who can act: ${whoCanAct}. ${evidenceUrl}`;
}
