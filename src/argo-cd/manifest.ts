/** A value of a manifest, as YAML or JSON has it. */
export type Value = string | number | boolean | null | undefined | readonly Value[] | Fields;

/** An object of a manifest. */
export interface Fields {
  readonly [name: string]: Value;
}

/** Where in a manifest something stands: names of fields, places in lists. */
export type Path = readonly (string | number)[];

/** One Kubernetes object as it was found in a file. */
export interface Manifest {
  readonly file: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly fields: Fields;
  /** The line of a path, from 1; where the path leads nowhere, that of the nearest thing around it. */
  readonly lineOf: (path: Path) => number;
}

/** What stands at a path; undefined where it leads nowhere. */
export function at(value: Value, path: Path): Value {
  let found = value;
  for (const step of path) {
    if (found === null || typeof found !== 'object') return undefined;
    found = (found as Record<string | number, Value>)[step];
  }
  return found;
}

/** The object at a path; empty where there is none. */
export function fieldsAt(value: Value, path: Path): Fields {
  const found = at(value, path);
  return isFields(found) ? found : {};
}

/** The list at a path; empty where there is none. */
export function listAt(value: Value, path: Path): readonly Value[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path; undefined where there is none. */
export function textAt(value: Value, path: Path): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** Whether a value is an object with names. */
export function isFields(value: Value): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An annotation of an object. */
export function annotation(fields: Fields, name: string): string | undefined {
  return textAt(fields, ['metadata', 'annotations', name]);
}

/** The entries of a list that is written in one text, separated by commas. */
export function commaList(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Every text below a value, with its path. */
export function textsBelow(value: Value, path: Path = []): readonly { path: Path; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item: Value, i) => textsBelow(item, [...path, i]));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => textsBelow(item, [...path, name]));
}
