import type { Command } from 'commander';
import { freezeTarget } from '../../gate/freezes.ts';
import { FreezeView } from '../../http/word-schemas.ts';
import { callGate, endLikeAHook } from '../call-gate.ts';
import { gateOf, print, type WordFlags, withWordOptions, wordOf } from './word-options.ts';

/** `tidegate thaw`: ends a freeze before its time. */
export function addThawCommand(program: Command): void {
  withWordOptions(
    program
      .command('thaw')
      .description('end a freeze before its time; tidegate status lists them')
      .argument('<freeze>', 'id of the freeze'),
  ).action((id: string, flags: WordFlags) => endLikeAHook(() => thaw(id, flags)));
}

async function thaw(id: string, flags: WordFlags): Promise<void> {
  const ended = await callGate(gateOf(flags), {
    method: 'DELETE',
    path: `/v1/freezes/${encodeURIComponent(id)}`,
    query: wordOf(flags),
    answer: FreezeView,
  });
  const { scope, name } = ended;
  print(ended, flags, `Thawed: ${freezeTarget({ scope, ...(name !== undefined && { name }) })}.`);
}
