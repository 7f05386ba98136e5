import { expect, test } from 'vitest';
import { fuzzGate } from './fuzz-gate.ts';

const MB = 1024 * 1024;

test('5,000 requests, sound and broken, are answered as the document says, without a 5xx and without end of memory', async () => {
  const { statuses, warmBytes, endBytes } = await fuzzGate({ requests: 5_000, seed: 20_261_123 });

  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(5_000);
  // Each of them several times: they come past the door and past the schemas, and are stopped at each.
  for (const status of [200, 202, 401, 403, 404, 405, 415, 422]) {
    expect(statuses.get(status), `answers ${status}`).toBeGreaterThan(5);
  }
  expect(endBytes - warmBytes).toBeLessThan(8 * MB);
}, 120_000);
