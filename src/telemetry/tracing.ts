import type { SpanFacts } from './span-facts.ts';

/** How spans are written on the wire. */
export const TRACE_PROTOCOLS = ['http/protobuf', 'http/json'] as const;
export type TraceProtocol = (typeof TRACE_PROTOCOLS)[number];

/** Which traces are kept, by OpenTelemetry's names. */
export const TRACE_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type TraceSampler = (typeof TRACE_SAMPLERS)[number];

/** Where spans are sent, and which. */
export interface TraceSettings {
  /** Whole address of the receiver: `http://collector:4318/v1/traces`. */
  readonly url: string;
  readonly protocol: TraceProtocol;
  readonly sampler: TraceSampler;
  /** Share of traces that the samplers by ratio keep, 0..1. */
  readonly ratio: number;
  /** The span of whoever started this process; empty when there is none. */
  readonly parent: TraceCarrier;
}

/** Headers (or variables) by lower-case name, among them perhaps `traceparent` and `tracestate`. */
export type TraceCarrier = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How a span begins. */
export interface SpanStart {
  /** Default `internal`. */
  readonly kind?: 'internal' | 'client' | 'server';
  readonly facts?: SpanFacts;
  /** What the caller sent, or `none` for a trace of its own; by default the span in which this one begins. */
  readonly parent?: TraceCarrier | 'none';
}

/** Something that takes time and is part of a trace. */
export interface Span {
  set(facts: SpanFacts): void;
  rename(name: string): void;
  /** Notes something that happened in the middle of it. */
  event(name: string, facts: SpanFacts): void;
  /** Marks it as failed: a code or a class, and what a person reads. */
  fail(type: string, message?: string): void;
  /** Leaves it out of the trace: it turned out to be about nothing. */
  discard(): void;
}

/** Traces of what the process does; knows which span the code that calls it runs in. */
export interface Tracing {
  /** Runs work in a span of its own; what it rejects with is noted and passed on. */
  inSpan<T>(name: string, start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
  /** Adds a span that has just ended to the active one; without an active one nothing is noted. */
  ended(name: string, start: Omit<SpanStart, 'parent'>, how: { seconds: number; failure?: string }): void;
  /** The span that the caller runs in. */
  active(): Span | undefined;
  /** What joins a request to the active span, as headers; empty without one. */
  headers(): Readonly<Record<string, string>>;
  /** The active span as fields of a log line; empty without one. */
  logFields(): Readonly<Record<string, string>>;
  /** Sends what was not sent yet and ends; never rejects, and never takes longer than the patience it was made with. */
  stop(): Promise<void>;
}

const NO_SPAN: Span = {
  set: () => undefined,
  rename: () => undefined,
  event: () => undefined,
  fail: () => undefined,
  discard: () => undefined,
};

/** The tracing of a process that sends no traces. */
export const NO_TRACING: Tracing = {
  inSpan: (_name, _start, work) => work(NO_SPAN),
  ended: () => undefined,
  active: () => undefined,
  headers: () => ({}),
  logFields: () => ({}),
  stop: async () => undefined,
};
