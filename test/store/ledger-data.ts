import type { Policy } from '../../src/domain/run.ts';
import { openRun } from '../../src/gate/attempts.ts';
import type { AuditDraft, LedgerRun } from '../../src/gate/ports.ts';

/** A policy with round numbers. */
export const POLICY: Policy = {
  name: 'test',
  minSoakMs: 300_000,
  maxSoakMs: 1_800_000,
  maxSyncMs: 7_200_000,
  maxSettleMs: 3_600_000,
  maxBlindMs: 3_600_000,
  alpha: 0.05,
  onInconclusive: 'stop',
};

/** A run that was never written; each call names what matters to it. */
export function newRun(
  fields: { app?: string; cluster?: string; digest?: string; attempt?: number; now?: number } = {},
): LedgerRun {
  const { app = 'bom', cluster = 'prod-1', digest = 'sha256:aa', attempt = 1, now = 1_000 } = fields;
  const change = { app, cluster, digest, revision: 'r1', intent: 'change', components: ['dns'] } as const;
  return openRun({ ...change, policy: POLICY }, attempt, now);
}

/** The run as it stands after it was written. */
export function written(run: LedgerRun): LedgerRun {
  return { ...run, version: run.version + 1 };
}

/** An audit entry to be. */
export function draft(kind: string, more: Partial<AuditDraft> = {}): AuditDraft {
  return { at: 1_000, kind, actor: 'tester', data: {}, ...more };
}
