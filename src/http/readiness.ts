/** What readiness is told from; all of it is asked anew at every probe. */
export interface ReadinessPorts {
  /** Resolves when the ledger can be written now. */
  storeWritable(): Promise<void>;
  /** When the last look ended, epoch milliseconds; undefined before the first. */
  lastLookAt(): number | undefined;
  /** Older than this a look is missing, in milliseconds. */
  readonly maxLookAgeMs: number;
  /** Every source with its health; shown only, a blind gate still answers. */
  sources(): Promise<readonly SourceState[]>;
}

/** Whether a source can be read. */
export interface SourceState {
  readonly name: string;
  readonly reachable: boolean;
  readonly skewMs?: number;
  readonly cause?: string;
}

/** What a probe is answered. */
export interface Readiness {
  readonly ready: boolean;
  readonly store: { readonly ok: boolean; readonly cause?: string };
  readonly look: { readonly ok: boolean; readonly at?: string; readonly cause?: string };
  readonly sources: readonly SourceState[];
}

/** A probe is not kept waiting longer than this for one part. */
const PART_TIMEOUT_MS = 2_000;

/**
 * Whether the gate can do its work now: the ledger is writable and somebody looks.
 *
 * @param now epoch milliseconds
 */
export async function readReadiness(ports: ReadinessPorts, now: number): Promise<Readiness> {
  const look = lookState(ports.lastLookAt(), ports.maxLookAgeMs, now);
  const [store, sources] = await Promise.all([storeState(ports), sourceStates(ports)]);
  return { ready: store.ok && look.ok, store, look, sources };
}

async function storeState(ports: ReadinessPorts): Promise<Readiness['store']> {
  try {
    await inTime('the store', ports.storeWritable());
    return { ok: true };
  } catch (error) {
    return { ok: false, cause: messageOf(error) };
  }
}

function lookState(at: number | undefined, maxAgeMs: number, now: number): Readiness['look'] {
  if (at === undefined) return { ok: false, cause: 'there was no look yet' };
  const ageMs = now - at;
  const iso = new Date(at).toISOString();
  if (ageMs <= maxAgeMs) return { ok: true, at: iso };
  const cause = `the last look ended ${Math.round(ageMs / 1000)} s ago; one is due every ${Math.round(maxAgeMs / 1000)} s at least`;
  return { ok: false, at: iso, cause };
}

async function sourceStates(ports: ReadinessPorts): Promise<readonly SourceState[]> {
  try {
    return await inTime('the sources', ports.sources());
  } catch (error) {
    return [{ name: '*', reachable: false, cause: messageOf(error) }];
  }
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${what} did not answer within ${PART_TIMEOUT_MS / 1000} s`);
    timer = setTimeout(() => reject(error), PART_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
