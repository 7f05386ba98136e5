import type { Cluster, Phase, Run } from '../domain/run.ts';
import { REASONS, type Reason, type Verdict } from '../domain/verdict.ts';
import { heldCommands, nextCommands } from './next-commands.ts';
import { stateSince } from './rollout-cluster.ts';
import { isOpen, isWatched, soakMs } from './run-times.ts';
import type { SettleProgress } from './settled.ts';
import { isStarved } from './superseding.ts';
import type { Answer } from './use-cases.ts';
import { whoCanAct } from './who-can-act.ts';

/** Whom an answer is for, and what it needs beside the run. */
export interface AnswerContext {
  readonly phase: Phase;
  readonly cluster: Cluster;
  readonly baseUrl: string;
  readonly now: number;
  readonly settle: SettleProgress;
  /** Whether the run was admitted by this very ask. */
  readonly justAdmitted?: boolean;
  /** Whether the gate itself opens another attempt once it can read again. */
  readonly resumes?: boolean;
}

/** Seconds after which asking again can tell something new, by what the run waits for. */
const RETRY_AFTER_SECONDS = { asked: 15, admitted: 30, settling: 30, soaking: 30, blind: 60 } as const;

/** Said beside every answer of a run whose PreSync hook was not asked, or held and was not heeded. */
const UNGATED: Reason = { code: 'run/ungated', text: REASONS['run/ungated'] };

const STARVED: Reason = { code: 'rollout/starved', text: REASONS['rollout/starved'] };

/** The answer of a run to a phase. */
export function answerOf(run: Run, context: AnswerContext): Answer {
  const { phase, cluster, baseUrl, now, settle } = context;
  const { verdict, reasons: why } = verdictFor(run, context);
  const reasons = [
    ...why,
    ...(run.ungated ? [UNGATED] : []),
    ...(isStarved(run) ? [STARVED] : []),
    ...recoveryNote(run),
  ];
  const times = timesOf(run, phase);
  const words = nextCommands(run, baseUrl);
  const next = words.length === 0 && verdict === 'hold' ? heldCommands(run, baseUrl) : words;
  return {
    verdict,
    reason: reasons[0]?.code ?? 'run/soaking',
    reasons,
    runId: run.id,
    attempt: run.attempt,
    phase,
    app: run.app,
    cluster: run.cluster,
    wave: cluster.wave,
    digest: run.digest,
    state: run.state,
    since: iso(stateSince(run)),
    whoCanAct: whoCanAct(run),
    settle,
    soak: {
      ...(run.settledAt !== undefined && { startedAt: iso(run.settledAt) }),
      elapsedSeconds: Math.floor(soakMs(run, now) / 1000),
      minSeconds: run.policy.minSoakMs / 1000,
      maxSeconds: run.policy.maxSoakMs / 1000,
    },
    ...(run.promised && { promises: run.promised }),
    retryAfterSeconds: verdict === 'hold' || context.resumes ? retryAfter(run, now) : 0,
    ...(times.decidedAt !== undefined && { decidedAt: iso(times.decidedAt) }),
    ...(times.expiresAt !== undefined && { expiresAt: iso(times.expiresAt) }),
    evidenceUrl: `${baseUrl}/runs/${run.id}`,
    ...(next.length > 0 && { next }),
  };
}

/** The answer to a phase that opens nothing, where nothing is open. */
export function unaskedAnswer(
  run: Pick<Run, 'app' | 'cluster' | 'digest' | 'policy'>,
  context: AnswerContext,
): Answer {
  const { phase, cluster, baseUrl, settle } = context;
  const { app, digest, policy } = run;
  const reason: Reason = { code: 'run/not-asked', text: REASONS['run/not-asked'] };
  return {
    verdict: 'hold',
    reason: reason.code,
    reasons: [reason],
    runId: '',
    attempt: 0,
    phase,
    app,
    cluster: cluster.name,
    wave: cluster.wave,
    digest,
    state: 'asked',
    since: iso(context.now),
    whoCanAct: 'whoever syncs the app in Argo CD: its PreSync hook asks first',
    settle,
    soak: {
      elapsedSeconds: 0,
      minSeconds: policy.minSoakMs / 1000,
      maxSeconds: policy.maxSoakMs / 1000,
    },
    retryAfterSeconds: RETRY_AFTER_SECONDS.asked,
    evidenceUrl: `${baseUrl}/clusters/${encodeURIComponent(cluster.name)}`,
    next: heldCommands({ app, reasons: [reason] }, baseUrl),
  };
}

function verdictFor(
  run: Run,
  { phase, cluster, justAdmitted }: AnswerContext,
): { verdict: Verdict; reasons: readonly Reason[] } {
  if (phase === 'PreSync' && isWatched(run)) {
    const reasons = justAdmitted ? run.reasons : [alreadyAdmitted(run)];
    return { verdict: 'go', reasons };
  }
  // A sync of what is there already changes nothing, and a revoked go stops later waves, not this.
  if (phase === 'PreSync' && run.state === 'go') {
    const text = `This digest has its go on ${cluster.name} and is the current one.`;
    return { verdict: 'go', reasons: [{ code: 'admission/already-verified', text }, ...run.reasons] };
  }
  if (phase === 'PreSync' && run.state === 'adopted') {
    const text = `This digest was on ${cluster.name} before the gate was, and is the current one.`;
    return { verdict: 'go', reasons: [{ code: 'admission/adopted', text }, ...run.reasons] };
  }
  return { verdict: run.verdict, reasons: run.reasons };
}

function recoveryNote({ recoveringFrom, state }: Run): readonly Reason[] {
  if (recoveringFrom === undefined || !isOpen({ state })) return [];
  const text = `Until ${iso(recoveringFrom)} the signals were not back at the level before the change that was rolled back; the soak began anew then.`;
  return [{ code: 'recovery/not-back', text }];
}

function alreadyAdmitted(run: Run): Reason {
  const text = `Attempt ${run.attempt} of this digest is ${run.state} on ${run.cluster}; nothing was started again.`;
  return { code: 'admission/already-admitted', text };
}

function timesOf(run: Run, phase: Phase): { decidedAt?: number; expiresAt?: number } {
  if (!isOpen(run)) return run.decidedAt === undefined ? {} : { decidedAt: run.decidedAt };
  if (run.admittedAt === undefined || phase !== 'PreSync' || run.state === 'asked') return {};
  const expires = run.state === 'admitted' ? { expiresAt: run.admittedAt + run.policy.maxSyncMs } : {};
  return { decidedAt: run.admittedAt, ...expires };
}

function retryAfter(run: Run, now: number): number {
  if (run.blindSince !== undefined || run.state === 'inconclusive') return RETRY_AFTER_SECONDS.blind;
  if (!isWatched(run)) return RETRY_AFTER_SECONDS.asked;
  const usual = RETRY_AFTER_SECONDS[run.state];
  if (run.state !== 'soaking') return usual;
  // Before the least soak is over only a halt can come; a minute is soon enough to hear of it.
  const left = Math.ceil((run.policy.minSoakMs - soakMs(run, now)) / 1000);
  return left > usual ? Math.min(60, left) : usual;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
