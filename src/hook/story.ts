import type { Answer } from '../gate/use-cases.ts';
import type { Reply } from './ask-gate.ts';

/** A wait of which nothing new is told gets a line now and then, so that its log shows that it goes on. */
const HEARTBEAT_MS = 15 * 60_000;

/** Longest text of a line: what a pod's log shows without a scroll bar. */
const LINE = 200;

/** Tells a wait as a log: one line whenever something else is waited for, and not one at every request. */
export type Story = (reply: Reply, now: number) => string | undefined;

/** A story that has not begun. */
export function createStory(): Story {
  let told = '';
  let toldAt = 0;
  return (reply, now) => {
    const subject = subjectOf(reply);
    if (subject === told && now - toldAt < HEARTBEAT_MS) return undefined;
    told = subject;
    toldAt = now;
    return timed(inShort(reply), now);
  };
}

/** A line of the log with its time, UTC. */
export function timed(line: string, now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z ${line}`;
}

/** What a reply is about: progress of the same soak is no news. */
function subjectOf(reply: Reply): string {
  if (reply.is !== 'answer') return `${reply.is} ${reply.cause}`;
  const { verdict, reason, state, runId, reasons } = reply.answer;
  return [verdict, reason, state, runId, ...reasons.map(({ code }) => code)].join(' ');
}

function inShort(reply: Reply): string {
  if (reply.is !== 'answer') return `no answer yet: ${reply.cause}`;
  const line = `${headOf(reply.answer)}: ${reply.answer.reasons[0]?.text ?? ''}`;
  return line.length <= LINE ? line : `${line.slice(0, LINE - 1)}…`;
}

/** An answer with all its reasons. */
export function describe(answer: Answer): string {
  return `${headOf(answer)}: ${answer.reasons.map(({ text }) => text).join(' ')}`;
}

function headOf({ verdict, reason, state, soak }: Answer): string {
  if (state !== 'soaking') return `${verdict} (${reason})`;
  const [done, least, most] = [soak.elapsedSeconds, soak.minSeconds, soak.maxSeconds].map((s) =>
    Math.floor(s / 60),
  );
  return `${verdict} (${reason}) [soak ${done} of ${least} to ${most} min]`;
}
