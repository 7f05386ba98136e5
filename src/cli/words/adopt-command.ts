import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { InputError } from '../../domain/errors.ts';
import { AdoptedView } from '../../http/word-schemas.ts';
import { callGate, endLikeAHook } from '../call-gate.ts';
import { gateOf, print, type WordFlags, withWordOptions, wordOf } from './word-options.ts';

interface Flags extends WordFlags {
  readonly app?: string;
  readonly cluster?: string;
  readonly revision?: string;
  readonly digest?: string;
  readonly file?: string;
}

/** `tidegate adopt`: the first install. */
export function addAdoptCommand(program: Command): void {
  withWordOptions(
    program
      .command('adopt')
      .description('first install: record what the clusters have already; no go, and no veto')
      .option('--app <name>', 'the app, for one place')
      .option('--cluster <name>', 'its cluster')
      .option('--revision <revision>', 'the Git revision that is there')
      .option('--digest <digest>', 'its digest; without one the revision stands in')
      .option('--file <file>', 'many places at once: a JSON list of {app, cluster, revision, digest?}'),
  ).action((flags: Flags) => endLikeAHook(() => adopt(flags)));
}

async function adopt(flags: Flags): Promise<void> {
  const adopted = await callGate(gateOf(flags), {
    method: 'POST',
    path: '/v1/adopt',
    body: { places: placesOf(flags), ...wordOf(flags) },
    answer: AdoptedView,
  });
  const lines = adopted.runs.map(
    ({ app, cluster, digest, id }) => `${app} on ${cluster}: ${digest} (run ${id})`,
  );
  print(adopted, flags, `Adopted:\n  ${lines.join('\n  ')}`);
}

function placesOf({ app, cluster, revision, digest, file }: Flags): unknown {
  const one = { app, cluster, revision, digest };
  if (file !== undefined && Object.values(one).every((value) => value === undefined)) return listOf(file);
  if (file === undefined && app !== undefined && cluster !== undefined && revision !== undefined)
    return [one];
  throw new InputError('input/adopt', 'name --app, --cluster and --revision, or --file alone');
}

function listOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError('input/adopt-file', `--file ${file} can't be used: ${why}; it holds a JSON list`);
  }
}
