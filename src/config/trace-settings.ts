import {
  TRACE_PROTOCOLS,
  TRACE_SAMPLERS,
  type TraceProtocol,
  type TraceSampler,
  type TraceSettings,
} from '../telemetry/tracing.ts';
import type { Variables } from './environment.ts';

/**
 * The variables that decide about traces; their names and meanings are OpenTelemetry's. Beside them its exporter reads
 * headers, compression and certificates (`OTEL_EXPORTER_OTLP_HEADERS` ...), and its SDK `OTEL_SERVICE_NAME` and
 * `OTEL_RESOURCE_ATTRIBUTES`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const TRACE_VARIABLES = {
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'Base address of an OTLP/HTTP receiver (http://collector:4318); turns traces on.',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'Whole address of the receiver; goes before the base address.',
  OTEL_EXPORTER_OTLP_PROTOCOL: `How spans are sent: ${TRACE_PROTOCOLS.join(', ')}. Default http/protobuf.`,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'The same, and goes before it.',
  OTEL_TRACES_SAMPLER: `Which traces are kept: ${TRACE_SAMPLERS.join(', ')}. Default parentbased_always_on.`,
  OTEL_TRACES_SAMPLER_ARG: 'Share that the samplers by ratio keep, 0 to 1. Default 1.',
  OTEL_TRACES_EXPORTER: 'none turns traces off.',
  OTEL_SDK_DISABLED: 'true turns traces off.',
  TRACEPARENT: 'Span of whoever started a hook, as W3C writes it.',
  TRACESTATE: 'What belongs to it.',
} as const;

/** What the environment says about traces. */
export interface TraceEnvironment {
  /** Absent when no traces are sent. */
  readonly settings?: TraceSettings;
  /** What could not be used, as sentences: telemetry that is set up wrongly is told, and stops nothing. */
  readonly problems: readonly string[];
}

/** Reads the variables of the table; empty ones count as absent, and without an endpoint there are no traces. */
export function traceEnvironmentOf(env: Variables): TraceEnvironment {
  const read = (name: keyof typeof TRACE_VARIABLES) => env[name]?.trim() || undefined;
  const isOff =
    read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || read('OTEL_TRACES_EXPORTER') === 'none';
  const endpoint = isOff ? undefined : endpointOf(read);
  if (endpoint === undefined) return { problems: [] };
  const url = urlOf(endpoint);
  if (url === undefined) {
    // The value is not repeated: it may hold a password.
    const problem = `${endpoint.name} is no http or https address, no traces are sent; write one such as http://collector:4318`;
    return { problems: [problem] };
  }
  const problems: string[] = [];
  const settings: TraceSettings = {
    url: url.href,
    protocol: protocolOf(read, problems),
    sampler: samplerOf(read, problems),
    ratio: ratioOf(read, problems),
    parent: { traceparent: read('TRACEPARENT'), tracestate: read('TRACESTATE') },
  };
  return { settings, problems };
}

type Read = (name: keyof typeof TRACE_VARIABLES) => string | undefined;

interface Endpoint {
  readonly name: string;
  readonly value: string;
  /** What is put behind the value. */
  readonly path: string;
}

function endpointOf(read: Read): Endpoint | undefined {
  const whole = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (whole !== undefined) return { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', value: whole, path: '' };
  const base = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  return base === undefined
    ? undefined
    : { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: base.replace(/\/+$/, ''), path: '/v1/traces' };
}

function urlOf({ value, path }: Endpoint): URL | undefined {
  const url = URL.parse(`${value}${path}`);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function protocolOf(read: Read, problems: string[]): TraceProtocol {
  const given = read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? read('OTEL_EXPORTER_OTLP_PROTOCOL');
  const known = TRACE_PROTOCOLS.find((protocol) => protocol === (given ?? 'http/protobuf'));
  if (known !== undefined) return known;
  problems.push(
    `OTEL_EXPORTER_OTLP_PROTOCOL: "${given}" is not spoken here, http/protobuf is; let the endpoint be the collector's HTTP port (4318 by default)`,
  );
  return 'http/protobuf';
}

function samplerOf(read: Read, problems: string[]): TraceSampler {
  const given = read('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const known = TRACE_SAMPLERS.find((sampler) => sampler === given);
  if (known !== undefined) return known;
  problems.push(
    `OTEL_TRACES_SAMPLER: "${given}" is not one of ${TRACE_SAMPLERS.join(', ')}; parentbased_always_on is used`,
  );
  return 'parentbased_always_on';
}

function ratioOf(read: Read, problems: string[]): number {
  const given = read('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const ratio = Number(given);
  if (ratio >= 0 && ratio <= 1) return ratio;
  problems.push(`OTEL_TRACES_SAMPLER_ARG: "${given}" is no share from 0 to 1; 1 is used`);
  return 1;
}
