import type { Command } from 'commander';
import { sayOnRun } from './run-word.ts';
import { type WordFlags, withWordOptions } from './word-options.ts';

/** `tidegate retry`: another attempt of a run that ended. */
export function addRetryCommand(program: Command): void {
  withWordOptions(
    program
      .command('retry')
      .description('another attempt of a run that is halted, inconclusive, adopted or revoked')
      .argument('<run>', 'id of the run'),
  ).action((run: string, flags: WordFlags) => sayOnRun('retry', run, flags));
}
