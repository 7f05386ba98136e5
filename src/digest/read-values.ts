import { type Document, isScalar, type Node, type Pair, parseAllDocuments, visit } from 'yaml';
import { isMap, type Value, type ValueMap } from './canonical.ts';
import { DigestError } from './digest-error.ts';

/** Plain text that Helm, which reads YAML 1.1, takes for a boolean, and readers of YAML 1.2 for text. */
const SWITCH = /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
/** What any reader might take for a number. */
const LIKE_NUMBER =
  /^[-+]?(\d[\d_]*\.?[\d_]*|\.[\d_]+)([eE][-+]?[\d_]+)?$|^[-+]?0[xXoObB][\da-fA-F_]+$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
/** Numbers that all of them read alike. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
/** Line breaks of YAML 1.1 that YAML 1.2 has no more. */
const OTHER_BREAKS = /[\u0085\u2028\u2029]/;

/**
 * The values of a YAML file, as Helm and everybody else would read them.
 *
 * @param file its name, for messages
 * @throws DigestError with the place, for what is no YAML, is more than one map, or is read differently by different tools
 */
export function readValues(text: string, file: string): ValueMap {
  if (OTHER_BREAKS.test(text)) {
    throw new DigestError(
      `${file} holds a line separator (U+0085, U+2028 or U+2029), which some readers take for the end of a line; write it as an escape in double quotes`,
    );
  }
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core', merge: true });
  const [document, second] = 'empty' in documents ? [] : documents;
  if (document === undefined) return {};
  const [error] = document.errors;
  if (error) throw new DigestError(`${file}: ${error.message.split('\n')[0] ?? 'no YAML'}`);
  if (second)
    throw new DigestError(`${file} holds more than one document; Helm versions differ in which count`);
  visit(document, {
    Pair: (_, pair) => refuseKey(pair, file, text),
    Scalar: (_, scalar) => refuseScalar(scalar, file, text),
  });
  const values = plain(document, file);
  if (values === null || values === undefined) return {};
  if (isMap(values)) return values;
  throw new DigestError(`${file} is no map of values`);
}

function plain(document: Document.Parsed, file: string): Value | undefined {
  try {
    return document.toJS() as Value | undefined;
  } catch (error) {
    // An alias of nothing, or a file of aliases that would fill the memory.
    throw new DigestError(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function refuseKey({ key }: Pair, file: string, text: string): void {
  if (isScalar(key) && typeof key.value !== 'string' && key.source !== '<<') {
    throw new DigestError(
      `${place(key, file, text)}: the key ${key.source ?? String(key.value)} is no text to every reader; put it in quotes`,
    );
  }
}

function refuseScalar(scalar: Node, file: string, text: string): void {
  if (!isScalar(scalar)) return;
  const { tag, type, source = '' } = scalar;
  if (tag !== undefined && tag !== 'tag:yaml.org,2002:str') {
    throw new DigestError(
      `${place(scalar, file, text)}: the tag ${tag} is not one that every reader knows; leave it out`,
    );
  }
  if (tag !== undefined || type !== 'PLAIN') return;
  if (SWITCH.test(source) || (LIKE_NUMBER.test(source) && !NUMBER.test(source))) {
    throw new DigestError(
      `${place(scalar, file, text)}: ${source} is read differently by different tools; put it in quotes, or write a plain number, true or false`,
    );
  }
}

function place({ range }: Node, file: string, text: string): string {
  const line = text.slice(0, range?.[0] ?? 0).split('\n').length;
  return `${file}:${line}`;
}

/** Values with others over them, as Helm lays one file over another: maps are merged, everything else is replaced. */
export function overlay(under: ValueMap, over: ValueMap): ValueMap {
  const merged: Record<string, Value> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    merged[key] = isMap(value) && isMap(below) ? overlay(below, value) : value;
  }
  return merged;
}

/** Values without the one at a path; the same values where it is not there. */
export function without(values: ValueMap, [key = '', ...rest]: readonly string[]): ValueMap {
  const inner = values[key];
  if (inner === undefined) return values;
  const { [key]: _, ...others } = values;
  if (rest.length === 0) return others;
  return isMap(inner) ? { ...others, [key]: without(inner, rest) } : values;
}
