import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../http/start-app.ts';
import { type CoreDns, startCoreDns } from '../support/coredns.ts';
import { freePort, portOf } from '../support/free-port.ts';
import { startProcess } from '../support/process.ts';
import { suiteResources } from '../support/resources.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

/** An API server that answers as it is told, and remembers what it was shown. */
async function startApiServer(status: () => number) {
  const seen: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.writeHead(request.url === '/readyz' ? status() : 404).end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}/readyz`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

const startProbe = (...args: string[]) =>
  startProcess(process.execPath, { args: [CLI, 'hook', 'probe', ...args] });

describeWith(['coredns'], 'the built-in probe', () => {
  const resources = suiteResources();
  let dns: CoreDns;
  let app: TestApp;
  let status = 200;
  let api: Awaited<ReturnType<typeof startApiServer>>;
  const options = () => [
    ...['--resolver', dns.server, '--api', api.url, '--gate-url', app.url, '--name', 'basics', '--json'],
    ...['--app', 'platform-bom', '--cluster', 'prod-1', '--digest', 'sha256:ab', '--tries', '2'],
  ];
  beforeAll(async () => {
    dns = resources.use(await startCoreDns({ 'shop.test': 'healthy', 'broken.test': 'servfail' }));
    api = resources.use(await startApiServer(() => status));
    app = resources.use(await startApp());
  });

  test('that finds all well reports it for the newest run, and ends with 0', async () => {
    using folder = new TempDir();
    const token = folder.write('token', 'for-the-api\n');
    await using probe = await startProbe(
      ...options(),
      '--lookup',
      'a.shop.test',
      'b.shop.test',
      '--api-token-file',
      token,
    );

    expect((await probe.exited).code).toBe(0);
    expect(app.gate.probes.at(-1)).toMatchObject({ name: 'basics', passed: 3, failed: 0 });
    expect(app.gate.filters.at(-1)).toMatchObject({
      app: 'platform-bom',
      cluster: 'prod-1',
      digest: 'sha256:ab',
    });
    expect(api.seen.at(-1)?.authorization).toBe('Bearer for-the-api');
  });

  test('that finds a name broken reports which, and ends with 42', async () => {
    await using probe = await startProbe(...options(), '--lookup', 'a.shop.test', 'a.broken.test');

    expect((await probe.exited).code).toBe(42);
    expect(app.gate.probes.at(-1)).toMatchObject({
      passed: 2,
      failed: 1,
      detail: expect.stringContaining('lookup of a.broken.test: '),
    });
    expect(JSON.parse(probe.stdout)).toMatchObject({ end: 'halt', report: { failed: 1 } });
  });

  test('that finds the API server broken reports it', async () => {
    status = 500;
    await using probe = await startProbe(...options(), '--lookup', 'a.shop.test');
    const { code } = await probe.exited;
    status = 200;

    expect(code).toBe(42);
    expect(app.gate.probes.at(-1)?.detail).toBe(`GET ${api.url}: answered 500`);
  });

  test('an API server that only refuses was reached', async () => {
    status = 403;
    await using probe = await startProbe(...options(), '--lookup', 'a.shop.test');
    const { code } = await probe.exited;
    status = 200;

    expect(code).toBe(0);
  });

  test('nobody answers on either end: what was found is told, and it ends with 44', async () => {
    const gone = await freePort();
    await using probe = await startProbe(
      ...options(),
      ...['--lookup', 'a.shop.test', '--api', `http://127.0.0.1:${gone}/readyz`, '--tries', '1'],
      ...['--gate-url', `http://127.0.0.1:${gone}`, '--max-wait', '1s'],
    );

    expect((await probe.exited).code).toBe(44);
    expect(JSON.parse(probe.stdout)).toMatchObject({
      text: expect.stringContaining('could not be reported'),
      report: { failed: 1, detail: expect.stringContaining('ECONNREFUSED') },
    });
  });
});

describe('what is wrong with the command', () => {
  test.each([
    ['no run and no change', []],
    ['a change without its digest', ['--app', 'a', '--cluster', 'c']],
    ['no tries', ['--run', 'r', '--tries', '0']],
    ['a wait without a unit', ['--run', 'r', '--max-wait', '9']],
  ])('%s is exit code 64', async (_what, args) => {
    await using probe = await startProbe(...args);

    expect((await probe.exited).code).toBe(64);
  });
});
