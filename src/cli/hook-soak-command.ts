import type { Command } from 'commander';
import { runSoak } from '../hook/run-soak.ts';
import { runHookCommand } from './end-hook.ts';
import { addGateOptions, type GateFlags, tokenOf } from './hook-options.ts';

interface Flags extends GateFlags {
  readonly app: string;
  readonly cluster: string;
  readonly digest: string;
}

/** `tidegate hook soak`: what the soak Job runs, beside the hooks of a sync. */
export function addHookSoakCommand(hook: Command): void {
  const soak = hook
    .command('soak')
    .description('wait, without a deadline, until the run of a digest is opened and decided; open none')
    .requiredOption('--app <name>', 'the app, named the same on every cluster')
    .requiredOption('--cluster <name>', 'the cluster as the inventory names it')
    .requiredOption('--digest <digest>', 'identity of the change, or its revision where it has none');
  addGateOptions(soak).action(soakAction);
}

async function soakAction(flags: Flags): Promise<void> {
  const { app, cluster, digest, gateUrl } = flags;
  const facts = { 'tidegate.app': app, 'tidegate.cluster': cluster, 'tidegate.digest': digest };
  const options = { gateUrl, change: { app, cluster, digest }, token: tokenOf(flags) };
  await runHookCommand(
    { name: 'soak', facts, run: (surroundings) => runSoak(options, surroundings) },
    `soak of ${app} on ${cluster}, ${digest}: waiting for the verdict of ${gateUrl}`,
    flags,
  );
}
