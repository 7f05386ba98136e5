import { once } from 'node:events';
import { createServer } from 'node:http';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { createExporter } from '../../src/telemetry/otel-exporter.ts';
import { portOf } from '../support/free-port.ts';

/** A receiver that answers as told, and what an exporter says when it sends one span after the other to it. */
async function exporting(statuses: readonly number[], protocol: 'http/json' | 'http/protobuf' = 'http/json') {
  const types: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const status = statuses[types.length] ?? 200;
    types.push(request.headers['content-type']);
    request.resume().once('end', () => response.writeHead(status).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const told: unknown[] = [];
  const url = `http://user:hunter2@127.0.0.1:${portOf(server)}/v1/traces`;
  // Less than the first pause before a repeat: a batch is sent once.
  const exporter = createExporter({ url, protocol }, 700, (fields, message) =>
    told.push({ message, ...fields }),
  );
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  for (const [at] of statuses.entries()) {
    provider.getTracer('test').startSpan(`span ${at}`).end();
    await provider.forceFlush();
  }
  await provider.shutdown();
  server.closeAllConnections();
  await once(server.close(), 'close');
  return { types, told };
}

test('a receiver that is away is told once, and again only after it was back', async () => {
  const { told, types } = await exporting([200, 503, 400, 500, 200, 401, 200]);

  expect(types).toHaveLength(7);
  expect(told).toMatchObject([
    { message: 'traces could not be sent', spans: 1, cause: expect.stringContaining('retryable') },
    { message: 'traces could not be sent', cause: 'Unauthorized' },
  ]);
});

test('the address is told without the password in it', async () => {
  const { told } = await exporting([500]);

  expect(told).toMatchObject([
    { receiver: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/traces$/) },
  ]);
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

test.each([
  ['http/json', 'application/json'],
  ['http/protobuf', 'application/x-protobuf'],
] as const)('%s is sent as %s', async (protocol, type) => {
  expect((await exporting([200], protocol)).types).toEqual([type]);
});
