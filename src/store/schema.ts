import type { Generated } from 'kysely';

/** Tables of the ledger; times are epoch milliseconds, JSON is what the gate wrote. */
export interface LedgerTables {
  runs: RunTable;
  minutes: { run_id: string; minute: number; json: string };
  openings: { run_id: string; last_minute: number; deflated: Uint8Array };
  looks: { run_id: string; json: string };
  documents: { kind: string; key: string; version: number; json: string; expires_at: number | null };
  audit: AuditTable;
  audit_head: { id: 1; seq: number; hash: string };
}

/** A run whole in `json`, and apart from it what runs are found by. */
interface RunTable {
  seq: Generated<number>;
  id: string;
  app: string;
  cluster: string;
  digest: string;
  attempt: number;
  state: string;
  reason: string | null;
  /** 0 or 1: asked, admitted, settling or soaking. */
  open: number;
  /** 0 or 1: let onto the cluster, or came there. */
  applied: number;
  version: number;
  json: string;
  decided_at: number | null;
  /** When its minutes, opening and look were deleted. */
  evidence_retired_at: Generated<number | null>;
}

interface AuditTable {
  seq: number;
  at: number;
  kind: string;
  actor: string;
  run_id: string | null;
  data: string;
  previous: string;
  hash: string;
}
