import { MessageChannel, Worker } from 'node:worker_threads';
import type { StartLooks } from '../../src/cli/looks/look-thread.ts';
import type { LookNews } from '../../src/cli/looks/look-words.ts';
import type { GateOrder } from './crash-gate.ts';

/** A thread that has loaded, and looks as soon as a gate starts with it. */
export function warmLooks(): (gate: GateOrder) => StartLooks {
  const worker = new Worker(new URL('./look-worker.ts', import.meta.url));
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return (gate) => (order, hear) => {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (news: readonly LookNews[]) => {
      for (const one of news) hear(one);
    });
    worker.postMessage({ order: { ...order, logLevel: 'error' }, gate, port: port2 }, [port2]);
    return { say: (word) => port1.postMessage(word), ended };
  };
}
