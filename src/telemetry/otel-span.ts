import { type Attributes, type Span as OtelSpan, SpanStatusCode } from '@opentelemetry/api';
import type { SpanFacts } from './span-facts.ts';
import type { Span } from './tracing.ts';

/** A span that has not ended. */
export interface OpenSpan extends Span {
  /** Its place in the trace, as fields of a log line. */
  ids(): Readonly<Record<string, string>>;
  /** @param endTime epoch milliseconds; by default now */
  end(endTime?: number): void;
}

/** A span of OpenTelemetry's as ours. */
export function openSpan(span: OtelSpan): OpenSpan {
  let isDiscarded = false;
  const { traceId, spanId } = span.spanContext();
  return {
    set: (facts) => void span.setAttributes(attributesOf(facts)),
    rename: (name) => void span.updateName(name),
    event: (name, facts) => void span.addEvent(name, attributesOf(facts)),
    fail(type, message) {
      span.setAttributes(attributesOf({ 'error.type': type }));
      span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
    },
    discard() {
      isDiscarded = true;
    },
    ids: () => ({ trace_id: traceId, span_id: spanId }),
    // What never ends is never sent.
    end: (endTime) => void (isDiscarded || span.end(endTime)),
  };
}

/** Facts without those that are undefined. */
export function attributesOf(facts: SpanFacts): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(facts)) {
    if (value !== undefined) attributes[name] = isList(value) ? [...value] : value;
  }
  return attributes;
}

function isList(value: string | number | boolean | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}
