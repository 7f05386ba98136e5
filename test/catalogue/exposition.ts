/** One series of an exposition, without its value. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a server answers at `/metrics`, as far as names go. */
export interface Exposition {
  /** Family name to `counter`, `gauge` or `histogram`. */
  readonly types: ReadonlyMap<string, string>;
  readonly series: readonly Series[];
}

/** Reads the Prometheus text format. */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const series: Series[] = [];
  for (const line of text.split('\n')) {
    const [, family, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) types.set(family, type);
    const [, metric, labels] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (metric !== undefined) series.push({ metric, labels: parseLabels(labels ?? '') });
  }
  return { types, series };
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, label, value]) => [label ?? '', value ?? '']));
}
