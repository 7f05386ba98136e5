import { isIP } from 'node:net';
import { z } from 'zod';
import { type Component, isComponent } from '../domain/component.ts';
import { type Duration, isDuration, seconds } from '../domain/duration.ts';
import { isSafeAddress } from '../identity/bounded-request.ts';

// Messages are noun phrases of what is expected; `parseWith` makes sentences of them.

const MAX_DURATION: Duration = '30d';
const A_NAME = 'a name of at most 100 letters, digits, ".", "_" and "-"';
const A_CHANCE = 'a chance above 0 and at most 0.5, such as 0.05';

/** A name that can stand in a label, a URL and a command line. */
export const name = z.string(A_NAME).regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/, A_NAME);

/** `90s`, `15m`: one whole number and one unit, more than nothing and at most 30 days. */
export const duration = z.custom<Duration>(
  (value) =>
    typeof value === 'string' &&
    isDuration(value) &&
    seconds(value) > 0 &&
    seconds(value) <= seconds(MAX_DURATION),
  `a duration up to ${MAX_DURATION}: a whole number and one of s, m, h, d, such as 90s or 15m`,
);

/** How long something is kept: whole days, two at least, so that what is still watched after its go is there. */
export const keepTime = z.custom<Duration>(
  (value) =>
    typeof value === 'string' &&
    isDuration(value) &&
    seconds(value) >= seconds('2d') &&
    seconds(value) <= seconds('3650d'),
  'a duration from 2d to 3650d, such as 90d',
);

const AN_ORIGIN = 'an origin such as https://portal.example.org';

/** Scheme, host and port, and nothing behind them. */
export const origin = z.custom<string>(
  (value) => typeof value === 'string' && /^https?:/.test(value) && URL.parse(value)?.origin === value,
  AN_ORIGIN,
);

/** A part of a change. */
export const component = z.custom<Component>(
  (value) => typeof value === 'string' && isComponent(value),
  'a component: control-plane, nodes, dns, addons, addon/<name>, workloads, telemetry or gate',
);

/** A chance above 0, at most one half. */
export const alpha = z.number(A_CHANCE).gt(0, A_CHANCE).lte(0.5, A_CHANCE);

const A_SHARE = 'a share from 1% to 100%';
const A_COUNT = 'a whole number of 1 or more, or a share such as 25%';

/** `25%`: a share from 1 % to 100 %, as 0.01..1. */
export const share = z
  .string(A_SHARE)
  .regex(/^([1-9]\d?|100)%$/, A_SHARE)
  .transform((text) => Number(text.slice(0, -1)) / 100);

/** A number of clusters, 1 or more, or a share of them. */
export const countOrShare = z.union(
  [
    z
      .int()
      .min(1)
      .transform((count) => ({ count })),
    share.transform((part) => ({ share: part })),
  ],
  A_COUNT,
);

/** A whole number of 1 or more. */
export const count = z.int('a whole number of 1 or more').min(1, 'a whole number of 1 or more');

/** What is left of something: above 0 and below 1. */
export const fraction = z
  .number('a number above 0 and below 1, such as 0.5')
  .gt(0, 'a number above 0 and below 1, such as 0.5')
  .lt(1, 'a number above 0 and below 1, such as 0.5');

/** An address without credentials; the slash at its end is dropped. */
export const httpUrl = z
  .string()
  .refine(isPlainHttpUrl, {
    error: 'an http or https address without user and password',
    // What was refused may hold a password.
    params: { secret: true },
  })
  .transform((url) => url.replace(/\/+$/, ''));

const AN_ISSUER =
  'the issuer as its tokens have it: an https address without user, query and fragment (http on loopback only)';

/** An issuer of tokens, to the letter: a slash at its end counts. */
export const issuerUrl = z.string(AN_ISSUER).refine((text) => {
  const url = URL.parse(text);
  return url !== null && isSafeAddress(url) && !/[?#\s]/.test(text);
}, AN_ISSUER);

/** Where an issuer publishes its keys. */
export const keysUrl = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    return url !== null && isSafeAddress(url);
  },
  { error: 'an https address without user and password (http on loopback only)', params: { secret: true } },
);

const A_SUBJECT =
  'a subject such as system:serviceaccount:platform-system:tidegate-hook, with * for anything but ":" and "/"';

const A_RANGE = 'an address or a range of them, such as 10.0.0.0/16';

/** Addresses: one, or a range as CIDR. */
export const addressRange = z.string(A_RANGE).refine((text) => {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return (
    family !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}, A_RANGE);

/** Whose tokens are taken. */
export const subject = z.string(A_SUBJECT).regex(/^[\x21-\x7e]{1,500}$/, A_SUBJECT);

/** SHA-256 of the token, never the token itself. */
export const sha256 = z.string().refine((text) => /^[0-9a-f]{64}$/.test(text), {
  error: `64 lower-case hex digits, as printf %s "$TOKEN" | sha256sum prints them`,
  params: { secret: true },
});

/** A day, whose start in UTC is meant, or a time with its zone; as epoch milliseconds. */
export const instant = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'a day or a time, such as 2027-06-30 or 2027-06-30T12:00:00Z',
  )
  .transform((text) => Date.parse(text));

const AN_END = 'a day or a time in UTC, such as 2027-01-31 or 2027-01-31T18:00:00Z';

/** When a waiver ends, in epoch milliseconds; a day counts to its end. */
export const waiverEnd = z
  .string(AN_END)
  .refine((text) => endOf(text) !== undefined, AN_END)
  .transform((text) => endOf(text) ?? z.NEVER);

function endOf(text: string): number | undefined {
  const [, day, time = 'T23:59:59.999Z'] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2})?Z)?$/.exec(text) ?? [];
  const end = Date.parse(`${day}${time}`);
  // JavaScript takes 31 February for 3 March.
  return Number.isFinite(end) && new Date(end).toISOString().slice(0, 10) === day ? end : undefined;
}

/** Labels by name. */
export const labels = z.record(z.string().min(1), z.string());

/** A file's path; relative ones start at the folder of the configuration file. */
export const filePath = z.string().min(1, 'the path of a file');

const A_POSTGRES =
  'an address without user and password, such as postgres://host:5432/database, or {urlFile: the file that holds one with them}';

/** Where PostgreSQL is; credentials come from a file, or from what libpq's own variables and files say. */
export const postgresAddress = z.union(
  [
    z
      .string()
      .refine(isPlainPostgresUrl)
      .transform((url) => ({ url })),
    z.strictObject({ urlFile: filePath }),
  ],
  A_POSTGRES,
);

const SOME_CONNECTIONS = 'a whole number from 4 to 200';

/** Connections of one replica with its database. */
export const connections = z.int(SOME_CONNECTIONS).min(4, SOME_CONNECTIONS).max(200, SOME_CONNECTIONS);

/** Where to listen. */
export interface ListenAddress {
  /** Without brackets. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** `127.0.0.1:8080`, `[::1]:8080`. */
export const listenAddress = z
  .string()
  .refine((text) => parseListenAddress(text) !== undefined, 'host:port, such as 127.0.0.1:8080')
  .transform((text) => parseListenAddress(text) ?? z.NEVER);

/** The two parts of `host:port`, or undefined when it is something else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const { host, six, port } =
    /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^\s:[\]/]+)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  const name = six ?? host;
  return name === undefined || Number(port) > 65_535 ? undefined : { host: name, port: Number(port) };
}

/** `host:port` again. */
export function listenText({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function isPlainPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function isPlainHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.host !== '' &&
    url.username === '' &&
    url.password === ''
  );
}
