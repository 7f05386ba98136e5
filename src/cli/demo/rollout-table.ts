import type { RolloutList } from '../status/read-rollouts.ts';
import { COLUMNS, cut, wrap, wrapCommand } from './words.ts';

type Rollout = RolloutList['rollouts'][number];
type Wave = Rollout['waves'][number];

/** Columns before what a wave waits for. */
const BEFORE = 32;

/** Columns before the table, where a scene prints it. */
const INDENT = 10;

/** Characters of a reason that a table has room for. */
const WAITS_FOR = 140;

/** What each wave of a rollout waits for, who can act, and the commands. */
export function rolloutTable({ app, digest, status, waves }: Rollout): readonly string[] {
  const stopped = waves.find((wave) => wave.status === status && wave.next.length > 0);
  const current = stopped ?? waves.find((wave) => wave.status === status);
  return [
    `${app} ${digest}: ${status.toUpperCase()}`,
    `  ${'WAVE'.padEnd(10)}${'STATUS'.padEnd(14)}${'GO'.padEnd(6)}WAITS FOR`,
    ...waves.flatMap(waveLines),
    ...(current?.whoCanAct === undefined ? [] : [`  who can act: ${current.whoCanAct}`]),
    ...(stopped === undefined ? [] : commandLines(stopped)),
  ];
}

function waveLines({ name, status, clusters, waitsFor = 'nothing' }: Wave): readonly string[] {
  const went = clusters.filter(({ state }) => state === 'go').length;
  const [first = '', ...rest] = wrap(cut(waitsFor, WAITS_FOR), COLUMNS - BEFORE - INDENT);
  return [
    `  ${name.padEnd(10)}${status.padEnd(14)}${`${went}/${clusters.length}`.padEnd(6)}${first}`,
    ...rest.map((line) => `${' '.repeat(BEFORE)}${line}`),
  ];
}

/** Of several stopped clusters the first one's: the others' differ in the name. */
function commandLines({ next, clusters, status }: Wave): readonly string[] {
  const stopped = clusters.filter((cluster) => cluster.state === status);
  const own = next.slice(0, next.length / Math.max(1, stopped.length));
  return [
    `  commands for ${stopped[0]?.name ?? 'it'}:`,
    ...own.flatMap((command) =>
      wrapCommand(command, COLUMNS - 11).map((line, at) => `    ${at === 0 ? '' : '  '}${line}`),
    ),
  ];
}
