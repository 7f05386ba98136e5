import { chownSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { toolPath } from '../../tools/installed.ts';
import { freePort } from './free-port.ts';
import { type Exit, type RunningProcess, startProcess } from './process.ts';
import { TempDir } from './temp-dir.ts';

/** A real PostgreSQL on loopback with data of its own, owned by a user who is not root. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  /** An empty database of its own, and its address. */
  createDatabase(): Promise<string>;
  /** Runs statements as the superuser. */
  run(url: string, ...statements: readonly string[]): Promise<readonly Record<string, unknown>[]>;
  /** Ends it: `fast` cuts every connection, `immediate` is a crash. */
  stop(mode?: 'fast' | 'immediate'): Promise<Exit>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** A program of the same PostgreSQL: `initdb`, `pg_dump`, `psql`. */
export function postgresProgram(name: string): string {
  return join(dirname(realpathSync(toolPath('postgres'))), name);
}

/**
 * Starts PostgreSQL, and waits until it takes connections.
 *
 * @param options.settings such as `fsync=on`; by default nothing is flushed, as tests kill processes and not machines
 */
export async function startPostgres(
  options: { readonly settings?: readonly string[] } = {},
): Promise<Postgres> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const port = await freePort();
  const user = unprivileged();
  if (user) chownSync(dir.path, user.uid, user.gid);
  const data = `${dir.path}/data`;
  const initialised = await startProcess(postgresProgram('initdb'), {
    args: ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
    ...(user && { user }),
    cwd: dir.path,
  });
  const { code } = await initialised.exited;
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${initialised.output}`);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${dir.path}`,
    'shared_buffers=16MB',
    'max_connections=60',
    ...(options.settings ?? ['fsync=off']),
  ];
  let running: RunningProcess | undefined;
  const start = async () => {
    running = await startProcess(postgresProgram('postgres'), {
      args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      ...(user && { user }),
      cwd: dir.path,
      ready: { line: /database system is ready to accept connections/ },
      // After a crash it flushes every file of every database before it is ready.
      readyTimeoutMs: 120_000,
    });
  };
  const stop = async (mode: keyof typeof SIGNALS = 'fast') => {
    running?.signal(SIGNALS[mode]);
    const exit = await running?.exited;
    return exit ?? { code: 0, signal: null };
  };
  await start();
  resources.defer(async () => void (await stop('immediate')));
  const owned = resources.move();
  const address = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let databases = 0;
  return {
    port,
    async createDatabase() {
      databases += 1;
      const name = `ledger_${databases}`;
      await runOn(address('postgres'), [`create database ${name}`]);
      return address(name);
    },
    run: (url, ...statements) => runOn(url, statements),
    stop,
    start,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function runOn(
  url: string,
  statements: readonly string[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** Who runs it when we are root, whom it refuses: the package's user, or nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].flatMap((name) =>
    users.filter((each) => each.startsWith(`${name}:`)),
  )[0];
  const [, , uid = '65534', gid = '65534'] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
