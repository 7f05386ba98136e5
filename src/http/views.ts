import type { Policy, Run } from '../domain/run.ts';
import type { AuditEntry } from '../gate/ports.ts';
import type { RunEvidence } from '../gate/use-cases.ts';

/** A run as it goes over HTTP: times are ISO 8601, lengths are seconds, and nothing of the ledger's own. */
export function runView(run: Run): Readonly<Record<string, unknown>> {
  const { id, app, cluster, digest, attempt, revision, intent, components, change, argoApp } = run;
  const { state, verdict, reasons, ungated, decidedBy, policy } = run;
  return {
    id,
    app,
    cluster,
    digest,
    attempt,
    revision,
    intent,
    components,
    change,
    argoApp,
    state,
    verdict,
    reasons,
    ungated,
    decidedBy,
    acknowledgedBy: run.acknowledgedBy,
    wave: run.wave,
    askedAt: iso(run.askedAt),
    admittedAt: iso(run.admittedAt),
    syncedAt: iso(run.syncedAt),
    settledAt: iso(run.settledAt),
    decidedAt: iso(run.decidedAt),
    revokedAt: iso(run.revokedAt),
    blindSince: iso(run.blindSince),
    blindSeconds: run.blindMs / 1000,
    policy: policyView(policy),
  };
}

/** The evidence of a run as it goes over HTTP. */
export function evidenceView({ run, ...evidence }: RunEvidence): Readonly<Record<string, unknown>> {
  return { run: runView(run), ...evidence };
}

/** An entry of the audit log with an ISO time; `hash` covers the entry with `at` in epoch milliseconds. */
export function auditView({ at, ...entry }: AuditEntry): Readonly<Record<string, unknown>> {
  return { ...entry, at: iso(at) };
}

function policyView({ name, alpha, onInconclusive, ...lengths }: Policy) {
  return {
    name,
    minSoakSeconds: lengths.minSoakMs / 1000,
    maxSoakSeconds: lengths.maxSoakMs / 1000,
    maxSyncSeconds: lengths.maxSyncMs / 1000,
    maxSettleSeconds: lengths.maxSettleMs / 1000,
    maxBlindSeconds: lengths.maxBlindMs / 1000,
    alpha,
    onInconclusive,
  };
}

function iso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
