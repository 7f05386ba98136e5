import { type Command, Option } from 'commander';
import type { ChangeTarget } from '../domain/change-target.ts';
import { isComponent } from '../domain/component.ts';
import { InputError } from '../domain/errors.ts';
import { INTENTS, type Intent, type Phase } from '../domain/run.ts';
import type { HookAsk } from '../hook/ask-gate.ts';
import { EXIT_CODES } from '../hook/exit-codes.ts';
import type { HookOptions } from '../hook/run-hook.ts';
import { readBearerFile } from './bearer-file.ts';
import { CommandEnd } from './exit.ts';
import { parseChange, parseGateUrl, parseWait } from './hook-options.ts';
import { addHookProbeCommand } from './hook-probe-command.ts';
import { systemClock } from './system-clock.ts';
import { exitCodeOf, runTracedHook } from './traced-hook.ts';

interface Flags {
  readonly app: string;
  readonly cluster: string;
  readonly revision: string;
  readonly digest?: string;
  readonly intent: Intent;
  readonly components?: string;
  readonly change?: ChangeTarget;
  readonly argoApp?: string;
  readonly gateUrl: string;
  readonly tokenFile?: string;
  readonly mode: 'wait' | 'register';
  readonly maxWait: number;
  readonly onHold: 'wait' | 'fail';
  readonly json?: true;
}

/** The two hooks, with what differs between them. */
const HOOKS = [
  { name: 'pre-sync', phase: 'PreSync', maxWait: '90s', about: 'ask whether the sync may start' },
  { name: 'post-sync', phase: 'PostSync', maxWait: '1h', about: 'report the sync and wait for the verdict' },
] as const satisfies readonly { name: string; phase: Phase; maxWait: string; about: string }[];

/** `tidegate hook pre-sync | post-sync | probe`: what the hook Jobs run. */
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
        new Option('--gate-url <url>', 'address of the gate')
          .env('TIDEGATE_URL')
          .argParser(parseGateUrl)
          .default('http://127.0.0.1:8080'),
      )
      .addOption(
        new Option('--token-file <file>', 'bearer token, read before every request').env(
          'TIDEGATE_TOKEN_FILE',
        ),
      )
      .addOption(
        new Option('--max-wait <duration>', 'longest wait for a verdict')
          .argParser(parseWait)
          .default(parseWait(maxWait), maxWait),
      )
      .addOption(new Option('--on-hold <how>', 'on a hold').choices(['wait', 'fail']).default('wait'))
      .option('--json', 'print the answer as JSON');
    if (phase === 'PostSync') {
      command.addOption(
        new Option('--mode <mode>', 'register ends with 0 once the sync is noted: the one 0 that is no go')
          .choices(['wait', 'register'])
          .default('wait'),
      );
    }
    command.action((flags: Flags) => hookAction(name, phase, { ...flags, mode: flags.mode ?? 'wait' }));
  }
  addHookProbeCommand(hook);
}

async function hookAction(name: string, phase: Phase, flags: Flags): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  const result = await runTracedHook(name, optionsOf(phase, flags), {
    clock: systemClock,
    progress: (line) => process.stderr.write(`${line}\n`),
    aborted: stop.signal,
  });
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({ end: result.end, text: result.text, answer: result.answer })}\n`,
    );
  } else {
    process.stdout.write(`${result.text}\n`);
    const next = result.answer?.next ?? [];
    if (next.length > 0) process.stdout.write(`To go on:\n${next.map((line) => `  ${line}\n`).join('')}`);
    if (result.answer !== undefined) process.stdout.write(`Evidence: ${result.answer.evidenceUrl}\n`);
  }
  throw new CommandEnd(exitCodeOf(result));
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
  const { tokenFile } = flags;
  return {
    gateUrl: flags.gateUrl,
    ask,
    token: async () => (tokenFile === undefined ? undefined : readBearerFile(tokenFile, '--token-file')),
    mode: flags.mode,
    onHold: flags.onHold,
    maxWaitMs: flags.maxWait,
  };
}
