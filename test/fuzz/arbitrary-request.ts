import fc from 'fast-check';
import { fitting, type Known, unfitting } from './arbitrary-value.ts';
import type { Document, Operation } from './document.ts';

/** One request as it goes over the wire. */
export interface FuzzRequest {
  readonly operation: Operation;
  readonly method: string;
  /** With its query, escaped where HTTP wants it. */
  readonly path: string;
  /** The path may be that of another operation. */
  readonly isStray?: true;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request in parts, before something is broken in it. */
interface Parts {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Who calls, and what it may do. */
export interface FuzzToken {
  readonly token: string;
  readonly rights: readonly string[];
}

/** What a gate knows, and who may call it. */
export interface FuzzWorld {
  readonly document: Document;
  readonly known: Known;
  /** A good token of each kind. */
  readonly tokens: readonly FuzzToken[];
}

/** A request that fits the document, or one in which something is broken. */
export function anyRequest(world: FuzzWorld): fc.Arbitrary<FuzzRequest> {
  const sound = fc
    .constantFrom(...world.document.operations)
    .chain((operation) => soundParts(world, operation));
  const broken = sound.chain(brokenParts);
  const wire = fc
    .oneof({ arbitrary: sound, weight: 1 }, { arbitrary: broken, weight: 1 })
    .chain((parts) => headers(world, parts.operation).map((own) => requestOf(parts, own)));
  return fc.oneof({ arbitrary: wire, weight: 4 }, { arbitrary: wire.chain(brokenWire), weight: 1 });
}

function soundParts({ document, known }: FuzzWorld, operation: Operation): fc.Arbitrary<Parts> {
  const of = (place: 'path' | 'query') => {
    const own = operation.parameters.filter((parameter) => parameter.in === place);
    return fc.record(
      Object.fromEntries(own.map(({ name, schema }) => [name, fitting(document, known, schema, name)])),
      { requiredKeys: own.flatMap(({ name, required }) => (required || place === 'path' ? [name] : [])) },
    );
  };
  const body = operation.body ? fitting(document, known, operation.body.schema) : fc.constant(undefined);
  return fc.record({ operation: fc.constant(operation), params: of('path'), query: of('query'), body });
}

/** One thing that a schema refuses, or would if it were stricter. */
function brokenParts(parts: Parts): fc.Arbitrary<Parts> {
  const breaks: fc.Arbitrary<Parts>[] = [
    fc.tuple(fc.string({ maxLength: 20 }), unfitting).map(([key, value]) => ({
      ...parts,
      query: { ...parts.query, [key]: value },
    })),
  ];
  for (const part of ['params', 'query'] as const) {
    const names = Object.keys(parts[part]);
    if (names.length === 0) continue;
    breaks.push(
      fc
        .tuple(fc.constantFrom(...names), unfitting)
        .map(([name, value]) => ({ ...parts, [part]: { ...parts[part], [name]: value } })),
    );
  }
  if (parts.body !== undefined) breaks.push(brokenBody(parts.body).map((body) => ({ ...parts, body })));
  return fc.oneof(...breaks);
}

function brokenBody(body: unknown): fc.Arbitrary<unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return unfitting;
  const names = [...Object.keys(body), 'unheardOf'];
  return fc.oneof(
    unfitting,
    fc.tuple(fc.constantFrom(...names), unfitting).map(([name, value]) => ({ ...body, [name]: value })),
    fc
      .constantFrom(...names)
      .map((name) => Object.fromEntries(Object.entries(body).filter(([key]) => key !== name))),
  );
}

// Half of the callers may do what they ask for; else most requests would be stopped at the door.
function headers(
  { tokens }: FuzzWorld,
  { right }: Operation,
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const bearers = (among: readonly FuzzToken[]) =>
    fc.constantFrom(...among.map(({ token }) => `Bearer ${token}`));
  const entitled = tokens.filter(({ rights }) => right === undefined || rights.includes(right));
  const printable = fc.stringMatching(/^[\x20-\x7e]{0,60}$/);
  return fc.record(
    {
      authorization: fc.oneof(
        { arbitrary: bearers(entitled), weight: 6 },
        { arbitrary: bearers(tokens), weight: 6 },
        { arbitrary: printable, weight: 1 },
      ),
      accept: fc.oneof(fc.constantFrom('application/json', 'text/html', '*/*'), printable),
      'x-unheard-of': printable,
    },
    { requiredKeys: ['authorization'] },
  );
}

function requestOf(
  { operation, params, query, body }: Parts,
  own: Readonly<Record<string, string>>,
): FuzzRequest {
  // Nothing in its place would be another path.
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => escaped(params[name]) || '%00');
  const search = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  const { method } = operation;
  const target = search.length > 0 ? `${path}?${search.join('&')}` : path;
  if (body === undefined) return { operation, method, path: target, headers: own };
  const isForm = operation.body?.type === 'application/x-www-form-urlencoded';
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    operation,
    method,
    path: target,
    headers: { 'content-type': type, ...own },
    body: isForm ? formOf(body) : JSON.stringify(body),
  };
}

function formOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return textOf(body).toWellFormed();
  return Object.entries(body)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .join('&');
}

function escaped(value: unknown): string {
  return encodeURIComponent(textOf(value).toWellFormed());
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** What HTTP itself does not expect: methods, types, lengths, escapes and bodies that don't belong together. */
function brokenWire(request: FuzzRequest): fc.Arbitrary<FuzzRequest> {
  const { path, headers: own } = request;
  const withType = (type: string) => ({ ...request, headers: { ...own, 'content-type': type } });
  return fc.oneof(
    fc
      .constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE')
      .map((method) => ({ ...request, method })),
    fc
      .constantFrom(
        'text/plain',
        'application/xml',
        'multipart/form-data',
        ';;',
        'application/json; charset=x',
      )
      .map(withType),
    fc
      .constantFrom('{', '{"a":', 'nonsense', '[1,', '\u0000', `"${'x'.repeat(300_000)}"`, '[['.repeat(5_000))
      .map((body) => ({
        ...request,
        method: 'POST',
        headers: { ...own, 'content-type': 'application/json' },
        body,
      })),
    fc.constantFrom('gzip', 'br', 'deflate', 'x').map((encoding) => ({
      ...request,
      headers: { ...own, 'content-encoding': encoding },
      body: request.body ?? '{}',
    })),
    fc
      .constantFrom(
        '%',
        '/%zz',
        '/%c0%ae',
        '//',
        '/..',
        '/%2e%2e/',
        '?',
        '??&&==',
        '#',
        '?a[b]=1&a[b]=2',
        '?wait=0&wait=1',
        `/${'x'.repeat(5_000)}`,
      )
      .map((more) => ({ ...request, path: `${path}${more}`, isStray: true as const })),
    fc
      .constantFrom('a'.repeat(7_000), '\u00e9', '')
      .map((value) => ({ ...request, headers: { ...own, cookie: value, 'if-none-match': value } })),
  );
}
