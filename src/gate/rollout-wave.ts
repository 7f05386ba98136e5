import type { RunState } from '../domain/run.ts';
import { freezeReason } from './freezes.ts';
import { nextCommands, personsWord, shellQuote, WHY } from './next-commands.ts';
import {
  isUnderWay,
  type Place,
  type RolloutCluster,
  rolloutCluster,
  stateSince,
  unaskedSince,
} from './rollout-cluster.ts';
import { isRevoked, isUnacknowledged, opensLaterWaves } from './run-times.ts';
import { whereItStands } from './wave-order.ts';
import { whoCanAct as whoCanActOn } from './who-can-act.ts';

/** Where a wave of a rollout stands; `waiting` is for earlier waves, `skipped` has no target of the app. */
export const WAVE_STATUSES = [
  'halted',
  'stalled',
  'inconclusive',
  'held',
  'open',
  'waiting',
  'skipped',
  'complete',
] as const;
export type WaveStatus = (typeof WAVE_STATUSES)[number];

/** One wave of a rollout: where it stands, and what moves it. */
export interface RolloutWave {
  readonly name: string;
  readonly status: WaveStatus;
  readonly clusters: readonly RolloutCluster[];
  /** What has to happen next, as a sentence; absent when nothing has. */
  readonly waitsFor?: string;
  /** When the status began, epoch milliseconds. */
  readonly since?: number;
  readonly whoCanAct?: string;
  /** Commands that move it, ready to paste. */
  readonly next: readonly string[];
}

/** What a wave is derived from. */
export interface WaveFacts {
  readonly name: string;
  readonly places: readonly Place[];
  /** Earlier waves with a cluster that has no go. */
  readonly waitsForWaves: readonly string[];
  /** When its turn came, or would have come were it the first; epoch milliseconds. */
  readonly turnSince: number;
  /** Another digest came after it: nobody is expected to ask for this one any more. */
  readonly isOvertaken: boolean;
  readonly owners: readonly string[];
  readonly baseUrl: string;
  readonly now: number;
}

/** After this long without being asked a cluster whose turn it is counts as forgotten, in milliseconds. */
export const STALLED_MS = 600_000;

/** Clusters that a sentence names, and that commands are given for. */
const NAMED = 5;

/** A wave from the newest runs on its clusters. */
export function rolloutWave(facts: WaveFacts): RolloutWave {
  const { name, places } = facts;
  const { status, about, since } = standing(facts);
  const sentence = waitsFor(status, about, facts);
  const who = whoCanAct(status, about, facts);
  return {
    name,
    status,
    clusters: places.map((place) => rolloutCluster(place, facts.now)),
    ...(sentence !== undefined && { waitsFor: sentence }),
    ...(since !== undefined && { since }),
    ...(who !== undefined && { whoCanAct: who }),
    next: commands(status, about, facts),
  };
}

/** A status, and the clusters that make it. */
interface Standing {
  readonly status: WaveStatus;
  readonly about: readonly Place[];
  readonly since?: number;
}

function standing({ places, waitsForWaves, turnSince, isOvertaken, now }: WaveFacts): Standing {
  if (places.length === 0) return { status: 'skipped', about: [] };
  const inState = (state: RunState) =>
    places.filter(({ run }) => run?.state === state || (state === 'halted' && run && isRevoked(run)));
  const going = places.filter(counts);
  if (going.length === places.length)
    return { status: 'complete', about: [], since: Math.max(...times(going)) };
  for (const status of ['halted', 'inconclusive'] as const) {
    const about = inState(status);
    if (about.length > 0) return { status, about, since: Math.min(...times(about)) };
  }
  const underWay = places.filter(isUnderWay);
  if (underWay.length > 0) return { status: 'open', about: underWay, since: Math.min(...times(underWay)) };
  if (waitsForWaves.length > 0) return { status: 'waiting', about: [], since: turnSince };
  const rest = places.filter((place) => !counts(place));
  const frozen = rest.filter(({ freeze }) => freeze !== undefined);
  if (frozen.length > 0) {
    return { status: 'held', about: frozen, since: Math.min(...frozen.map(({ freeze }) => freeze?.at ?? 0)) };
  }
  const held = rest.filter((place) => unaskedSince(place, turnSince) === undefined);
  if (held.length > 0) return { status: 'held', about: held, since: Math.min(...times(held)) };
  const since = Math.min(...rest.flatMap((place) => unaskedSince(place, turnSince) ?? []));
  const isStalled = !isOvertaken && now - since >= STALLED_MS;
  return { status: isStalled ? 'stalled' : 'open', about: rest, since };
}

// What was there before the gate is waited for by nobody.
function counts({ run }: Place): boolean {
  return run !== undefined && (opensLaterWaves(run) || run.state === 'adopted');
}

function waitsForWord({ run }: Place): boolean {
  return run !== undefined && isUnacknowledged(run);
}

function times(places: readonly Place[]): readonly number[] {
  return places.flatMap(({ run }) => (run === undefined ? [] : [stateSince(run)]));
}

function waitsFor(
  status: WaveStatus,
  about: readonly Place[],
  { waitsForWaves }: WaveFacts,
): string | undefined {
  switch (status) {
    case 'skipped':
    case 'complete':
      return undefined;
    case 'waiting':
      return `Go on every cluster of ${waitsForWaves.join(', ')}.`;
    case 'stalled':
      return `Somebody to ask: it is the turn of ${listed(about.map(({ name }) => name))}, and nobody asks.`;
    case 'halted':
    case 'inconclusive':
    case 'held':
      return listed(
        about.map((place) => {
          if (place.freeze && status === 'held') return `${place.name}: ${freezeReason(place.freeze).text}`;
          return waitsForWord(place)
            ? `${place.name} ${whereItStands(place.run)}.`
            : `${place.name} is ${status}: ${place.run?.reasons[0]?.text ?? ''}`;
        }),
        ' ',
      );
    case 'open':
      return `${listed(about.map((place) => `${place.name} ${whereIs(place)}`))}.`;
  }
}

function whereIs({ run }: Place): string {
  if (run?.state === 'asked') return 'can be asked for again';
  return whereItStands(run);
}

function whoCanAct(status: WaveStatus, about: readonly Place[], { owners }: WaveFacts): string | undefined {
  const team = owners.length === 0 ? '' : ` (${owners.join(', ')})`;
  switch (status) {
    case 'skipped':
    case 'complete':
      return undefined;
    case 'waiting':
      return 'nobody has to: its turn comes';
    case 'open':
      return 'nobody has to: Argo CD syncs and the gate decides';
    case 'held':
      if (about.some(({ freeze }) => freeze)) {
        return `a person with the right to freeze: thaw it, or wait until it expires${team}`;
      }
      return `${about[0]?.run ? whoCanActOn(about[0].run) : 'whoever can mend what holds it'}${team}`;
    case 'stalled':
      return `whoever syncs the app in Argo CD${team}`;
    case 'halted':
    case 'inconclusive':
      return `a person: another digest, a retry or an override${team}`;
  }
}

function commands(status: WaveStatus, about: readonly Place[], { baseUrl }: WaveFacts): readonly string[] {
  const some = about.slice(0, NAMED);
  switch (status) {
    case 'halted':
    case 'inconclusive':
    case 'held': {
      const thaws = new Set(
        some.flatMap(({ freeze }) =>
          freeze && status === 'held' ? [personsWord('thaw', freeze.id, baseUrl, WHY.thaw)] : [],
        ),
      );
      return [...thaws, ...some.flatMap(({ run }) => (run === undefined ? [] : nextCommands(run, baseUrl)))];
    }
    case 'stalled':
      return some.flatMap(({ argoApp }) =>
        argoApp === undefined ? [] : [`argocd app sync ${shellQuote(argoApp)}`],
      );
    default:
      return [];
  }
}

function listed(parts: readonly string[], separator = ', '): string {
  const more = parts.length > NAMED ? [`and ${parts.length - NAMED} more`] : [];
  return [...parts.slice(0, NAMED), ...more].join(separator);
}
