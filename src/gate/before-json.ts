import type { Before } from '../judge/before.ts';

/** The time before the sync, summed up, as plain data: maps and sets are objects and lists. */
export interface EncodedBefore {
  readonly counts: Rows<Before['counts']>;
  readonly bad: Rows<Before['bad']>;
  readonly beyond: readonly string[];
  readonly streams?: Rows<NonNullable<Before['streams']>>;
  readonly shifts?: Rows<NonNullable<Before['shifts']>>;
  readonly controls?: Rows<NonNullable<Before['controls']>>;
}

type Rows<M> = M extends ReadonlyMap<string, infer V> ? Readonly<Record<string, V>> : never;

/** A summary as plain data. Its numbers are finite, and JSON keeps those to the last bit. */
export function encodeBefore({ counts, bad, beyond, streams, shifts, controls }: Before): EncodedBefore {
  return {
    counts: Object.fromEntries(counts),
    bad: Object.fromEntries(bad),
    beyond: [...beyond],
    ...(streams && { streams: Object.fromEntries(streams) }),
    ...(shifts && { shifts: Object.fromEntries(shifts) }),
    ...(controls && { controls: Object.fromEntries(controls) }),
  };
}

/** The opposite of `encodeBefore`. */
export function decodeBefore({ counts, bad, beyond, streams, shifts, controls }: EncodedBefore): Before {
  return {
    counts: new Map(Object.entries(counts)),
    bad: new Map(Object.entries(bad)),
    beyond: new Set(beyond),
    ...(streams && { streams: new Map(Object.entries(streams)) }),
    ...(shifts && { shifts: new Map(Object.entries(shifts)) }),
    ...(controls && { controls: new Map(Object.entries(controls)) }),
  };
}
