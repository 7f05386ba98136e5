/** A request as a caller sends it. */
export interface Sent {
  readonly method: string;
  /** With its query, below the gate's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As text, as it goes over the wire. */
  readonly body: string;
}

/** What a caller got; undefined when nobody answered. */
export type Got = { readonly status: number; readonly text: string } | undefined;

/** An example that people copy, with its placeholders filled in. */
export type Example = readonly unknown[];

/** A caller by the rules of its own code: what it sends, and what it makes of the answer. */
export interface Contract {
  /** @param hook which of several requests of an example */
  readonly sends: (example: Example, hook: string | undefined) => Sent;
  /** In the caller's own words. */
  readonly makesOf: (example: Example, got: Got, hook: string | undefined) => string;
}

/** The address that stands for the gate in every example. */
export const EXAMPLE_URL = 'https://tidegate.example.com';

/** Path and query of an address in an example. */
export function pathOf(url: string): string {
  if (!url.startsWith(`${EXAMPLE_URL}/`)) throw new Error(`${url} is not below ${EXAMPLE_URL}`);
  return url.slice(EXAMPLE_URL.length);
}

/** Headers as lists of names and values write them, by their names in lower case. */
export function headersOf(
  headers: readonly { readonly [field: string]: unknown }[],
  field: 'name' | 'key' = 'name',
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    headers.map((header) => [String(header[field]).toLowerCase(), String(header['value'])]),
  );
}

/** A body as callers read it that take JSON where it is JSON, and text where not. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The object of a kind in an example, as its contract reads it. */
export function objectOf<T>(example: Example, kind: string): T {
  const found = example.find((one) => (one as { readonly kind?: string }).kind === kind);
  if (found === undefined) throw new Error(`the example has no ${kind}`);
  return found as T;
}
