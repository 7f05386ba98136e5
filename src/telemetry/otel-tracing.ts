import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { isTidegateError } from '../domain/errors.ts';
import { createExporter, type TraceWarning } from './otel-exporter.ts';
import { createSampler } from './otel-sampler.ts';
import { attributesOf, type OpenSpan, openSpan } from './otel-span.ts';
import type { SpanStart, TraceSettings, Tracing } from './tracing.ts';

/** Who traces, and how long it waits for a receiver that does not answer. */
export interface TraceProcess {
  /** `service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say another. */
  readonly service: string;
  readonly version: string;
  /** Most time for sending one batch, and for sending the last ones at the end, in milliseconds. */
  readonly patienceMs: number;
  readonly warn: TraceWarning;
}

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

/** What the code that runs now belongs to. */
interface Active {
  readonly context: Context;
  readonly span: OpenSpan;
}

/**
 * Tracing by OpenTelemetry's SDK. It patches nothing and registers nothing globally: two of them in one process do not
 * meet, and a library that traces by itself is not heard.
 */
export function createOtelTracing(settings: TraceSettings, own: TraceProcess): Tracing {
  const { patienceMs, warn } = own;
  const exporter = createExporter(settings, patienceMs, warn);
  const provider = new TracerProvider({
    resource: resourceOf(own),
    sampler: createSampler(settings),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('tidegate', own.version);
  const propagator = new W3CTraceContextPropagator();
  const current = new AsyncLocalStorage<Active>();
  const contextFor = (parent: SpanStart['parent']): Context => {
    if (parent === undefined) return current.getStore()?.context ?? ROOT_CONTEXT;
    if (parent === 'none') return ROOT_CONTEXT;
    return propagator.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
  };
  return {
    async inSpan(name, { kind = 'internal', facts = {}, parent }, work) {
      const outer = contextFor(parent);
      const raw = tracer.startSpan(name, { kind: KINDS[kind], attributes: attributesOf(facts) }, outer);
      const span = openSpan(raw);
      try {
        return await current.run({ context: trace.setSpan(outer, raw), span }, () => work(span));
      } catch (error) {
        span.fail(typeOf(error), error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        span.end();
      }
    },
    ended(name, { kind = 'internal', facts = {} }, { seconds, failure }) {
      const active = current.getStore();
      if (active === undefined) return;
      const endTime = performance.timeOrigin + performance.now();
      const start = {
        kind: KINDS[kind],
        attributes: attributesOf(facts),
        startTime: endTime - seconds * 1000,
      };
      const span = openSpan(tracer.startSpan(name, start, active.context));
      if (failure !== undefined) span.fail(String(facts['error.type'] ?? '_OTHER'), failure);
      span.end(endTime);
    },
    active: () => current.getStore()?.span,
    headers() {
      const headers: Record<string, string> = {};
      propagator.inject(current.getStore()?.context ?? ROOT_CONTEXT, headers, defaultTextMapSetter);
      return headers;
    },
    logFields: () => current.getStore()?.span.ids() ?? {},
    stop: () => provider.shutdown(),
  };
}

function resourceOf({ service, version }: TraceProcess) {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service, 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
}

function typeOf(error: unknown): string {
  if (isTidegateError(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
