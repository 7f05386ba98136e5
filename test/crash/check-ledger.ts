import { verifyChain } from '../../src/gate/audit.ts';
import type { AuditEntry, Store } from '../../src/gate/ports.ts';
import type { Witness } from './witness.ts';

const MINUTE_MS = 60_000;
/** What is decided once in a run's life. */
const ONCE = ['admission', 'sync', 'settled', 'verdict'];

/** What a ledger holds at the end. */
export interface LedgerCounts {
  readonly runs: number;
  readonly decided: number;
  readonly minutes: number;
  readonly entries: number;
}

/** Holds what was acknowledged against what is stored; what is wrong becomes a complaint. */
export async function checkLedger(store: Store, witness: Witness): Promise<LedgerCounts> {
  const complain = (text: string) => witness.complaints.push(text);
  const entries = await readAudit(store);
  const chain = verifyChain(entries, undefined, await store.auditHead());
  if (!chain.ok) complain(`the audit log is broken at ${chain.seq}: ${chain.problem}`);
  for (const [seq, hash] of witness.heads) {
    if (seq > 0 && entries[seq - 1]?.hash !== hash)
      complain(`entry ${seq} is not the one that was published`);
  }
  const told = new Map<string, number>();
  for (const { runId, kind } of entries) {
    const key = `${runId} ${kind}`;
    told.set(key, (told.get(key) ?? 0) + 1);
  }
  for (const { runId, kind } of witness.acknowledged) {
    if (!told.has(`${runId} ${kind}`))
      complain(`run ${runId}: an acknowledged ${kind} is not in the audit log`);
  }
  const runs = await store.runs({});
  let minutes = 0;
  for (const run of runs) {
    for (const kind of ONCE) {
      const count = told.get(`${run.id} ${kind}`) ?? 0;
      if (count > 1) complain(`run ${run.id} has ${count} entries of ${kind}`);
    }
    const stored = await store.minutes(run.id);
    minutes += stored.length;
    stored.forEach(({ minute }, at) => {
      const before = stored[at - 1]?.minute ?? minute - MINUTE_MS;
      if (minute - before !== MINUTE_MS) complain(`run ${run.id}: a minute before ${minute} is missing`);
    });
  }
  const known = new Set(runs.map(({ id }) => id));
  for (const id of witness.runs.keys()) if (!known.has(id)) complain(`run ${id} was told, and is not stored`);
  const decided = runs.filter(({ decidedAt }) => decidedAt !== undefined).length;
  return { runs: runs.length, decided, minutes, entries: entries.length };
}

async function readAudit(store: Store): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (;;) {
    const page = await store.audit(entries.length, 1_000);
    entries.push(...page);
    if (page.length === 0) return entries;
  }
}
