import { writeFileSync } from 'node:fs';
import type { HookResult, HookSurroundings } from '../hook/run-hook.ts';
import { timed } from '../hook/story.ts';
import { terminationMessage } from '../hook/termination-message.ts';
import { CommandEnd } from './exit.ts';
import { reportToGitHub } from './github-report.ts';
import { systemClock } from './system-clock.ts';
import { exitCodeOf, runTracedHook, type TracedHook } from './traced-hook.ts';

/** How a hook tells what became of it. */
export interface HookOutput {
  readonly json?: true;
  /** A file that Kubernetes reads when the container has ended. */
  readonly terminationLog?: string;
}

/**
 * Runs a hook until it ends or the process is told to; tells the story of its wait on stderr and the end on stdout.
 *
 * @param about what is waited for, the first line of the story
 * @throws CommandEnd with the exit code
 */
export async function runHookCommand(hook: TracedHook, about: string, output: HookOutput): Promise<never> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  say(timed(about, systemClock.now()));
  const surroundings: HookSurroundings = { clock: systemClock, progress: say, aborted: stop.signal };
  const result = await runTracedHook(hook, surroundings);
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  process.stdout.write(output.json ? `${JSON.stringify(jsonOf(result))}\n` : textOf(result));
  if (output.terminationLog !== undefined) leaveMessage(output.terminationLog, result, say);
  reportToGitHub(result, process.env, say);
  throw new CommandEnd(exitCodeOf(result));
}

function jsonOf({ end, text, answer }: HookResult): object {
  return { end, text, answer };
}

function textOf({ text, answer }: HookResult): string {
  const next = answer?.next ?? [];
  return [
    `${text}\n`,
    ...(next.length > 0 ? ['To go on:\n', ...next.map((line) => `  ${line}\n`)] : []),
    ...(answer === undefined || answer.verdict === 'go'
      ? []
      : [`Since ${answer.since}. Who can act: ${answer.whoCanAct}.\n`]),
    ...(answer === undefined ? [] : [`Evidence: ${answer.evidenceUrl}\n`]),
  ].join('');
}

/** A verdict is not lost because it could not be shown: the exit code stays what it is. */
function leaveMessage(file: string, result: HookResult, say: (line: string) => void): void {
  try {
    writeFileSync(file, terminationMessage(result));
  } catch (error) {
    say(`--termination-log ${file}: ${error instanceof Error ? error.message : error}; the log has it all`);
  }
}
