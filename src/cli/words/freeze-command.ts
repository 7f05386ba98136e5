import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { isDuration, milliseconds } from '../../domain/duration.ts';
import { InputError } from '../../domain/errors.ts';
import { FREEZE_SCOPES, freezeTarget } from '../../gate/freezes.ts';
import { FreezeView } from '../../http/word-schemas.ts';
import { callGate, endLikeAHook } from '../call-gate.ts';
import { systemClock } from '../system-clock.ts';
import { gateOf, print, type WordFlags, withWordOptions, wordOf } from './word-options.ts';

interface Flags extends WordFlags {
  readonly fleet?: true;
  readonly wave?: string;
  readonly cluster?: string;
  readonly app?: string;
  readonly for: number;
  readonly until?: string;
  readonly rollbacks?: true;
}

/** `tidegate freeze`: the stop switch. */
export function addFreezeCommand(program: Command): void {
  withWordOptions(
    program
      .command('freeze')
      .description('stop the fleet, a wave, a cluster or an app: nothing is admitted there until the thaw')
      .option('--fleet', 'everything')
      .option('--wave <name>', 'the clusters of a wave')
      .option('--cluster <name>', 'one cluster')
      .option('--app <name>', 'one app, everywhere')
      .addOption(
        new Option('--for <duration>', 'how long, at most 30d')
          .argParser(parseLength)
          .default(parseLength('24h'), '24h'),
      )
      .option('--until <time>', 'until when instead, such as 2026-11-24T18:00:00Z')
      .option('--rollbacks', 'stop going back to earlier digests, too'),
  ).action((flags: Flags) => endLikeAHook(() => freeze(flags)));
}

async function freeze(flags: Flags): Promise<void> {
  const made = await callGate(gateOf(flags), {
    method: 'POST',
    path: '/v1/freezes',
    body: {
      ...scopeOf(flags),
      expiresAt: flags.until ?? new Date(systemClock.now() + flags.for).toISOString(),
      ...(flags.rollbacks && { stopsRollbacks: true }),
      ...wordOf(flags),
    },
    answer: FreezeView,
  });
  print(made, flags, freezeSentence(made));
}

function scopeOf(flags: Flags): { readonly scope: string; readonly name?: string } {
  const given = FREEZE_SCOPES.filter((scope) => flags[scope] !== undefined);
  const [scope, ...more] = given;
  if (scope === undefined || more.length > 0) {
    const what = scope === undefined ? 'nothing is named' : `--${given.join(' and --')} are both given`;
    throw new InputError(
      'input/freeze-scope',
      `${what}; name one of ${FREEZE_SCOPES.map((each) => `--${each}`).join(', ')}`,
    );
  }
  const name = flags[scope];
  return { scope, ...(typeof name === 'string' && { name }) };
}

function parseLength(text: string): number {
  if (!isDuration(text)) {
    throw new InvalidArgumentError('write a whole number and a unit, such as 90m, 24h or 7d.');
  }
  return milliseconds(text);
}

function freezeSentence({ id, scope, name, expiresAt }: z.output<typeof FreezeView>): string {
  const target = freezeTarget({ scope, ...(name !== undefined && { name }) });
  return `Frozen until ${expiresAt}: ${target} (freeze ${id}).\nTo end it before: tidegate thaw ${id} --reason '...'`;
}
