import { ConflictError } from '../domain/errors.ts';
import { RUN_STATES, type RunState } from '../domain/run.ts';
import type { Reason, Verdict } from '../domain/verdict.ts';
import type { LedgerRun } from './ports.ts';
import type { Reasons, RunEvent } from './run-event.ts';
import {
  blindExpired,
  revoked,
  STAGE_REASONS,
  SYNC_FAILED,
  settleExpired,
  supersededBy,
  syncExpired,
} from './run-reasons.ts';
import {
  blindTotalMs,
  convicts,
  isRevoked,
  isUnacknowledged,
  isWatched,
  OPEN_STATES,
  WATCHED_STATES,
  waitsForWord,
} from './run-times.ts';

/** Why an event does not fit a run; a stable code and a sentence. */
export interface Refusal {
  readonly refused: 'run/wrong-state' | 'run/already-decided' | 'run/blind' | 'run/nothing-to-acknowledge';
  readonly because: string;
}

/** States in which an event can happen; everywhere else it is refused. */
const HAPPENS_IN = {
  admitted: ['asked'],
  held: OPEN_STATES,
  'sync-expired': ['admitted'],
  synced: ['asked', 'admitted'],
  settled: ['settling'],
  'sync-failed': WATCHED_STATES,
  judged: WATCHED_STATES,
  blind: WATCHED_STATES,
  sighted: WATCHED_STATES,
  'settle-expired': ['settling'],
  'blind-expired': ['settling', 'soaking'],
  superseded: OPEN_STATES,
  'not-back': WATCHED_STATES,
  revoked: ['go'],
  abandoned: OPEN_STATES,
  acknowledged: [...OPEN_STATES, 'go', 'halted'],
  overridden: RUN_STATES,
} as const satisfies Record<RunEvent['is'], readonly RunState[]>;

/** Whether a transition was refused. */
export function isRefusal(result: LedgerRun | Refusal): result is Refusal {
  return 'refused' in result;
}

/**
 * The run after an event, or why the event does not fit it. Pure; the version stays, the ledger counts it.
 *
 * @param now epoch milliseconds by the gate's clock
 */
export function transition(run: LedgerRun, event: RunEvent, now: number): LedgerRun | Refusal {
  const states: readonly RunState[] = HAPPENS_IN[event.is];
  if (!states.includes(run.state)) return wrongState(run, event);
  switch (event.is) {
    case 'admitted':
      return { ...run, state: 'admitted', admittedAt: now, policy: event.policy, reasons: event.reasons };
    case 'held':
      return { ...run, reasons: event.reasons };
    case 'sync-expired':
      return syncIsOver(run, now);
    case 'synced':
      return synced(run, now);
    case 'settled':
      return run.blindSince === undefined
        ? { ...run, state: 'soaking', settledAt: now, blindMs: 0, reasons: [STAGE_REASONS.soaking] }
        : { refused: 'run/blind', because: `run ${run.id} can't settle while its metrics can't be read` };
    case 'sync-failed':
      return close(run, now, 'halted', 'halt', [SYNC_FAILED]);
    case 'judged':
      return judged(run, event, now);
    case 'blind':
      return { ...run, blindSince: run.blindSince ?? now, reasons: [event.reason] };
    case 'sighted':
      return isWatched(run)
        ? { ...sighted(run, now), reasons: [STAGE_REASONS[run.state]] }
        : wrongState(run, event);
    case 'settle-expired':
      return close(run, now, 'inconclusive', 'inconclusive', [settleExpired(run)]);
    case 'blind-expired':
      return close(run, now, 'inconclusive', 'inconclusive', [blindExpired(run, now)]);
    case 'superseded':
      return {
        ...close(run, now, 'superseded', 'inconclusive', [supersededBy(event.by.digest)]),
        supersededBy: event.by.id,
      };
    case 'not-back':
      return run.intent === 'rollback'
        ? {
            ...run,
            recoveringFrom: now,
            ...(run.state === 'soaking' && run.blindSince === undefined && { settledAt: now, blindMs: 0 }),
          }
        : wrongState(run, event);
    case 'revoked':
      return isRevoked(run)
        ? wrongState(run, event)
        : { ...run, revokedAt: now, verdict: 'halt', reasons: [revoked(run), ...event.reasons] };
    case 'abandoned':
      return close(run, now, 'abandoned', 'inconclusive', [event.reason]);
    case 'acknowledged':
      return acknowledged(run, event, now);
    case 'overridden':
      return overridden(run, event, now);
  }
}

/**
 * The run after an event that fits it.
 *
 * @throws ConflictError with the refusal's code when it does not
 */
export function advance(run: LedgerRun, event: RunEvent, now: number): LedgerRun {
  const result = transition(run, event, now);
  if (isRefusal(result)) throw new ConflictError(result.refused, result.because);
  return result;
}

// A recovery that had begun is over with its admission: the next one has an opening of its own.
function syncIsOver(run: LedgerRun, now: number): LedgerRun {
  const { recoveringFrom: _, ...rest } = sighted(run, now);
  return { ...rest, state: 'asked', blindMs: 0, reasons: [syncExpired(run)] };
}

function synced(run: LedgerRun, now: number): LedgerRun {
  const ungated = run.admittedAt === undefined;
  return {
    ...sighted(run, now),
    state: 'settling',
    syncedAt: now,
    blindMs: 0,
    ungated,
    reasons: [STAGE_REASONS.settling],
  };
}

// Go and inconclusive are about the soak alone, and go needs eyes: before the soak, and while blind, only harm counts.
function judged(
  run: LedgerRun,
  { verdict, reasons }: { readonly verdict: Exclude<Verdict, 'hold'>; readonly reasons: Reasons },
  now: number,
): LedgerRun | Refusal {
  if (verdict === 'halt') return close(run, now, 'halted', 'halt', reasons);
  if (run.state !== 'soaking') {
    return { refused: 'run/wrong-state', because: `run ${run.id} is ${run.state}: ${verdict} needs a soak` };
  }
  if (run.blindSince !== undefined) {
    return {
      refused: 'run/blind',
      because: `run ${run.id} gets no ${verdict} while its metrics can't be read`,
    };
  }
  return close(run, now, verdict, verdict, reasons);
}

function overridden(
  run: LedgerRun,
  {
    verdict,
    actor,
    reason,
  }: { readonly verdict: 'go' | 'halt'; readonly actor: string; readonly reason: string },
  now: number,
): LedgerRun | Refusal {
  const state = verdict === 'go' ? 'go' : 'halted';
  const acknowledges = verdict === 'go' && isUnacknowledged(run);
  if (run.state === state && !acknowledges && !isRevoked(run)) {
    return { refused: 'run/already-decided', because: `run ${run.id} is ${state} already` };
  }
  if (verdict === 'go' && ENDED_WITHOUT_VERDICT.some((ended) => ended === run.state)) {
    return {
      refused: 'run/wrong-state',
      because: `run ${run.id} is ${run.state}: its attempt is over; retry it, then override the new attempt`,
    };
  }
  const word = { code: `override/${verdict}` as const, text: `${actor} decided ${verdict}: ${reason}` };
  // The go was earned by evidence, which stays to be read behind the word.
  const reasons = acknowledges ? [word, ...run.reasons] : [word];
  const { revokedAt: _, ...rest } = close(run, now, state, verdict, reasons);
  const closed = { ...rest, decidedBy: actor };
  // A person's go for a digest that was never admitted lets it onto the cluster: that is its admission.
  const admits = verdict === 'go' && run.admittedAt === undefined && run.syncedAt === undefined;
  return admits ? { ...closed, admittedAt: now } : closed;
}

/** Ends of an attempt after which only another one can go. */
const ENDED_WITHOUT_VERDICT = ['inconclusive', 'superseded', 'abandoned'] as const satisfies RunState[];

function acknowledged(
  run: LedgerRun,
  { actor, reason, plan }: RunEvent & { readonly is: 'acknowledged' },
  now: number,
): LedgerRun | Refusal {
  const word: Reason = { code: 'run/acknowledged', text: `${actor} acknowledged it: ${reason}` };
  // What was decided stays what it is, and is read first.
  if (convicts(run) || waitsForWord(run)) {
    return { ...run, acknowledgedBy: actor, reasons: [...run.reasons, word] };
  }
  if (plan !== undefined && run.state === 'asked') {
    return { ...run, plan, planAcknowledgedAt: now, reasons: [word] };
  }
  return {
    refused: 'run/nothing-to-acknowledge',
    because: `run ${run.id} is ${run.state}: a person acknowledges a sync that nobody admitted, a halt, a go that was revoked, or waves that changed during a rollout`,
  };
}

function close(
  run: LedgerRun,
  now: number,
  state: RunState,
  verdict: Verdict,
  reasons: readonly Reason[],
): LedgerRun {
  return { ...sighted(run, now), state, verdict, reasons, decidedAt: now };
}

function sighted(run: LedgerRun, now: number): LedgerRun {
  const { blindSince: _, ...rest } = run;
  return { ...rest, blindMs: blindTotalMs(run, now) };
}

function wrongState(run: LedgerRun, event: RunEvent): Refusal {
  return {
    refused: 'run/wrong-state',
    because: `run ${run.id} is ${run.state}: "${event.is}" can't happen to it`,
  };
}
