import { answerText } from '../gate/answer-text.ts';
import type { HookResult } from './run-hook.ts';

/** Most that Kubernetes keeps of a container's termination message, in bytes. */
const MOST_BYTES = 4096;

/**
 * How a hook ended, for the pod's status, which Argo CD shows: the verdict, why, since when, who can act, and the link; at
 * most 4096 bytes of UTF-8.
 */
export function terminationMessage({ end, text, answer }: HookResult): string {
  // What was heard last is no answer to a hook that ended without one.
  if (answer === undefined || end === 'no-answer') return cut(text, '');
  const said = end === 'registered' ? `${text} ${answerText(answer)}` : answerText(answer);
  const tail = said.lastIndexOf(' Since ');
  return cut(said.slice(0, tail), said.slice(tail));
}

/** Text that is cut in its middle: the end of it is what a person needs to act. */
function cut(text: string, tail: string): string {
  const whole = Buffer.from(text + tail);
  if (whole.length <= MOST_BYTES) return text + tail;
  const room = MOST_BYTES - Buffer.byteLength(tail) - Buffer.byteLength('…');
  // A character that the cut went through ends as a replacement character.
  const head = Buffer.from(text)
    .subarray(0, room)
    .toString()
    .replace(/\uFFFD+$/, '');
  return `${head}…${tail}`;
}
