/** Places in the numbers that the threads share: the next turn to be given out, and the one that is under way. */
const NEXT = 0;
const CURRENT = 1;

/** Any time that is rarely over before a turn comes. */
const ALIVE_MS = 60_000;

/** Whose turn it is to write to a ledger that several threads of one process have open. */
export interface WriteTurns {
  /** What another thread takes part with. */
  readonly shared: SharedArrayBuffer;
  /** Does the work when its turn comes: in the order in which threads asked, and without holding a thread up meanwhile. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Turns between threads: SQLite itself would block a thread while another one writes.
 *
 * @param shared of the thread that made the turns; without it they begin
 */
export function createWriteTurns(
  shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
): WriteTurns {
  const turns = new Int32Array(shared);
  return {
    shared,
    async inTurn(work) {
      const own = Atomics.add(turns, NEXT, 1);
      await until(turns, own);
      try {
        return await work();
      } finally {
        Atomics.add(turns, CURRENT, 1);
        Atomics.notify(turns, CURRENT);
      }
    },
  };
}

async function until(turns: Int32Array<SharedArrayBuffer>, own: number): Promise<void> {
  if (Atomics.load(turns, CURRENT) === own) return;
  // Waiting alone does not keep a thread alive, and one that ends with a turn would hold up the others for ever.
  const alive = setInterval(() => undefined, ALIVE_MS);
  try {
    for (
      let current = Atomics.load(turns, CURRENT);
      current !== own;
      current = Atomics.load(turns, CURRENT)
    ) {
      await Atomics.waitAsync(turns, CURRENT, current).value;
    }
  } finally {
    clearInterval(alive);
  }
}
