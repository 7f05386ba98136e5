import { type Command, Option } from 'commander';
import type { ChangeTarget } from '../domain/change-target.ts';
import { isComponent } from '../domain/component.ts';
import { InputError } from '../domain/errors.ts';
import { INTENTS, type Intent, type Phase } from '../domain/run.ts';
import type { HookAsk } from '../hook/ask-gate.ts';
import { EXIT_CODES } from '../hook/exit-codes.ts';
import { type HookOptions, runHook } from '../hook/run-hook.ts';
import { askFacts } from '../telemetry/trace-gate.ts';
import { runHookCommand } from './end-hook.ts';
import { addGateOptions, type GateFlags, parseChange, parseWait, tokenOf } from './hook-options.ts';
import { addHookProbeCommand } from './hook-probe-command.ts';
import { addHookSoakCommand } from './hook-soak-command.ts';

interface Flags extends GateFlags {
  readonly app: string;
  readonly cluster: string;
  readonly revision: string;
  readonly digest?: string;
  readonly intent: Intent;
  readonly components?: string;
  readonly change?: ChangeTarget;
  readonly argoApp?: string;
  readonly mode: 'wait' | 'register';
  readonly maxWait: number;
  readonly onHold: 'wait' | 'fail';
}

/** The hooks of a sync, with what differs between them. */
const HOOKS = [
  { name: 'pre-sync', phase: 'PreSync', maxWait: '90s', about: 'ask whether the sync may start' },
  { name: 'post-sync', phase: 'PostSync', maxWait: '1h', about: 'report the sync and wait for the verdict' },
  {
    name: 'sync-fail',
    phase: 'SyncFail',
    maxWait: '90s',
    about: 'report a sync that failed: it halts the change',
  },
] as const satisfies readonly { name: string; phase: Phase; maxWait: string; about: string }[];

/** `tidegate hook pre-sync | post-sync | sync-fail | soak | probe`: what the Jobs run. */
export function addHookCommand(program: Command): void {
  const codes = Object.entries(EXIT_CODES).map(([name, code]) => `${code} ${name}`);
  const hook = program
    .command('hook')
    .description('what an Argo CD hook Job runs: ask the gate, end with its verdict')
    .addHelpText('after', `\nExit codes: ${codes.join(', ')}. Everything but 0 stops a rollout.`);
  for (const { name, phase, maxWait, about } of HOOKS) {
    const command = hook
      .command(name)
      .description(about)
      .requiredOption('--app <name>', 'the app, named the same on every cluster')
      .requiredOption('--cluster <name>', 'the cluster as the inventory names it')
      .requiredOption('--revision <revision>', 'the Git revision that is synced')
      .option('--digest <digest>', 'identity of the change; without one the revision stands in')
      .addOption(new Option('--intent <intent>', 'what the change wants').choices(INTENTS).default('change'))
      .option(
        '--components <list>',
        'components the change touches, separated by commas (default: the app’s)',
      )
      .addOption(
        new Option(
          '--change <list>',
          'what the change brings: kubernetes=1.35,nodes=1.51.0,addon/karpenter=1.6.0',
        ).argParser(parseChange),
      )
      .option('--argo-app <name>', 'the Argo CD Application, for links')
      .addOption(
        new Option('--max-wait <duration>', 'longest wait for a verdict')
          .argParser(parseWait)
          .default(parseWait(maxWait), maxWait),
      )
      .addOption(new Option('--on-hold <how>', 'on a hold').choices(['wait', 'fail']).default('wait'));
    addGateOptions(command);
    if (phase === 'PostSync') {
      command.addOption(
        new Option('--mode <mode>', 'register ends with 0 once the sync is noted: the one 0 that is no go')
          .choices(['wait', 'register'])
          .default('wait'),
      );
    }
    command.action((flags: Flags) => hookAction(name, phase, { ...flags, mode: flags.mode ?? 'wait' }));
  }
  addHookSoakCommand(hook);
  addHookProbeCommand(hook);
}

async function hookAction(name: string, phase: Phase, flags: Flags): Promise<void> {
  const options = optionsOf(phase, flags);
  const { ask, gateUrl } = options;
  const what =
    ask.digest === undefined ? `revision ${ask.revision}` : `${ask.digest}, revision ${ask.revision}`;
  await runHookCommand(
    { name, facts: askFacts(ask), run: (surroundings) => runHook(options, surroundings) },
    `${phase} of ${ask.app} on ${ask.cluster}, ${what}: asking ${gateUrl}`,
    flags,
  );
}

function optionsOf(phase: Phase, flags: Flags): HookOptions {
  const components = flags.components?.split(',').map((name) => name.trim());
  const unknown = components?.find((name) => !isComponent(name));
  if (unknown !== undefined) {
    throw new InputError(
      'input/component',
      `--components: "${unknown}" is no component; try dns or addon/karpenter`,
    );
  }
  const ask: HookAsk = {
    app: flags.app,
    cluster: flags.cluster,
    revision: flags.revision,
    phase,
    intent: flags.intent,
    ...(flags.digest === undefined ? {} : { digest: flags.digest }),
    ...(components === undefined && flags.change === undefined
      ? {}
      : { change: { ...flags.change, ...(components && { components: components.filter(isComponent) }) } }),
    ...(flags.argoApp === undefined ? {} : { argoApp: flags.argoApp }),
  };
  return {
    gateUrl: flags.gateUrl,
    ask,
    token: tokenOf(flags),
    mode: flags.mode,
    onHold: flags.onHold,
    maxWaitMs: flags.maxWait,
  };
}
