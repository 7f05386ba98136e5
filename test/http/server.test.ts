import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { listen } from '../../src/http/server.ts';
import { portOf } from '../support/free-port.ts';
import { call, startApp } from './start-app.ts';

const ASK = { app: 'platform-bom', cluster: 'prod-1', revision: 'abc123', phase: 'PreSync' };

test('a port that is taken is told with what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  await using app = await startApp();

  const listening = listen(app.app, { host: '127.0.0.1', port: portOf(taken) });

  await expect(listening).rejects.toThrow(UnavailableError);
  await expect(listening).rejects.toMatchObject({
    code: 'http/port-in-use',
    message: `can't listen on 127.0.0.1:${portOf(taken)}: another process listens there; stop it, or set gate.listen to another port`,
  });
  await once(taken.close(), 'close');
});

test('an address that is not ours is told', async () => {
  await using app = await startApp();

  await expect(listen(app.app, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    code: 'http/no-such-address',
  });
});

test('stopping takes no new callers, answers those who are there, and leaves no connection open', async () => {
  const app = await startApp();
  const waiting = once(app.gate.events, 'waiting');
  const answer = call(`${app.url}/v1/verdicts?wait=60`, { json: ASK });
  await waiting;

  const stopped = app.stop();
  await expect(call(`${app.url}/healthz`)).rejects.toThrow();
  app.gate.events.emit('changed');

  expect((await answer).status).toBe(200);
  await stopped;
});

test('stopping cuts what does not end within its grace', async () => {
  const app = await startApp();
  const waiting = once(app.gate.events, 'waiting');
  const answer = call(`${app.url}/v1/verdicts?wait=60`, { json: ASK });
  await waiting;

  const [cut] = await Promise.all([
    answer.then(
      () => 'answered',
      () => 'cut',
    ),
    app.stop(50),
  ]);

  expect(cut).toBe('cut');
});
