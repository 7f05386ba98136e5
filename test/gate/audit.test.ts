import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, EMPTY_LOG, sealEntry, verifyChain } from '../../src/gate/audit.ts';
import type { AuditDraft, AuditEntry } from '../../src/gate/ports.ts';

function logOf(drafts: readonly AuditDraft[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const draft of drafts) entries.push(sealEntry(entries.at(-1) ?? EMPTY_LOG, draft));
  return entries;
}

const aDraft: fc.Arbitrary<AuditDraft> = fc.record(
  {
    at: fc.nat(),
    kind: fc.string(),
    actor: fc.string(),
    runId: fc.string(),
    data: fc.dictionary(fc.string(), fc.jsonValue()),
  },
  { requiredKeys: ['at', 'kind', 'actor', 'data'] },
);
const aLog = fc.array(aDraft, { minLength: 1, maxLength: 8 }).map(logOf);

describe('canonical JSON', () => {
  test('does not depend on the order of keys, at any depth, and keeps that of lists', () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }, 3], a: null, u: undefined })).toBe(
      '{"a":null,"b":[{"a":2,"z":1},3]}',
    );
  });

  test('one content has one text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const turned = Object.fromEntries(Object.entries(data).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(data));
        expect(canonicalJson(JSON.parse(canonicalJson(data)))).toBe(canonicalJson(data));
      }),
    );
  });
});

describe('the chain', () => {
  test('a known entry has a known hash: the format is fixed', () => {
    const [entry] = logOf([{ at: 1, kind: 'verdict', actor: 'gate', runId: 'r', data: { b: 1, a: [true] } }]);

    expect(entry?.hash).toBe('b8689ad2272bbb4164a501e5e0de37209cef0fc92a6295e9a81df649d4f6d115');
  });

  test('every log is whole, also from a head in its middle, also read back from JSON', () => {
    fc.assert(
      fc.property(aLog, fc.nat(), (log, at) => {
        const head = log.at(-1) ?? EMPTY_LOG;
        const whole = { ok: true, head: { seq: head.seq, hash: head.hash } };
        const middle = log[at % log.length] ?? EMPTY_LOG;
        expect(verifyChain(log, EMPTY_LOG, head)).toEqual(whole);
        expect(verifyChain(JSON.parse(JSON.stringify(log)) as AuditEntry[])).toEqual(whole);
        expect(verifyChain(log.slice(middle.seq), middle)).toEqual(whole);
      }),
    );
  });

  const EDITS: Readonly<Record<string, (entry: AuditEntry) => AuditEntry>> = {
    at: (entry) => ({ ...entry, at: entry.at + 1 }),
    kind: (entry) => ({ ...entry, kind: `${entry.kind}!` }),
    actor: (entry) => ({ ...entry, actor: `${entry.actor}!` }),
    runId: (entry) => ({ ...entry, runId: `${entry.runId}!` }),
    data: (entry) => ({ ...entry, data: { ...entry.data, more: 1 } }),
    previous: (entry) => ({ ...entry, previous: '1'.repeat(64) }),
    hash: (entry) => ({ ...entry, hash: '1'.repeat(64) }),
    seq: (entry) => ({ ...entry, seq: entry.seq + 1 }),
  };
  test.each(Object.keys(EDITS))('an edited %s is found where it is', (field) => {
    fc.assert(
      fc.property(aLog, fc.nat(), (log, at) => {
        const index = at % log.length;
        const edited = log.map((entry, i) => (i === index ? (EDITS[field]?.(entry) ?? entry) : entry));
        expect(verifyChain(edited)).toMatchObject({ ok: false, seq: index + 1 });
      }),
    );
  });

  test('a deleted, a repeated and a moved entry are found', () => {
    const log = logOf(['a', 'b', 'c'].map((kind) => ({ at: 1, kind, actor: 'x', data: {} })));
    const [a, b, c] = log as [AuditEntry, AuditEntry, AuditEntry];

    expect(verifyChain([a, c])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([a, a, b, c])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([b, a, c])).toMatchObject({ ok: false, seq: 1 });
  });

  test('an end that was cut off is found against any head that was published', () => {
    fc.assert(
      fc.property(aLog, fc.nat(), (log, at) => {
        const published = log[at % log.length] ?? EMPTY_LOG;
        const cut = log.slice(0, published.seq - 1);
        expect(verifyChain(cut, EMPTY_LOG, published)).toMatchObject({ ok: false, seq: published.seq });
      }),
    );
  });

  test('an empty log is whole', () => {
    expect(verifyChain([])).toEqual({ ok: true, head: EMPTY_LOG });
    expect(verifyChain([], EMPTY_LOG, EMPTY_LOG)).toEqual({ ok: true, head: EMPTY_LOG });
  });
});
