import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, test } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { freePort, portOf } from '../support/free-port.ts';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedGate } from './scripted-gate.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
/** As the chart sets them; whatever this machine has set is none of these tests' business. */
const NO_PROXIES = Object.fromEntries(
  ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'].map((name) => [
    name,
    undefined,
  ]),
);

async function preSync(url: string, env: Readonly<Record<string, string>> = {}) {
  const args = [CLI, 'hook', 'pre-sync', '--app', 'a', '--cluster', 'c', '--revision', 'r'];
  return startProcess(process.execPath, {
    args: [...args, '--gate-url', url, '--max-wait', '1s'],
    env: { ...NO_PROXIES, ...env },
  });
}

/** A proxy that opens tunnels and remembers where to. */
async function startProxy() {
  const tunnels: string[] = [];
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, near) => {
    tunnels.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) {
      socket.on('error', () => undefined).on('close', () => [near, far].map((each) => each.destroy()));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    tunnels,
    url: `http://127.0.0.1:${portOf(server)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

describe('a gate with a certificate', () => {
  it('of an authority that nobody knows is not believed, and the mend is told', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }], {
      certificate: selfSigned(),
    });
    await using hook = await preSync(gate.url);

    expect((await hook.exited).code).toBe(44);
    expect(hook.stdout).toContain(`the certificate of ${gate.url} is not trusted: self-signed certificate;`);
    expect(hook.stdout).toContain('NODE_EXTRA_CA_CERTS (the chart’s tidegate.ca)');
    expect(gate.seen).toEqual([]);
  });

  it('of an authority of one’s own is believed where that is named', async () => {
    using folder = new TempDir();
    const certificate = selfSigned();
    const authority = folder.write('ca.crt', certificate.cert);
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }], { certificate });
    await using hook = await preSync(gate.url, { NODE_EXTRA_CA_CERTS: authority });

    expect((await hook.exited).code).toBe(0);
  });

  it('for another name is not believed', async () => {
    using folder = new TempDir();
    const certificate = selfSigned();
    const authority = folder.write('ca.crt', certificate.cert);
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }], { certificate });
    const url = gate.url.replace('127.0.0.1', 'localhost');
    await using hook = await preSync(url, { NODE_EXTRA_CA_CERTS: authority });

    expect((await hook.exited).code).toBe(44);
    expect(hook.stdout).toContain('ask the gate under a name that its certificate has');
  });
});

describe('a proxy between', () => {
  it('is gone through, and sees no more than where to', async () => {
    using folder = new TempDir();
    const certificate = selfSigned();
    const authority = folder.write('ca.crt', certificate.cert);
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'halt' } }], { certificate });
    await using proxy = await startProxy();
    await using hook = await preSync(gate.url, {
      NODE_EXTRA_CA_CERTS: authority,
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: proxy.url,
    });

    expect((await hook.exited).code).toBe(42);
    expect(proxy.tunnels).toEqual([new URL(gate.url).host]);
  });

  it('is passed by for the hosts that are named', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    await using proxy = await startProxy();
    await using hook = await preSync(gate.url, {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxy.url,
      NO_PROXY: '127.0.0.1',
    });

    expect((await hook.exited).code).toBe(0);
    expect(proxy.tunnels).toEqual([]);
  });

  it('that is not there is no answer', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    await using hook = await preSync(gate.url, {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: `http://127.0.0.1:${await freePort()}`,
    });

    expect((await hook.exited).code).toBe(44);
    expect(gate.seen).toEqual([]);
  });
});

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
test.runIf(hasIPv6)('a gate at an IPv6 address is asked', async () => {
  await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }], { host: '::1' });
  await using hook = await preSync(gate.url);

  expect((await hook.exited).code).toBe(0);
  expect(gate.url).toContain('[::1]');
});

test('a token that vanishes in mid-wait is waited for, and read anew', async () => {
  using folder = new TempDir();
  const token = folder.write('token', 'first');
  await using gate = await ScriptedGate.start((seen) => ({ answer: { verdict: seen < 1 ? 'hold' : 'go' } }));
  const args = [CLI, 'hook', 'soak', '--app', 'a', '--cluster', 'c', '--digest', 'd'];
  await using hook = await startProcess(process.execPath, {
    args: [...args, '--gate-url', gate.url, '--token-file', token],
    env: NO_PROXIES,
  });
  await waitFor('the first request', () => gate.seen.length > 0);
  folder.remove('token');
  await waitFor('the hook to miss it', () => hook.stderr.includes("can't be read (ENOENT)"));
  folder.write('token', 'second');

  expect((await hook.exited).code).toBe(0);
  expect(gate.seen.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
});
