import { Worker } from 'node:worker_threads';
import type { LiveInventory } from '../../config/live-inventory.ts';
import type { LookNews, LookOrder, LookWord } from './look-words.ts';

/** A thread that looks, so that hooks are answered meanwhile. */
export interface LookThread {
  say(word: LookWord): void;
  /** Resolves when it was told to stop and has. */
  readonly ended: Promise<void>;
}

/** Starts a thread that looks; `hear` gets what it tells, in order. */
export type StartLooks = (
  order: Pick<LookOrder, 'config' | 'turns' | 'leaseMs'>,
  hear: (news: LookNews) => void,
) => LookThread;

/** A look makes much that lives for a moment only; with room for it, it is not carried around. */
const LIMITS = { maxYoungGenerationSizeMb: 64 } as const;

/**
 * Looks in a thread of its own. What goes wrong in there ends the process, as it would without the thread: everything
 * is in the ledger, and whoever starts the gate again goes on from there.
 *
 * @param file the whole of the thread
 */
export function startLookThread(file: URL, order: LookOrder, hear: (news: LookNews) => void): LookThread {
  const worker = new Worker(file, { workerData: order, resourceLimits: LIMITS });
  worker.on('message', (news: readonly LookNews[]) => {
    for (const one of news) hear(one);
  });
  return {
    say: (word) => worker.postMessage(word),
    ended: new Promise((resolve) => worker.once('exit', () => resolve())),
  };
}

/** An inventory whose changes another thread is told of. */
export function toldInventory(live: LiveInventory, say: LookThread['say']): LiveInventory {
  return {
    get config() {
      return live.config;
    },
    inventory: live.inventory,
    describe: live.describe,
    replace(...told) {
      live.replace(...told);
      say({ is: 'inventory', change: 'replace', told });
    },
    follow(...told) {
      live.follow(...told);
      say({ is: 'inventory', change: 'follow', told });
    },
    unreadable(...told) {
      live.unreadable(...told);
      say({ is: 'inventory', change: 'unreadable', told });
    },
  };
}
