import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { TraceProtocol, TraceSettings } from './tracing.ts';

const EXPORTERS: Readonly<Record<TraceProtocol, typeof JsonExporter | typeof ProtobufExporter>> = {
  'http/protobuf': ProtobufExporter,
  'http/json': JsonExporter,
};

/** Told when spans get lost: fields first, then a sentence that is the same every time. */
export type TraceWarning = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/**
 * An OTLP exporter that tells once when its receiver does not take spans, and again only after it did. It never fails:
 * what is lost is lost, and nobody behind it could do better. Headers, compression and certificates it takes from the
 * `OTEL_EXPORTER_OTLP_*` variables itself.
 *
 * @param timeoutMs for one batch, its repeats included
 */
export function createExporter(
  { url, protocol }: Pick<TraceSettings, 'url' | 'protocol'>,
  timeoutMs: number,
  warn: TraceWarning,
): SpanExporter {
  const exporter = new EXPORTERS[protocol]({ url, timeoutMillis: timeoutMs });
  // An address may hold a password.
  const { origin, pathname } = new URL(url);
  const underWay = new Set<Promise<void>>();
  let isAway = false;
  const sendAndTell = async (spans: ReadableSpan[]) => {
    const cause = await send(exporter, spans, timeoutMs);
    if (cause !== undefined && !isAway) {
      warn({ receiver: `${origin}${pathname}`, spans: spans.length, cause }, 'traces could not be sent');
    }
    isAway = cause !== undefined;
  };
  const idle = async () => void (await Promise.all(underWay));
  return {
    export(spans, done) {
      const sending = sendAndTell(spans).then(() => {
        underWay.delete(sending);
        done({ code: ExportResultCode.SUCCESS });
      });
      underWay.add(sending);
    },
    forceFlush: idle,
    // Not the exporter's own: it would wait for a connection that is never made.
    shutdown: idle,
  };
}

/** @returns why the spans were not taken; undefined when they were */
function send(exporter: SpanExporter, spans: ReadableSpan[], timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    // The exporter's own timeout starts when it is connected, which can take minutes where packets are dropped.
    const late = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
    exporter.export(spans, ({ code, error }) => {
      clearTimeout(late);
      resolve(code === ExportResultCode.SUCCESS ? undefined : causeOf(error));
    });
  });
}

// A refused connection to several addresses of one host has its words in the code only.
function causeOf(error: (Error & { readonly code?: string | number }) | undefined): string {
  return error?.message || String(error?.code ?? 'no cause given');
}
