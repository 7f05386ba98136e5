import fc from 'fast-check';
import type { Document, Schema } from './document.ts';

/** Values that names of the fuzzed gate have, so that requests come further than "unknown". */
export type Known = Readonly<Record<string, readonly string[]>>;

/** A value that a schema allows. */
export function fitting(document: Document, known: Known, schema: Schema, name = ''): fc.Arbitrary<unknown> {
  const own = fromSchema(document, known, document.resolve(schema));
  const values = known[name];
  // A minute for one request is too long; that longer waits are answered is tested elsewhere.
  if (values !== undefined && name === 'wait') return fc.constantFrom(...values);
  return values === undefined
    ? own
    : fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 4 }, { arbitrary: own, weight: 1 });
}

function fromSchema(document: Document, known: Known, schema: Schema): fc.Arbitrary<unknown> {
  const union = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (union) return fc.oneof(...union.map((one) => fitting(document, known, one)));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as readonly unknown[]));
  switch (schema['type']) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: numberOf(schema, 'minimum', 0), max: numberOf(schema, 'maximum', 1e9) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fitting(document, known, (schema['items'] ?? {}) as Schema), {
        maxLength: Math.min(4, numberOf(schema, 'maxItems', 4)),
        minLength: numberOf(schema, 'minItems', 0),
      });
    case 'object':
      return object(document, known, schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function text(schema: Schema): fc.Arbitrary<string> {
  const { pattern } = schema;
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  const minLength = numberOf(schema, 'minLength', 0);
  return fc.string({ minLength, maxLength: Math.min(40, numberOf(schema, 'maxLength', 40)), unit: 'binary' });
}

function object(document: Document, known: Known, schema: Schema): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const required = (schema['required'] ?? []) as readonly string[];
  const named = fc.record(
    Object.fromEntries(properties.map(([name, own]) => [name, fitting(document, known, own, name)])),
    { requiredKeys: [...required] },
  );
  const more = schema['additionalProperties'];
  if (typeof more !== 'object' || more === null) return named;
  const others = fc.dictionary(fc.string({ maxLength: 12 }), fitting(document, known, more as Schema), {
    maxKeys: 4,
  });
  return fc.tuple(named, others).map(([own, rest]) => ({ ...rest, ...own }));
}

function numberOf(schema: Schema, key: string, fallback: number): number {
  const value = schema[key];
  return typeof value === 'number' ? value : fallback;
}

/** What breaks readers of JSON and text. */
const NASTY: readonly unknown[] = [
  null,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "' OR 1=1 --",
  '<script>',
  '%00',
  'a'.repeat(10_000),
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: { prototype: {} } },
  true,
];

/** A value that no schema asked for. */
export const unfitting: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
