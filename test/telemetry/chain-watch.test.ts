import { expect, test } from 'vitest';
import { EMPTY_LOG, sealEntry } from '../../src/gate/audit.ts';
import type { AuditEntry } from '../../src/gate/ports.ts';
import { createChainWatch } from '../../src/telemetry/chain-watch.ts';

/** More than are read in one go. */
const LENGTH = 1_200;

function logOf(length: number, actor = 'gate'): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let at = 1; at <= length; at += 1) {
    entries.push(sealEntry(entries.at(-1) ?? EMPTY_LOG, { at, kind: 'verdict', actor, data: { at } }));
  }
  return entries;
}

/** A log whose entries a test may tamper with, and what was read of it. */
function watched(entries: AuditEntry[]) {
  const read: number[] = [];
  const watch = createChainWatch({
    async audit(after, limit) {
      const found = entries.filter(({ seq }) => seq > after).slice(0, limit);
      read.push(...found.map(({ seq }) => seq));
      return found;
    },
  });
  return { watch, read };
}

const edited = (entry: AuditEntry | undefined): AuditEntry => ({
  ...(entry as AuditEntry),
  actor: 'mallory',
});

test('the whole log is verified first, and afterwards only what is new', async () => {
  const entries = logOf(LENGTH);
  const { watch, read } = watched(entries);
  expect(await watch.check()).toMatchObject({ ok: true, head: { seq: LENGTH } });
  expect(read).toHaveLength(LENGTH);

  read.length = 0;
  entries.push(...logOf(LENGTH + 3).slice(LENGTH));

  expect(await watch.check()).toMatchObject({ ok: true, head: { seq: LENGTH + 3 } });
  expect(read).toEqual([LENGTH, LENGTH + 1, LENGTH + 2, LENGTH + 3]);
});

test('an empty log is whole', async () => {
  expect(await watched([]).watch.check()).toEqual({ ok: true, head: EMPTY_LOG });
});

test.each([
  ['an edited entry', (log: AuditEntry[]) => log.splice(699, 1, edited(log[699])), 700],
  ['a removed entry', (log: AuditEntry[]) => log.splice(699, 1), 700],
] as const)('%s is found where it is', async (_, tamper, seq) => {
  const entries = logOf(LENGTH);
  tamper(entries);
  expect(await watched(entries).watch.check()).toMatchObject({ ok: false, seq });
});

test.each([
  ['cut short', (log: AuditEntry[]) => log.splice(5)],
  ['written anew', (log: AuditEntry[]) => log.splice(0, log.length, ...logOf(14, 'mallory'))],
] as const)('a log that was %s after it was verified is found, and stays found', async (_, tamper) => {
  const entries = logOf(10);
  const { watch } = watched(entries);
  await watch.check();

  tamper(entries);
  const broken = { ok: false, seq: 10, problem: expect.stringContaining('truncated or rewritten') };
  expect(await watch.check()).toEqual(broken);

  entries.splice(0, entries.length, ...logOf(10));
  expect(await watch.check()).toEqual(broken);
});
