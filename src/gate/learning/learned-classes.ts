import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { isStaleDocument } from '../ledger.ts';
import type { DocumentWrite, Store, StoredDocument } from '../ports.ts';

/** What was learned of a class, and of which clusters. */
export interface LearnedDocument {
  readonly learned: LearnedClass;
  /** `fleetKey` of the class's clusters when it was learned. */
  readonly fleet: string;
  /** When what was learned before it was learned, as far as it is kept for runs that are judged by it. */
  readonly earlier: readonly number[];
}

/** Which of the things that were learned of a class a run is judged by. */
export interface PinnedClass {
  readonly class: string;
  readonly learnedAt: number;
}

/** What was learned of the classes of the fleet, kept as documents. */
export interface LearnedClasses {
  /** The newest, as it was read last. */
  newest(className: string): LearnedDocument | undefined;
  /** What a run is judged by: as it was when the run opened. Undefined when it is no longer kept. */
  at(pinned: PinnedClass): Promise<LearnedClass | undefined>;
  /** Reads what is stored: another replica may have learned. */
  load(): Promise<void>;
  /** Replaces what was learned before; what another replica has learned meanwhile stays. */
  save(learned: LearnedClass, fleet: string): Promise<void>;
}

/** By the class; the newest. */
const KIND = 'learned';

/** By class and time: what open runs may still be judged by. */
const EARLIER_KIND = 'learned-earlier';

/** Longer than any run stays open. */
const KEEP_MS = 3 * 86_400_000;

/** Keeps what was learned in the store. */
export function createLearnedClasses(
  store: Pick<Store, 'documents' | 'document' | 'commit'>,
): LearnedClasses {
  const newest = new Map<string, LearnedDocument>();
  const earlier = new Map<string, LearnedClass>();
  const take = ({ key, json }: StoredDocument): LearnedDocument => {
    const known = newest.get(key);
    const found = decode(json);
    // The same object again: runs that are judged by it share it.
    if (known?.learned.learnedAt === found.learned.learnedAt) return known;
    if (known) earlier.set(earlierKey(key, known.learned.learnedAt), known.learned);
    newest.set(key, found);
    forget(earlier, found.learned.learnedAt);
    return found;
  };
  return {
    newest: (name) => newest.get(name),
    async at({ class: name, learnedAt }) {
      const current = newest.get(name)?.learned;
      if (current?.learnedAt === learnedAt) return current;
      const key = earlierKey(name, learnedAt);
      const known = earlier.get(key);
      if (known) return known;
      const stored = await store.document(EARLIER_KIND, key);
      if (stored === undefined) {
        // Another replica, or another thread, may have learned since and opened the run.
        const fresh = await store.document(KIND, name);
        const learned = fresh && take(fresh).learned;
        return learned?.learnedAt === learnedAt ? learned : undefined;
      }
      const { learned } = decode(stored.json);
      earlier.set(key, learned);
      return learned;
    },
    async load() {
      for (const document of await store.documents(KIND)) take(document);
    },
    async save(learned, fleet) {
      const before = await store.document(KIND, learned.class);
      const writes = writesOf(learned, fleet, before);
      try {
        await store.commit({ documents: writes });
      } catch (error) {
        if (!isStaleDocument(error)) throw error;
      }
      const stored = await store.document(KIND, learned.class);
      if (stored) take(stored);
    },
  };
}

function writesOf(
  learned: LearnedClass,
  fleet: string,
  before: StoredDocument | undefined,
): readonly DocumentWrite[] {
  const key = learned.class;
  const document = (earlier: readonly number[]): DocumentWrite => ({
    kind: KIND,
    key,
    version: before?.version ?? 0,
    json: JSON.stringify({ learned, fleet, earlier } satisfies LearnedDocument),
  });
  if (before === undefined) return [document([])];
  const old = decode(before.json);
  const all = [...old.earlier, old.learned.learnedAt];
  const kept = all.filter((at) => learned.learnedAt - at < KEEP_MS);
  const outlived = old.earlier.filter((at) => !kept.includes(at));
  return [
    document(kept),
    { kind: EARLIER_KIND, key: earlierKey(key, old.learned.learnedAt), version: 0, json: before.json },
    ...outlived.map((at) => ({ kind: EARLIER_KIND, key: earlierKey(key, at), version: 1 })),
  ];
}

function earlierKey(className: string, learnedAt: number): string {
  return `${className}@${learnedAt}`;
}

function decode(json: string): LearnedDocument {
  return JSON.parse(json) as LearnedDocument;
}

function forget(earlier: Map<string, LearnedClass>, now: number): void {
  for (const [key, { learnedAt }] of earlier) {
    if (now - learnedAt >= KEEP_MS) earlier.delete(key);
  }
}
