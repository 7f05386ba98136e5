import type { Gate } from '../gate/use-cases.ts';
import type { Log } from '../telemetry/log.ts';
import { inTime } from './in-time.ts';
import type { Changes } from './pages/changes.ts';

/** How far back "what changed" goes, in milliseconds. */
const SINCE_MS = 24 * 3600 * 1000;

/** What changed on a cluster lately; a ledger that can't be read is an answer and no rejection. */
export type ReadChanges = (cluster: string) => Promise<Changes>;

/** Reads changes for pages that have to be there even when the ledger is not. */
export function createReadChanges(gate: Pick<Gate, 'changes'>, now: () => number, log: Log): ReadChanges {
  return (cluster) => {
    const read = gate.changes(cluster, now() - SINCE_MS).then((entries): Changes => ({ entries }));
    return inTime(read, (cause) => {
      log.warn({ cause, cluster }, 'what changed on a cluster could not be read for a page');
      return { failed: cause };
    });
  };
}
