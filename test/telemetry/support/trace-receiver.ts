import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { portOf } from '../../support/free-port.ts';

type Value = string | number | boolean | readonly Value[];

/** A span as it came over the wire. */
export interface SentSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | undefined;
  readonly failed: boolean;
  readonly message: string | undefined;
  readonly seconds: number;
  readonly facts: Readonly<Record<string, Value>>;
  readonly events: readonly { readonly name: string; readonly facts: Readonly<Record<string, Value>> }[];
}

/** Takes OTLP/HTTP in JSON on a free port of 127.0.0.1 and keeps the spans. */
export interface TraceReceiver extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly SentSpan[];
  /** The bodies as they came. */
  readonly bodies: readonly unknown[];
  /**
   * Spans that are there, or come.
   *
   * @throws AbortError when the wanted ones do not come in time
   */
  until<T>(wanted: (spans: readonly SentSpan[]) => T | undefined, timeoutMs?: number): Promise<T>;
}

/** Starts a receiver; a test can have it stop taking spans by `status`. */
export async function startTraceReceiver(status = () => 200): Promise<TraceReceiver> {
  const spans: SentSpan[] = [];
  const bodies: unknown[] = [];
  const events = new EventEmitter<{ spans: [] }>();
  const server = createServer(async (request, response) => {
    const isTraces = request.method === 'POST' && request.url === '/v1/traces';
    const isJson = request.headers['content-type'] === 'application/json';
    if (!isTraces || !isJson) {
      response.writeHead(415).end();
      return;
    }
    const body = (await json(request)) as ExportRequest;
    const code = status();
    response.writeHead(code, { 'content-type': 'application/json' }).end('{}');
    if (code !== 200) return;
    bodies.push(body);
    spans.push(...spansOf(body));
    events.emit('spans');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    spans,
    bodies,
    async until(wanted, timeoutMs = 15_000) {
      const signal = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const found = wanted(spans);
        if (found !== undefined) return found;
        await once(events, 'spans', { signal });
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Spans under a span, in the order in which they began to exist here. */
export function childrenOf(parent: SentSpan, spans: readonly SentSpan[]): readonly SentSpan[] {
  return spans.filter((span) => span.traceId === parent.traceId && span.parentSpanId === parent.spanId);
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
}

interface Attribute {
  readonly key: string;
  readonly value: WireValue;
}

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}

/** @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto SpanKind */
const KINDS = [undefined, 'internal', 'server', 'client'] as const;
const ERROR = 2;

function spansOf({ resourceSpans }: ExportRequest): SentSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(factsOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => sentSpan(service, span)));
  });
}

function sentSpan(service: string, span: WireSpan): SentSpan {
  const { traceId, spanId, parentSpanId, name, kind, status, attributes, events } = span;
  const nanoseconds = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return {
    service,
    traceId,
    spanId,
    parentSpanId: parentSpanId || undefined,
    name,
    kind: KINDS[kind],
    failed: status.code === ERROR,
    message: status.message,
    seconds: Number(nanoseconds) / 1e9,
    facts: factsOf(attributes),
    events: events.map((event) => ({ name: event.name, facts: factsOf(event.attributes) })),
  };
}

function factsOf(attributes: readonly Attribute[]): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue({ stringValue, intValue, doubleValue, boolValue, arrayValue }: WireValue): Value {
  if (arrayValue) return arrayValue.values.map(plainValue);
  const value =
    stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue;
  if (value === undefined) throw new Error('a value of a type that tidegate never sends');
  return value;
}
