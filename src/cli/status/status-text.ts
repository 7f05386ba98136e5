import { freezeTarget } from '../../gate/freezes.ts';
import type { RolloutList } from './read-rollouts.ts';

type Rollout = RolloutList['rollouts'][number];
type Freeze = RolloutList['freezes'][number];
type Wave = Rollout['waves'][number];

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** Characters of a digest that a line has. */
const DIGEST_CHARACTERS = 19;

const COLUMN_GAP = 2;

/** Rollouts as a table for people, in the order in which they came: the gate puts what needs a person first. */
export function statusText({ at, rollouts, freezes }: RolloutList): string {
  const now = Date.parse(at);
  const frozen = freezes.length === 0 ? [] : [freezes.map((freeze) => freezeLine(freeze, now)).join('\n')];
  const told =
    rollouts.length === 0
      ? ['No rollouts: nobody has asked for a change yet.']
      : rollouts.map((rollout) => rolloutLines(rollout, now).join('\n'));
  return `${[...frozen, ...told].join('\n\n')}\n`;
}

/** How long ago, in the largest unit that fits: `3 h`, `12 min`, `40 s`. */
export function ago(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

function freezeLine({ id, scope, name, actor, reason, at, expiresAt }: Freeze, now: number): string {
  const target = freezeTarget({ scope, ...(name !== undefined && { name }) });
  return plain(
    `FREEZE for ${ago(at, now)}: ${target}, by ${actor}, until ${expiresAt}: ${reason} (tidegate thaw ${id})`,
  );
}

function rolloutLines(rollout: Rollout, now: number): readonly string[] {
  const { app, digest, status, since, notProtected, supersededBy, notes, url, waves } = rollout;
  const head = `${status.toUpperCase()} for ${ago(since, now)}: ${app} ${digest.slice(0, DIGEST_CHARACTERS)}`;
  return [
    plain(`${head}${notProtected === undefined ? '' : '  (not protected)'}`),
    ...(supersededBy === undefined
      ? []
      : [plain(`  after it came ${supersededBy.slice(0, DIGEST_CHARACTERS)}`)]),
    ...(notProtected === undefined ? [] : [plain(`  not protected: ${notProtected}`)]),
    ...notes.map(({ text }) => plain(`  note: ${text}`)),
    ...table([['WAVE', 'STATUS', 'GO', 'FOR', 'WAITS FOR'], ...waves.map((wave) => waveRow(wave, now))]),
    ...whoActs(rollout),
    ...waves.flatMap(({ next }) => next.map((command) => `  next: ${plain(command)}`)),
    `  see:  ${plain(url)}`,
  ];
}

function waveRow({ name, status, clusters, since, waitsFor }: Wave, now: number): readonly string[] {
  const went = clusters.filter(({ state }) => state === 'go').length;
  const count = clusters.length === 0 ? '-' : `${went}/${clusters.length}`;
  return [name, status, count, since === undefined ? '-' : ago(since, now), waitsFor ?? ''].map(plain);
}

/** Those of the wave that decides the status: for the others nobody has to act. */
function whoActs({ status, waves }: Rollout): readonly string[] {
  // What froze it is a wave that is halted, or nothing but the notes.
  const wave = waves.find((candidate) => candidate.status === (status === 'frozen' ? 'halted' : status));
  return wave?.whoCanAct === undefined ? [] : [`  who:  ${plain(wave.whoCanAct)}`];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd((widths[column] ?? 0) + COLUMN_GAP)).join('')}`.trimEnd(),
  );
}

/** A text from elsewhere as one line that moves no cursor. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
