import { EXIT_CODES } from '../../hook/exit-codes.ts';
import { type Fields, isFields, listAt, textAt } from '../manifest.ts';

/** Exit codes that are an answer, and fail the Job at once; the one that is none counts as a try. */
export const FAILS_AT_ONCE: readonly number[] = [
  EXIT_CODES.halt,
  EXIT_CODES.hold,
  EXIT_CODES['identity-refused'],
  EXIT_CODES.inconclusive,
  EXIT_CODES.usage,
];

/** The exit codes that fail a Job at once. */
export function failJobCodes(job: Fields): readonly number[] {
  return listAt(job, ['spec', 'podFailurePolicy', 'rules']).flatMap((rule) => {
    if (!isFields(rule) || rule['action'] !== 'FailJob') return [];
    if (textAt(rule, ['onExitCodes', 'operator']) !== 'In') return [];
    return listAt(rule, ['onExitCodes', 'values']).filter((code) => typeof code === 'number');
  });
}
