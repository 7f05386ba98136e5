import type { Config } from '../../config/config.ts';
import { isTidegateError } from '../../domain/errors.ts';
import type { LedgerRun } from '../../gate/ports.ts';
import { configuredReader } from '../audit-command.ts';

/** Every run that came onto a cluster, from the ledger of a configuration; a ledger that is not there yet has none. */
export async function runsOfLedger(
  config: Config,
  tell: (text: string) => void,
): Promise<readonly LedgerRun[]> {
  try {
    const reader = await configuredReader(config.gate.store);
    try {
      return (await reader.runs({ applied: true })).filter(({ state }) => state !== 'adopted');
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!isTidegateError(error) || error.code !== 'store/missing') throw error;
    tell('there is no ledger yet; the only syncs known are those of --sync');
    return [];
  }
}
