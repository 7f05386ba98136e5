import type { Reason } from '../domain/verdict.ts';
import type { LedgerRun } from './ports.ts';
import { blindTotalMs, type WatchedState } from './run-times.ts';

const SETTLING: Reason = {
  code: 'run/settling',
  text: 'The sync is done; the change has not arrived everywhere yet.',
};
const SOAKING: Reason = {
  code: 'run/soaking',
  text: 'The change has arrived; the gate is gathering evidence.',
};
const WAITING: Reason = {
  code: 'run/waiting-for-sync',
  text: 'Admitted; the sync has not been reported yet.',
};
/** What the hook of phase SyncFail says. */
export const SYNC_FAILED: Reason = {
  code: 'run/sync-failed',
  text: 'Argo CD reported that the sync failed: parts of the change may be on the cluster.',
};

/** What a run that is watched waits for, while nothing else is to be said. */
export const STAGE_REASONS: Readonly<Record<WatchedState, Reason>> = {
  admitted: WAITING,
  settling: SETTLING,
  soaking: SOAKING,
};

/** Why an admission is over. */
export function syncExpired({ policy }: LedgerRun): Reason {
  return {
    code: 'run/waiting-for-sync',
    text: `The admission is over: no sync was reported within ${minutesText(policy.maxSyncMs)}; ask again.`,
  };
}

/** Why settling ended without a soak. */
export function settleExpired({ policy, reasons }: LedgerRun): Reason {
  const last = reasons.find(({ code }) => code === 'run/settling')?.text;
  return {
    code: 'run/max-settle',
    text: `The change has not arrived everywhere within ${minutesText(policy.maxSettleMs)}.${last === undefined ? '' : ` Last seen: ${last}`}`,
  };
}

/** Why a run that could not be seen ended. */
export function blindExpired(run: LedgerRun, now: number): Reason {
  const blind = minutesText(blindTotalMs(run, now));
  return {
    code: 'run/max-blind',
    text: `The metrics could not be read for ${blind}, ${minutesText(run.policy.maxBlindMs)} are allowed.`,
  };
}

/** Why a run ended for the sake of another digest. */
export function supersededBy(digest: string): Reason {
  return {
    code: 'run/superseded',
    text: `Digest ${digest} was asked for on this cluster; this run ended without a verdict.`,
  };
}

/** What stands before the harm that was seen after go. */
export function revoked({ cluster }: LedgerRun): Reason {
  return {
    code: 'run/revoked',
    text: `${cluster} had go, and harm was seen on it since: the go is revoked and later waves are closed; syncs under way go on.`,
  };
}

/** Why an open run of a cluster or an app that is no more ended. */
export function leftConfiguration({ app, cluster }: LedgerRun, what: 'cluster' | 'app' | 'target'): Reason {
  const why = {
    cluster: `cluster ${cluster} left the fleet`,
    app: `app ${app} left the configuration`,
    target: `app ${app} is no longer rolled out to ${cluster}`,
  };
  return { code: 'run/abandoned', text: `The run ended without a verdict: ${why[what]}.` };
}

function minutesText(ms: number): string {
  return `${Math.round(ms / 60_000)} min`;
}
