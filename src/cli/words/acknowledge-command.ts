import type { Command } from 'commander';
import { sayOnRun } from './run-word.ts';
import { type WordFlags, withWordOptions } from './word-options.ts';

/** `tidegate acknowledge`: a person has seen it. */
export function addAcknowledgeCommand(program: Command): void {
  withWordOptions(
    program
      .command('acknowledge')
      .description(
        'let a rollout go on that waits for a person: a sync that nobody admitted, a halt that froze it, waves that changed',
      )
      .argument('<run>', 'id of the run'),
  ).action((run: string, flags: WordFlags) => sayOnRun('acknowledge', run, flags));
}
