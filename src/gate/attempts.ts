import { createHash } from 'node:crypto';
import type { ChangeTarget } from '../domain/change-target.ts';
import type { Component } from '../domain/component.ts';
import type { Intent, PlannedWave, Policy } from '../domain/run.ts';
import type { LedgerRun } from './ports.ts';
import { STAGE_REASONS } from './run-reasons.ts';

/** Attempts that the gate opens by itself within a day; then a person must. */
export const MAX_OWN_ATTEMPTS = 3;

const DAY_MS = 86_400_000;

/** What opens the first attempt, or one after an end that does not bind. */
export interface NewRun {
  readonly app: string;
  readonly cluster: string;
  readonly digest: string;
  readonly revision: string;
  readonly intent: Intent;
  readonly components: readonly Component[];
  readonly change?: ChangeTarget;
  readonly argoApp?: string;
  readonly policy: Policy;
  readonly wave?: string;
  readonly plan?: readonly PlannedWave[];
}

/**
 * Name of an attempt: the same on every replica, so that two that open it at once collide in the ledger.
 *
 * @returns 20 hexadecimal digits
 */
export function runId(app: string, cluster: string, digest: string, attempt: number): string {
  const key = JSON.stringify([app, cluster, digest, attempt]);
  return createHash('sha256').update(key).digest('hex').slice(0, 20);
}

/** A run in state `asked` that was never written. */
export function openRun(fields: NewRun, attempt: number, now: number): LedgerRun {
  return {
    ...fields,
    id: runId(fields.app, fields.cluster, fields.digest, attempt),
    attempt,
    state: 'asked',
    askedAt: now,
    blindMs: 0,
    ungated: false,
    verdict: 'hold',
    reasons: [],
    version: 0,
    openedBy: 'ask',
  };
}

/**
 * The attempt after a person's retry: it settles and soaks again when the digest is on the cluster, else it waits to be
 * asked for. Harm is looked for from now on; the baseline stays the one before the sync.
 */
export function retriedRun(
  ended: LedgerRun,
  { actor, reason, policy, onCluster }: { actor: string; reason: string; policy: Policy; onCluster: boolean },
  now: number,
): LedgerRun {
  const asked = openRun({ ...changeOf(ended), policy }, ended.attempt + 1, now);
  const retried: LedgerRun = {
    ...asked,
    openedBy: 'person',
    reasons: [{ code: 'run/retried', text: `${actor} asked for attempt ${asked.attempt}: ${reason}` }],
  };
  if (!onCluster) return retried;
  const admittedAt = ended.admittedAt === undefined ? {} : { admittedAt: now };
  return { ...retried, state: 'settling', ...admittedAt, syncedAt: now, ungated: ended.ungated };
}

/** The attempt that the gate opens when it can read again: the same sync, judged from the same moment on. */
export function resumedRun(ended: LedgerRun, now: number): LedgerRun {
  const { admittedAt, syncedAt, ungated, policy } = ended;
  return {
    ...openRun({ ...changeOf(ended), policy }, ended.attempt + 1, now),
    openedBy: 'gate',
    state: 'settling',
    ...(admittedAt !== undefined && { admittedAt }),
    ...(syncedAt !== undefined && { syncedAt }),
    ungated,
    reasons: [STAGE_REASONS.settling],
  };
}

/** Whether a run ended because it could not be seen: the one end that the gate undoes by itself. */
export function endedBlind({ state, reasons }: LedgerRun): boolean {
  return state === 'inconclusive' && reasons[0]?.code === 'run/max-blind';
}

/**
 * Whether the gate may open another attempt by itself.
 *
 * @param attempts all runs of the digest on the cluster
 */
export function mayResume(attempts: readonly LedgerRun[], now: number): boolean {
  const own = attempts.filter(({ openedBy, askedAt }) => openedBy === 'gate' && now - askedAt < DAY_MS);
  return own.length < MAX_OWN_ATTEMPTS;
}

function changeOf(run: LedgerRun): Omit<NewRun, 'policy'> {
  const { app, cluster, digest, revision, intent, components, change, argoApp, wave, plan } = run;
  return {
    app,
    cluster,
    digest,
    revision,
    intent,
    components,
    ...(change && { change }),
    ...(argoApp !== undefined && { argoApp }),
    ...(wave !== undefined && { wave }),
    ...(plan && { plan }),
  };
}
