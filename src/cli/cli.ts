#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../hook/exit-codes.ts';
import { endWith } from './exit.ts';
import { VERSION } from './version.ts';

/** Each command by its name, loaded when it is called: a hook Job must not load what a gate is made of. */
const COMMANDS: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  demo: async (program) => (await import('./demo-command.ts')).addDemoCommand(program),
  simulate: async (program) => (await import('./demo/simulate-command.ts')).addSimulateCommand(program),
  serve: async (program) => (await import('./serve-command.ts')).addServeCommand(program),
  hook: async (program) => (await import('./hook-command.ts')).addHookCommand(program),
  digest: async (program) => (await import('./digest-command.ts')).addDigestCommand(program),
  status: async (program) => (await import('./status-command.ts')).addStatusCommand(program),
  freeze: async (program) => (await import('./words/freeze-command.ts')).addFreezeCommand(program),
  thaw: async (program) => (await import('./words/thaw-command.ts')).addThawCommand(program),
  override: async (program) => (await import('./words/override-command.ts')).addOverrideCommand(program),
  retry: async (program) => (await import('./words/retry-command.ts')).addRetryCommand(program),
  acknowledge: async (program) =>
    (await import('./words/acknowledge-command.ts')).addAcknowledgeCommand(program),
  adopt: async (program) => (await import('./words/adopt-command.ts')).addAdoptCommand(program),
  probe: async (program) => (await import('./probe-command.ts')).addProbeCommand(program),
  backtest: async (program) => (await import('./backtest-command.ts')).addBacktestCommand(program),
  token: async (program) => (await import('./token-command.ts')).addTokenCommand(program),
  audit: async (program) => (await import('./audit-command.ts')).addAuditCommand(program),
  backup: async (program) => (await import('./backup-command.ts')).addBackupCommand(program),
  render: async (program) => (await import('./render-command.ts')).addRenderCommand(program),
  check: async (program) => (await import('./check-command.ts')).addCheckCommand(program),
};

/** Runs one command line; returns the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('tidegate')
    .description('SLO-based rollout gates and observability for fleets of EKS clusters')
    .version(VERSION)
    .exitOverride();
  try {
    const called = Object.entries(COMMANDS).filter(([name]) => name === argv[0]);
    // Help and what nobody knows are about all of them.
    for (const [, add] of called.length > 0 ? called : Object.entries(COMMANDS)) await add(program);
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    return endWith(error, (line) => process.stderr.write(`${line}\n`));
  }
}

process.exitCode = await run(process.argv.slice(2));
