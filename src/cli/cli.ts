#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../hook/exit-codes.ts';
import { addCheckCommand } from './check-command.ts';
import { addDemoCommand } from './demo-command.ts';
import { endWith } from './exit.ts';
import { addHookCommand } from './hook-command.ts';
import { addProbeCommand } from './probe-command.ts';
import { addRenderCommand } from './render-command.ts';
import { addServeCommand } from './serve-command.ts';
import { addStatusCommand } from './status-command.ts';
import { VERSION } from './version.ts';

/** Runs one command line; returns the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('tidegate')
    .description('SLO-based rollout gates and observability for fleets of EKS clusters')
    .version(VERSION)
    .exitOverride();
  addDemoCommand(program);
  addServeCommand(program);
  addHookCommand(program);
  addStatusCommand(program);
  addProbeCommand(program);
  addRenderCommand(program);
  addCheckCommand(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    return endWith(error, (line) => process.stderr.write(`${line}\n`));
  }
}

process.exitCode = await run(process.argv.slice(2));
