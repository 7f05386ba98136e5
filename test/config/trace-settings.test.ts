import { describe, expect, test } from 'vitest';
import { readTraceEnvironment } from '../../src/config/environment.ts';

const BASE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('traces are off', () => {
  test.each([
    ['without an endpoint', {}],
    ['with an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    ['when the SDK is disabled', { ...BASE, OTEL_SDK_DISABLED: 'True' }],
    ['when their exporter is none', { ...BASE, OTEL_TRACES_EXPORTER: 'none' }],
  ])('%s', (_name, env) => {
    expect(readTraceEnvironment(env)).toEqual({ problems: [] });
  });

  test.each(['otel:4318', 'grpc://collector:4317', '://hunter2@'])(
    'with the endpoint %s, which is no web address and is not repeated',
    (endpoint) => {
      const { settings, problems } = readTraceEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

      expect(settings).toBeUndefined();
      expect(problems).toEqual([
        expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address/),
      ]);
      expect(problems[0]).not.toContain(endpoint);
    },
  );
});

describe('where traces go', () => {
  test.each([
    ['the base address and the path for traces', BASE, 'http://collector:4318/v1/traces'],
    ['a path before it', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp/' }, 'https://c/otlp/v1/traces'],
    [
      'the address for traces as it is',
      { ...BASE, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/in' },
      'http://t/in',
    ],
  ])('%s', (_name, env, url) => {
    expect(readTraceEnvironment(env).settings?.url).toBe(url);
  });

  test('by default all of them, as protobuf, and as a part of the trace in the environment', () => {
    const env = { ...BASE, TRACEPARENT: '00-1-2-01', TRACESTATE: 'a=b' };

    expect(readTraceEnvironment(env)).toEqual({
      settings: {
        url: 'http://collector:4318/v1/traces',
        protocol: 'http/protobuf',
        sampler: 'parentbased_always_on',
        ratio: 1,
        parent: { traceparent: '00-1-2-01', tracestate: 'a=b' },
      },
      problems: [],
    });
  });

  test('as the environment says', () => {
    const env = {
      ...BASE,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    };

    expect(readTraceEnvironment(env)).toMatchObject({
      settings: { protocol: 'http/json', sampler: 'traceidratio', ratio: 0.25 },
      problems: [],
    });
  });
});

test.each([
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /"grpc" is not spoken here.*4318/],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', /"jaeger_remote" is not one of always_on/],
  ['OTEL_TRACES_SAMPLER_ARG', '30%', /"30%" is no share from 0 to 1; 1 is used/],
  ['OTEL_TRACES_SAMPLER_ARG', '2', /"2" is no share/],
])('%s=%s is told, and the default is used', (name, value, problem) => {
  const { settings, problems } = readTraceEnvironment({ ...BASE, [name]: value });

  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(settings).toEqual(readTraceEnvironment(BASE).settings);
});
