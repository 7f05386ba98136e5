import { type ChainCheck, EMPTY_LOG, verifyChain } from './audit.ts';
import type { AuditEntry, AuditHead } from './ports.ts';

/** A log that can be read page by page. */
export interface ReadableLog {
  entries(after: number, limit: number): Promise<readonly AuditEntry[]>;
  /** Where whoever keeps the log says that it ends. */
  head(): Promise<AuditHead>;
}

const PAGE = 1_000;

/**
 * Verifies a whole log: no entry edited, left out, put in or reordered, and none missing at its end.
 *
 * @param published heads that were seen earlier, in a log line or a metric
 * @param onProgress told of the last entry that was verified, after every page
 */
export async function verifyLog(
  log: ReadableLog,
  published: readonly AuditHead[],
  onProgress: (seq: number) => void = () => undefined,
): Promise<ChainCheck> {
  // Read first: what is appended meanwhile lies behind it.
  const stated = await log.head();
  let known: AuditHead = EMPTY_LOG;
  for (;;) {
    const page = await log.entries(known.seq, PAGE);
    if (page.length === 0) break;
    const found = verifyChain(page, known);
    if (!found.ok) return found;
    const rewritten = [stated, ...published].find(({ seq, hash }) =>
      page.some((entry) => entry.seq === seq && entry.hash !== hash),
    );
    if (rewritten) return otherHash(rewritten, page);
    known = found.head;
    onProgress(known.seq);
  }
  const missing = [stated, ...published].find(({ seq }) => seq > known.seq);
  return missing ? verifyChain([], known, missing) : { ok: true, head: known };
}

function otherHash({ seq, hash }: AuditHead, page: readonly AuditEntry[]): ChainCheck {
  const has = page.find((entry) => entry.seq === seq)?.hash ?? 'none';
  return {
    ok: false,
    seq,
    problem: `the hash of entry ${seq} was ${hash}, the log has ${has}: it was rewritten`,
  };
}
