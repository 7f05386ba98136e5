import { type Command, Option } from 'commander';
import { UnavailableError } from '../domain/errors.ts';
import { endLikeAHook } from './call-gate.ts';
import { untilTold } from './signals.ts';
import { type RolloutList, type RolloutQuestion, readRollouts } from './status/read-rollouts.ts';
import { statusText } from './status/status-text.ts';
import { systemClock } from './system-clock.ts';

interface Flags {
  readonly gateUrl: string;
  readonly app?: string;
  readonly watch?: true;
  readonly json?: true;
  readonly tokenFile?: string;
}

/** How often a watched status is asked for, in milliseconds. */
const REDRAW_MS = 2_000;

/** Moves the cursor home and clears what is below. */
const CLEAR = '\u001b[H\u001b[J';

/** `tidegate status`: what waits for what. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('what waits for what, since when, and who can act; what needs a person first')
    .addOption(
      new Option('--gate-url <url>', 'address of the gate')
        .env('TIDEGATE_URL')
        .default('http://127.0.0.1:8080'),
    )
    .option('--app <name>', 'rollouts of this app only')
    .option(
      '--watch',
      'ask again every 2 s until Ctrl-C; what is no terminal gets a new text when something changed',
    )
    .option('--json', 'print the rollouts as JSON')
    .addOption(
      new Option('--token-file <file>', 'bearer token, read before every request').env('TIDEGATE_TOKEN_FILE'),
    )
    .action(statusAction);
}

async function statusAction(flags: Flags): Promise<void> {
  const stop = new AbortController();
  const { gateUrl, app, tokenFile } = flags;
  const question: RolloutQuestion = {
    gateUrl,
    ...(app !== undefined && { app }),
    ...(tokenFile !== undefined && { tokenFile }),
    aborted: stop.signal,
  };
  await endLikeAHook(async () => {
    if (!flags.watch) {
      process.stdout.write(textOf(await readRollouts(question), flags));
      return;
    }
    void untilTold().then(() => stop.abort());
    await watch(question, flags, stop.signal);
  });
}

async function watch(question: RolloutQuestion, flags: Flags, aborted: AbortSignal): Promise<void> {
  const redraws = process.stdout.isTTY && !flags.json;
  let told = '';
  while (!aborted.aborted) {
    const seen = await look(question);
    if (aborted.aborted) return;
    const state = JSON.stringify('trouble' in seen ? seen : [seen.list.rollouts, seen.list.freezes]);
    const text = 'trouble' in seen ? `tidegate: ${seen.trouble}\n` : textOf(seen.list, flags);
    if (redraws) process.stdout.write(`${CLEAR}${text}`);
    else if (state !== told) ('trouble' in seen ? process.stderr : process.stdout).write(text);
    told = state;
    await systemClock.sleep(REDRAW_MS, aborted);
  }
}

/** A gate that is away for a moment ends no watching. */
async function look(
  question: RolloutQuestion,
): Promise<{ readonly list: RolloutList } | { readonly trouble: string }> {
  try {
    return { list: await readRollouts(question) };
  } catch (error) {
    if (error instanceof UnavailableError) return { trouble: error.message };
    throw error;
  }
}

function textOf(list: RolloutList, { json }: Flags): string {
  return json ? `${JSON.stringify(list)}\n` : statusText(list);
}
