/** What an ApplicationSet's generators give: nested maps of texts. */
export interface Parameters {
  readonly [name: string]: string | Parameters;
}

/**
 * Fills in a text of an ApplicationSet's template: `{{ .a.b }}`, `{{ index .a "b" }}` and `{{ default "x" (index .a "b") }}`
 * of Go's templates, which is what ours use.
 *
 * @throws Error for a parameter that is not there, as `missingkey=error` does, and for anything else in braces
 */
export function fillTemplate(text: string, parameters: Parameters): string {
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, expression: string) => fill(expression, parameters));
}

/** Fills in every text of a value. */
export function fillAll<T>(value: T, parameters: Parameters): T {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? fillTemplate(inner, parameters) : inner,
  ) as T;
}

function fill(expression: string, parameters: Parameters): string {
  const [, fallback, inner = expression] = /^default "(.*?)" \((.*)\)$/.exec(expression) ?? [];
  const [, map, key] = /^index \.([\w.]+) "(.+?)"$/.exec(inner) ?? [];
  const [, plain] = /^\.([\w.]+)$/.exec(inner) ?? [];
  if (map === undefined && plain === undefined)
    throw new Error(`{{ ${expression} }} is more than this fills in`);
  const path = map === undefined ? (plain ?? '').split('.') : [...map.split('.'), key ?? ''];
  const value = path.reduce<string | Parameters | undefined>(
    (at, name) => (typeof at === 'object' ? at[name] : undefined),
    parameters,
  );
  if (typeof value === 'string') return value;
  if (fallback !== undefined) return fallback;
  throw new Error(`{{ ${expression} }}: no parameter of that name is a text`);
}
