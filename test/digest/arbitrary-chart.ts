import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Value, ValueMap } from '../../src/digest/canonical.ts';

/** Text that YAML can hold: control characters, and line separators that are not written as escapes, are none. */
function escapable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cn}\uFEFF]/gu, '-');
}

const key = fc.oneof(
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,8}$/),
  fc.constantFrom('true', '1', 'yes', 'größe', '名前', '\u{1F30A}', '\uFB01', 'a b', 'null', '<&>', 'x.y'),
);
const leaf = fc.oneof(
  fc.boolean(),
  fc.integer(),
  fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
    .filter((x) => !/e/.test(String(x))),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map(escapable),
  fc.constantFrom(
    '1',
    '1.0',
    '0x1f',
    '0777',
    '1e3',
    'yes',
    'No',
    'null',
    '~',
    '',
    ' ',
    'true',
    '2001-01-01',
    '12345e6',
    '1_000',
    '\u2028',
    'a\r\nb\n',
    '- x',
    '{}',
    '# no',
    '{{ .Values }}',
  ),
  fc.constant(null),
);
/** Values with whatever keys and leaves, nested. */
export const values: fc.Arbitrary<ValueMap> = fc.letrec<{ value: Value; map: ValueMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf as fc.Arbitrary<Value>,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(key, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<ValueMap>,
})).map;
const fileName = fc
  .array(
    fc.oneof(
      fc.stringMatching(/^[a-z0-9 _.'"&<>-]{1,8}$/),
      fc.constantFrom('ü', '名', '\u{1F30A}', '\uFB01x', '.dot', 'README.md', 'templates'),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .filter((parts) => parts.every((part) => !/^\.+$/.test(part)) && parts.at(-1) !== 'templates')
  .filter(([first]) => !['templates', 'charts', '.helmignore', 'values.yaml'].includes(first ?? ''))
  .map((parts) => parts.join('/'));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.constantFrom('', 'a\r\nb', '\uFEFFmarked', '{{ not a template }}', '\u2028'),
);
/** Files with whatever names and contents, of which none is another one's folder. */
export const files = fc
  .dictionary(fileName, content, { maxKeys: 4 })
  .filter((all) =>
    Object.keys(all).every((one) => !Object.keys(all).some((other) => other.startsWith(`${one}/`))),
  );
const QUOTED = { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' } as const;

/** Line separators as escapes: raw ones end a line for some readers. */
function escaped(yaml: string): string {
  return yaml.replaceAll('\u2028', '\\u2028');
}

/** Ways to write the same values. */
export const writers = fc.constantFrom(
  (value: ValueMap) => escaped(JSON.stringify(value)),
  (value: ValueMap) => escaped(stringify(value, QUOTED)),
  (value: ValueMap) => escaped(stringify(value, QUOTED)).replaceAll('\n', '\r\n'),
);
