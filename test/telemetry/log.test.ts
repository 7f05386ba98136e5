import { expect, test } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';

function lines() {
  const written: Record<string, unknown>[] = [];
  return { written, destination: { write: (line: string) => void written.push(JSON.parse(line)) } };
}

test('a line is JSON with an ISO time, the level by name, and the fields', () => {
  const { written, destination } = lines();

  createLog('info', destination).child({ source: 'fleet' }).warn({ clusters: 3 }, 'a question failed');

  expect(written).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      source: 'fleet',
      clusters: 3,
      msg: 'a question failed',
    },
  ]);
});

test('lines below the level are dropped', () => {
  const { written, destination } = lines();

  createLog('warn', destination).info({}, 'nothing to see');

  expect(written).toEqual([]);
});

test('secrets are blanked wherever they stand, and an error keeps its cause', () => {
  const { written, destination } = lines();
  const err = new Error('outer', { cause: new Error('inner') });

  createLog('info', destination).error(
    { token: 'hunter2', request: { headers: { authorization: 'Bearer hunter2' } }, err },
    'failed',
  );

  expect(JSON.stringify(written)).not.toContain('hunter2');
  expect(JSON.stringify(written[0]?.['err'])).toContain('inner');
});
