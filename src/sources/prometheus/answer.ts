/** A series of a matrix: samples as [epoch seconds, value], ascending. */
export interface RangeSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, number])[];
}

/** What a store can answer, by result type. */
export interface ResultOf {
  readonly matrix: readonly RangeSeries[];
  /** Labels of each element; the values are not needed. */
  readonly vector: readonly Readonly<Record<string, string>>[];
  /** The value itself. */
  readonly scalar: number;
}

/** An answer that could be read, with what the store warned of; or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly result: T; readonly warning?: string }
  | { readonly ok: false; readonly cause: string };

/** Length at which a text of the store is cut. */
const MAX_TEXT = 300;

/** A text from outside on one line, at most 300 characters long. */
export function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}...` : line;
}

/** The error that a Prometheus API puts into its body, as `bad_data: parse error ...`, if this is one. */
export function errorOf(body: unknown): string | undefined {
  if (!isObject(body) || body.status !== 'error') return undefined;
  return cut([body.errorType, body.error].filter((part) => typeof part === 'string').join(': '));
}

/**
 * Reads the JSON of a query API, believing nothing.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/: `warnings` tell of an incomplete answer, `infos` of style
 */
export function parseAnswer<T extends keyof ResultOf>(body: unknown, type: T): Answer<ResultOf[T]> {
  const error = errorOf(body);
  if (error !== undefined) return { ok: false, cause: `the store answered with an error: ${error}` };
  const data = isObject(body) && body.status === 'success' ? body.data : undefined;
  const parse: (result: unknown) => ResultOf[T] | undefined = PARSERS[type];
  const result = isObject(data) && data.resultType === type ? parse(data.result) : undefined;
  if (result === undefined || !isObject(body)) {
    return { ok: false, cause: `the store answered JSON that is no ${type} of the Prometheus query API` };
  }
  const warnings = body.warnings;
  if (!Array.isArray(warnings) || warnings.length === 0) return { ok: true, result };
  return { ok: true, result, warning: cut(warnings.join('; ')) };
}

const PARSERS: { readonly [T in keyof ResultOf]: (result: unknown) => ResultOf[T] | undefined } = {
  matrix: (result) => parseAll(result, parseSeries),
  vector: (result) =>
    parseAll(result, (element) => (isObject(element) ? parseLabels(element.metric) : undefined)),
  scalar: (result) => parseSample(result)?.[1],
};

function parseSeries(series: unknown): RangeSeries | undefined {
  if (!isObject(series)) return undefined;
  const metric = parseLabels(series.metric);
  const values = parseAll(series.values, parseSample);
  return metric && values && { metric, values };
}

function parseAll<T>(list: unknown, parse: (element: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const parsed: T[] = [];
  for (const element of list) {
    const one = parse(element);
    if (one === undefined) return undefined;
    parsed.push(one);
  }
  return parsed;
}

function parseLabels(metric: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(metric)) return undefined;
  const isText = Object.values(metric).every((value) => typeof value === 'string');
  return isText ? (metric as Readonly<Record<string, string>>) : undefined;
}

/** How the API writes numbers that JSON has not. */
const SPECIAL: Readonly<Record<string, number>> = { NaN, '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity };

function parseSample(sample: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(sample) || sample.length !== 2) return undefined;
  const [time, text]: unknown[] = sample;
  if (typeof time !== 'number' || typeof text !== 'string' || text === '') return undefined;
  const special = SPECIAL[text];
  if (special !== undefined) return [time, special];
  const value = Number(text);
  return Number.isNaN(value) ? undefined : [time, value];
}

/** What the objects of an answer may hold; anything may be missing or of another type. */
interface Untrusted {
  readonly status?: unknown;
  readonly errorType?: unknown;
  readonly error?: unknown;
  readonly warnings?: unknown;
  readonly data?: unknown;
  readonly resultType?: unknown;
  readonly result?: unknown;
  readonly metric?: unknown;
  readonly values?: unknown;
}

function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
