/** Tells those who wait for something (a run, a nudge) that it changed. */
export interface Watch {
  changed(name: string): void;
  /** Resolves at the next change, or at once when the signal aborts. */
  next(name: string, signal: AbortSignal): Promise<void>;
}

/** A watch within this process; what other replicas change is seen by asking again. */
export function createWatch(): Watch {
  const waiting = new Map<string, Set<() => void>>();
  return {
    changed(name) {
      for (const wake of [...(waiting.get(name) ?? [])]) wake();
    },
    next(name, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wakers = waiting.get(name) ?? new Set();
        waiting.set(name, wakers);
        const wake = () => {
          signal.removeEventListener('abort', wake);
          wakers.delete(wake);
          if (wakers.size === 0 && waiting.get(name) === wakers) waiting.delete(name);
          resolve();
        };
        wakers.add(wake);
        signal.addEventListener('abort', wake);
      });
    },
  };
}
