import pg from 'pg';
import { type PostgresAddress, readAddress } from './postgres-address.ts';

/** Connections of one store; each costs the server some megabytes, and most of them only read. */
const MAX_CONNECTIONS = 8;

/** The type of `bigint`. */
const INT8 = 20;

const CONNECT_TIMEOUT_MS = 5_000;

/** A statement that the server gives up, and a little later one whose answer never came. */
const STATEMENT_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 25_000;

/** Shorter than a statement's time, so that a lock is told as a lock. */
const LOCK_TIMEOUT_MS = 10_000;

/** Of a transaction between two statements: a replica that hangs keeps no locks. */
const IDLE_TRANSACTION_TIMEOUT_MS = 15_000;

/**
 * A pool of connections, each with limits for everything that could take for ever.
 *
 * @param onTrouble told of a connection that was cut, and of an address that can't be read any more
 * @param max       how many there are at most; who needs one more waits
 */
export function createPool(
  address: PostgresAddress,
  onTrouble: (error: unknown) => void,
  max: number = MAX_CONNECTIONS,
): pg.Pool {
  const pool = new pg.Pool({ max, Client: clientFor(address, onTrouble) });
  // The connection itself has told.
  pool.on('error', () => undefined);
  return pool;
}

/** A class of single connections to this address, which is read anew for each: a rotated password needs no restart. */
export function clientFor(
  address: PostgresAddress,
  onTrouble: (error: unknown) => void,
): new () => pg.Client {
  let current = readAddress(address);
  return class extends pg.Client {
    constructor() {
      try {
        current = readAddress(address);
      } catch (error) {
        // In the middle of a rotation; the one before is tried, and the next connection reads again.
        onTrouble(error);
      }
      super({ ...LIMITS, connectionString: current.href });
      // Whatever cuts it, a connection in somebody's hands must not end the process: its query tells.
      this.on('error', onTrouble);
      abandonSilence(this);
    }
  };
}

const LIMITS = {
  application_name: 'tidegate',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  lock_timeout: LOCK_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
  query_timeout: ANSWER_TIMEOUT_MS,
  keepAlive: true,
  types: { getTypeParser },
} satisfies pg.ClientConfig;

// A connection that never answered, behind a network that drops packets, would not answer the next query either. It is
// ended before anybody else gets it; that it can't be ended in good order is no news.
function abandonSilence(client: pg.Client): void {
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown;
  const watched = (...given: readonly unknown[]) => {
    const answer = query(...given);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        const isSilent = error instanceof Error && error.message === 'Query read timeout';
        if (isSilent) client.end().catch(() => undefined);
      });
    }
    return answer;
  };
  client.query = watched as typeof client.query;
}

// Whole numbers of 64 bits come as text; all of ours are below 2^53.
function getTypeParser(...[oid, format]: Parameters<typeof pg.types.getTypeParser>) {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format);
}
