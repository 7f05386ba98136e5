import { setImmediate as breathe } from 'node:timers/promises';
import { type ChainCheck, EMPTY_LOG, verifyChain } from '../gate/audit.ts';
import type { Gate } from '../gate/use-cases.ts';

/** Entries that are hashed in one go; asks are answered between two of them. */
const PAGE = 500;

/** Watches over the audit log. */
export interface ChainWatch {
  /** Verifies what came since the last time, the whole log at first. What was found broken stays so until a restart. */
  check(): Promise<ChainCheck>;
}

/** A watch that has verified nothing yet. */
export function createChainWatch(log: Pick<Gate, 'audit'>): ChainWatch {
  let found: ChainCheck = { ok: true, head: EMPTY_LOG };
  return {
    async check() {
      if (found.ok) found = await stillThere(log, found);
      while (found.ok) {
        const page = await log.audit(found.head.seq, PAGE);
        if (page.length === 0) break;
        found = verifyChain(page, found.head);
        await breathe();
      }
      return found;
    },
  };
}

type Intact = Extract<ChainCheck, { ok: true }>;

/** Whether the newest verified entry is what it was: a log that was cut short or written anew ends differently. */
async function stillThere(log: Pick<Gate, 'audit'>, known: Intact): Promise<ChainCheck> {
  const { seq, hash } = known.head;
  if (seq === 0) return known;
  const [entry] = await log.audit(seq - 1, 1);
  if (entry?.seq === seq && entry.hash === hash) return known;
  const now = entry === undefined ? 'is missing' : `is entry ${entry.seq} with the hash ${entry.hash}`;
  const problem = `entry ${seq} was verified with the hash ${hash} and now ${now}: the log was truncated or rewritten`;
  return { ok: false, seq, problem };
}
