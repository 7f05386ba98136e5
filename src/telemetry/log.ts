import pino from 'pino';

/** Levels, most telling first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts beside a message; an error goes under `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What the code logs with: fields first, then a message that is the same every time. */
export type Log = { readonly [L in LogLevel]: (fields: LogFields, message: string) => void } & {
  /** A log that puts these fields on every line. */
  child(fields: LogFields): Log;
};

/** Where lines go. */
export interface LogDestination {
  write(line: string): void;
}

/** Fields whose values never appear in a line, wherever they stand. */
const SECRET_FIELDS = ['authorization', 'token', 'password', 'secret'];

/**
 * A log of JSON lines with ISO times, by default to stderr: stdout belongs to the data of the commands.
 *
 * @param level  lines below it are dropped
 * @param fields what each line gets when it is written: the trace that it belongs to
 */
export function createLog(
  level: LogLevel,
  destination: LogDestination = pino.destination({ dest: 2, sync: true }),
  fields?: () => LogFields,
): Log {
  const redact = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    ...(fields && { mixin: fields }),
    redact: { paths: redact, censor: '[redacted]' },
  };
  return pino(options, destination);
}
