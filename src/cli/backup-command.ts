import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import { ConflictError, NotFoundError } from '../domain/errors.ts';

interface Flags {
  readonly sqlite: string;
  readonly to: string;
}

/** `tidegate backup`: a copy of an SQLite ledger, whole at one moment, while the gate runs. */
export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('copy an SQLite ledger while the gate runs; PostgreSQL has pg_dump')
    .requiredOption('--sqlite <file>', 'the ledger')
    .requiredOption('--to <file>', 'where the copy goes; a file that is there already is never overwritten')
    .action(copyLedger);
}

async function copyLedger({ sqlite, to }: Flags): Promise<void> {
  if (!existsSync(sqlite)) throw new NotFoundError('store/missing', `there is no ledger ${sqlite}`);
  if (existsSync(to)) {
    throw new ConflictError(
      'backup/exists',
      `${to} is there already and is not overwritten; name another file`,
    );
  }
  const ledger = new DatabaseSync(sqlite, { readOnly: true });
  try {
    const pages = await backup(ledger, to);
    process.stdout.write(
      `${pages} pages of ${sqlite} copied to ${to}; tidegate audit verify --sqlite ${to} checks it\n`,
    );
  } finally {
    ledger.close();
  }
}
