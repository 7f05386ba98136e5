import { createHash } from 'node:crypto';
import type { AuditDraft, AuditEntry, AuditHead } from './ports.ts';

/** The hash that stands before the first entry. */
export const GENESIS = '0'.repeat(64);

/** The head of an empty log. */
export const EMPTY_LOG: AuditHead = { seq: 0, hash: GENESIS };

/** What a check of the log found. */
export type ChainCheck =
  | { readonly ok: true; readonly head: AuditHead }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/**
 * JSON with sorted keys and without `undefined`: one text for one value.
 *
 * @throws TypeError for what JSON can't hold (functions, bigints, cycles), as `JSON.stringify` does
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    const entries = Object.entries(part as Record<string, unknown>);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** The next entry of the log: numbered, and bound to everything before it. */
export function sealEntry(head: AuditHead, draft: AuditDraft): AuditEntry {
  const { at, kind, actor, runId } = draft;
  // What is hashed is what a reader of the stored JSON gets back.
  const data = JSON.parse(canonicalJson(draft.data)) as AuditEntry['data'];
  const entry = {
    seq: head.seq + 1,
    at,
    kind,
    actor,
    ...(runId !== undefined && { runId }),
    data,
    previous: head.hash,
  };
  return { ...entry, hash: hashOf(entry) };
}

/**
 * Whether entries are an unbroken piece of the log: nothing edited, left out, put in or reordered.
 *
 * @param from the head before the first of them; the empty log by default
 * @param published a head that was seen earlier (log line, metric); a log that ends before it was truncated
 */
export function verifyChain(
  entries: readonly AuditEntry[],
  from: AuditHead = EMPTY_LOG,
  published?: AuditHead,
): ChainCheck {
  let head: AuditHead = { seq: from.seq, hash: from.hash };
  for (const entry of entries) {
    const problem = brokenLink(head, entry);
    if (problem !== undefined) return { ok: false, seq: head.seq + 1, problem };
    head = { seq: entry.seq, hash: entry.hash };
    if (published?.seq === head.seq && published.hash !== head.hash) {
      const problem = `the published hash of entry ${head.seq} is ${published.hash}, the log has ${head.hash}: it was rewritten`;
      return { ok: false, seq: head.seq, problem };
    }
  }
  if (published && published.seq > head.seq) {
    return {
      ok: false,
      seq: head.seq + 1,
      problem: `the log ends at entry ${head.seq}, and entry ${published.seq} was published: it was truncated`,
    };
  }
  return { ok: true, head };
}

function brokenLink(head: AuditHead, entry: AuditEntry): string | undefined {
  if (entry.seq !== head.seq + 1) {
    return `entry ${head.seq + 1} is missing: the next one has the number ${entry.seq}`;
  }
  if (entry.previous !== head.hash) {
    return `entry ${entry.seq} follows ${entry.previous}, the entry before it has ${head.hash}`;
  }
  const { hash, ...rest } = entry;
  const expected = hashOf(rest);
  return hash === expected
    ? undefined
    : `entry ${entry.seq} was edited: its hash is ${hash}, its content has ${expected}`;
}

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(entry)).digest('hex');
}
