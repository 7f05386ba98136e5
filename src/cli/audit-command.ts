import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { InputError } from '../domain/errors.ts';
import type { AuditHead } from '../gate/ports.ts';
import { verifyLog } from '../gate/verify-log.ts';
import type { AuditReader } from '../store/read-audit.ts';
import { CommandEnd } from './exit.ts';

interface VerifyFlags {
  readonly config?: string;
  readonly sqlite?: string;
  readonly postgresUrlFile?: string;
  readonly head: readonly AuditHead[];
  readonly json?: true;
}

/** Entries between two lines of progress. */
const TELL_EVERY = 100_000;

/** `tidegate audit verify`: whether anybody has touched the audit log. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('the audit log')
    .command('verify')
    .description('read the whole log from the ledger and check its chain; the gate may run meanwhile')
    .option('--config <file>', 'the gate’s configuration, which names the ledger')
    .option('--sqlite <file>', 'an SQLite ledger, or a copy of one')
    .option('--postgres-url-file <file>', 'a file with the address of a PostgreSQL ledger')
    .option(
      '--head <seq:hash>',
      'a head that was published earlier, from a log line or a metric; may be repeated',
      addHead,
      [],
    )
    .option('--json', 'print JSON')
    .action(verify);
}

async function verify(flags: VerifyFlags): Promise<void> {
  const reader = await readerOf(flags);
  let told = 0;
  try {
    const found = await verifyLog(reader, flags.head, (seq) => {
      if (seq - told < TELL_EVERY) return;
      told = seq;
      process.stderr.write(`${seq.toLocaleString('en')} entries verified\n`);
    });
    const text = found.ok
      ? `the audit log is whole: ${found.head.seq} entries, head ${found.head.seq}:${found.head.hash}`
      : `the audit log is broken at entry ${found.seq}: ${found.problem}`;
    process.stdout.write(flags.json ? `${JSON.stringify(found)}\n` : `${text}\n`);
    if (!found.ok) throw new CommandEnd(1);
  } finally {
    await reader.close();
  }
}

async function readerOf({ config, sqlite, postgresUrlFile }: VerifyFlags): Promise<AuditReader> {
  const given = [config, sqlite, postgresUrlFile].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw new InputError(
      'usage/ledger',
      'name one ledger: --config with the gate’s configuration, --sqlite with a file, or --postgres-url-file with a file that holds the address',
    );
  }
  if (sqlite !== undefined) return sqliteReader(sqlite);
  if (postgresUrlFile !== undefined) return postgresReader({ urlFile: postgresUrlFile });
  return configuredReader(loadConfig(config ?? '', process.env).gate.store);
}

/** Reads the ledger that a configuration names; the gate may run or not. */
export function configuredReader(store: Config['gate']['store']): Promise<AuditReader> {
  return 'sqlite' in store ? sqliteReader(store.sqlite) : postgresReader(store.postgres);
}

async function sqliteReader(path: string): Promise<AuditReader> {
  const { readSqliteAudit } = await import('../store/sqlite/read-sqlite-audit.ts');
  return readSqliteAudit(path);
}

async function postgresReader(
  address: Parameters<typeof import('../store/postgres/read-postgres-audit.ts').readPostgresAudit>[0],
): Promise<AuditReader> {
  const { readPostgresAudit } = await import('../store/postgres/read-postgres-audit.ts');
  return readPostgresAudit(address);
}

function addHead(text: string, known: readonly AuditHead[]): readonly AuditHead[] {
  const { seq, hash } = /^(?<seq>\d+):(?<hash>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  if (seq === undefined || hash === undefined) {
    throw new InvalidArgumentError('a head is its number and its hash: 1042:9f86d0...');
  }
  return [...known, { seq: Number(seq), hash }];
}
