import type { Run } from '../domain/run.ts';
import type { ReasonCode } from '../domain/verdict.ts';
import { isRevoked, isUnacknowledged, isWatched } from './run-times.ts';

const ITS_TURN_COMES = 'nobody has to: its turn comes';
const ACKNOWLEDGE = 'a person: look at it, then acknowledge it';
const MEND = 'whoever can mend what holds it, then it is asked again';

/** Who moves a run that is held, by the code of its first reason; codes of a family stand for all of it. */
const HELD: readonly (readonly [ReasonCode | `${string}/`, string])[] = [
  ['wave/not-ready', ITS_TURN_COMES],
  ['wave/max-parallel', ITS_TURN_COMES],
  ['wave/', ACKNOWLEDGE],
  ['rollout/frozen', 'a person: acknowledge, retry or override the halted runs'],
  ['config/', ACKNOWLEDGE],
  ['freeze/', 'a person with the right to freeze: thaw it, or wait until it expires'],
  ['inventory/', 'whoever runs the gate: make its configuration readable'],
  ['data/', 'whoever runs the metrics: make them readable'],
  ['run/', 'whoever syncs the app in Argo CD'],
];

/** Who can move what a run stands for, as a phrase. */
export function whoCanAct(run: Run): string {
  if (isWatched(run)) return 'nobody has to: the gate decides';
  if (isUnacknowledged(run))
    return 'a person: read the evidence, then acknowledge it or override it with halt';
  if (run.state === 'asked') {
    const code = run.reasons[0]?.code ?? '';
    return HELD.find(([of]) => code === of || (of.endsWith('/') && code.startsWith(of)))?.[1] ?? MEND;
  }
  if (run.state === 'halted' || run.state === 'inconclusive' || isRevoked(run)) {
    return 'a person: another digest, a retry or an override';
  }
  return 'nobody has to';
}
