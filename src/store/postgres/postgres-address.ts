import { readFileSync } from 'node:fs';
import { UnavailableError } from '../../domain/errors.ts';

/** Where the database is: an address without credentials, or a file that holds one with them. */
export type PostgresAddress = { readonly url: string } | { readonly urlFile: string };

/** The address in force, read anew at every call: passwords rotate. @throws UnavailableError `store/address` */
export function readAddress(address: PostgresAddress): URL {
  const text = 'url' in address ? address.url : readUrlFile(address.urlFile);
  const url = URL.parse(text);
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new UnavailableError(
    'store/address',
    `${'urlFile' in address ? `the file ${address.urlFile}` : 'gate.store.postgres'} holds no address of PostgreSQL: postgres://user:password@host:5432/database is expected`,
  );
}

/** What logs and errors call it: without user, password and parameters. */
export function nameOf({ host, pathname, searchParams }: URL): string {
  return `the ledger postgres://${host || (searchParams.get('host') ?? '')}${pathname}`;
}

function readUrlFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new UnavailableError(
      'store/address',
      `the file ${path} with the address of PostgreSQL can't be read: it must exist and be readable for the gate`,
      { cause },
    );
  }
}
