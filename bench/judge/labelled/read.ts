import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { MINUTE_MS } from '../../../src/domain/reading.ts';

/** A change to one series, and whether it did harm. */
export interface LabelledChange {
  /** A CSV file of the folder. */
  readonly series: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Length of the soak. */
  readonly minutes: number;
  readonly harmful: boolean;
  readonly worse: 'up' | 'down' | 'either';
}

/** A series by whole minutes; NaN where nothing was read. */
export interface LabelledSeries {
  /** End of the first minute, epoch milliseconds. */
  readonly first: number;
  readonly values: Float64Array;
}

export interface LabelledData {
  readonly changes: readonly LabelledChange[];
  /** By file name. */
  readonly series: ReadonlyMap<string, LabelledSeries>;
}

const CHANGES = 'changes.json';
const YEAR_MINUTES = 366 * 24 * 60;

const changesSchema = z
  .array(
    z.strictObject({
      series: z.string().endsWith('.csv'),
      at: z.union([z.iso.datetime({ offset: true }), z.number()]),
      minutes: z.number().int().min(5).max(120),
      harmful: z.boolean(),
      worse: z.enum(['up', 'down', 'either']).default('up'),
    }),
  )
  .min(1);

/**
 * Reads a folder of labelled series.
 *
 * @throws Error that names the file and what is wrong with it
 */
export async function readLabelled(folder: string): Promise<LabelledData> {
  const path = join(folder, CHANGES);
  const parsed = changesSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is not a list of changes: ${z.prettifyError(parsed.error)}`);
  const changes = parsed.data.map((change) => ({ ...change, at: epochMs(change.at, path) }));
  const names = [...new Set(changes.map(({ series }) => series))];
  const read = async (name: string) =>
    [name, parseSeries(await readFile(join(folder, name), 'utf8'), name)] as const;
  return { changes, series: new Map(await Promise.all(names.map(read))) };
}

/**
 * A series from CSV text with the columns `timestamp` and `value`; a minute's value is the mean of its samples.
 *
 * @throws Error when a column is missing, a timestamp is none, or nothing is left
 */
export function parseSeries(text: string, name: string): LabelledSeries {
  const rows = parse(text, { columns: true, skip_empty_lines: true, trim: true }) as Record<string, string>[];
  const samples = rows.map(({ timestamp, value }, at) => {
    if (timestamp === undefined || value === undefined) {
      throw new Error(`${name} must have the columns timestamp and value; row ${at + 1} has not`);
    }
    return {
      minute: Math.ceil(epochMs(timestamp, name) / MINUTE_MS),
      value: value === '' ? Number.NaN : Number(value),
    };
  });
  const minutes = samples.map(({ minute }) => minute);
  const first = minutes.reduce((least, minute) => Math.min(least, minute), Number.POSITIVE_INFINITY);
  const last = minutes.reduce((most, minute) => Math.max(most, minute), Number.NEGATIVE_INFINITY);
  if (!(last >= first)) throw new Error(`${name} has no samples`);
  if (last - first > YEAR_MINUTES)
    throw new Error(`${name} spans more than a year: are its timestamps epoch seconds?`);
  const sums = new Float64Array(last - first + 1);
  const counts = new Float64Array(last - first + 1);
  for (const { minute, value } of samples) {
    if (!Number.isFinite(value)) continue;
    sums[minute - first] = (sums[minute - first] ?? 0) + value;
    counts[minute - first] = (counts[minute - first] ?? 0) + 1;
  }
  return { first: first * MINUTE_MS, values: sums.map((sum, at) => sum / (counts[at] ?? 0)) };
}

/** Later than this in seconds is the year 5138, so such a number is milliseconds. */
const MOST_SECONDS = 1e11;

function epochMs(time: string | number, file: string): number {
  const number = Number(time);
  const ms = Number.isNaN(number) ? Date.parse(String(time)) : number < MOST_SECONDS ? number * 1000 : number;
  if (!Number.isFinite(ms))
    throw new Error(`${file}: ${time} is neither epoch seconds, milliseconds nor ISO 8601`);
  return ms;
}
