import { Argument, type Command } from 'commander';
import { sayOnRun } from './run-word.ts';
import { type WordFlags, withWordOptions } from './word-options.ts';

/** `tidegate override`: a person decides. */
export function addOverrideCommand(program: Command): void {
  withWordOptions(
    program
      .command('override')
      .description('decide a run yourself; such a go is never evidence for other clusters')
      .argument('<run>', 'id of the run')
      .addArgument(new Argument('<verdict>', 'what it shall be').choices(['go', 'halt'])),
  ).action((run: string, verdict: string, flags: WordFlags) => sayOnRun('override', run, flags, { verdict }));
}
