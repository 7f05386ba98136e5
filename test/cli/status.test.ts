import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createIdentity } from '../../src/identity/identity.ts';
import { startApp } from '../http/start-app.ts';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
const startStatus = (url: string, ...args: string[]) =>
  startProcess(process.execPath, { args: [CLI, 'status', '--gate-url', url, ...args] });

describe('tidegate status', () => {
  test('prints what waits for what, and ends', async () => {
    await using app = await startApp();
    await using status = await startStatus(app.url);

    expect((await status.exited).code).toBe(0);
    expect(status.stdout).toContain('platform-bom sha256:ab');
    expect(status.stdout).toMatch(/prod {2,}open {2,}0\/1 {2,}\d+ \w+ {2,}prod-1 is soaking\./);
    expect(status.stdout).toMatch(/last {2,}waiting/);
  });

  test('as JSON, of one app', async () => {
    await using app = await startApp();
    await using status = await startStatus(app.url, '--json', '--app', 'platform-bom');

    expect((await status.exited).code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ rollouts: [{ app: 'platform-bom', status: 'open' }] });
  });

  test('sends the token of the file; without it the identity is refused, exit code 45', async () => {
    const tokenSha256 = createHash('sha256').update('open-sesame').digest('hex');
    await using app = await startApp({
      identify: createIdentity({
        tokenSha256,
        readers: 'identified',
        publicUrl: 'http://127.0.0.1',
        now: () => 0,
      }),
    });
    using folder = new TempDir();
    await using known = await startStatus(app.url, '--token-file', folder.write('token', 'open-sesame\n'));
    await using stranger = await startStatus(app.url);

    expect((await known.exited).code).toBe(0);
    expect((await stranger.exited).code).toBe(45);
    expect(stranger.stdout).toBe('');
  });

  test('a token file that holds something else is exit code 64, and its text never told', async () => {
    using folder = new TempDir();
    const file = folder.write('token', 'open-sesame\nand-more');
    await using status = await startStatus('http://127.0.0.1:9', '--token-file', file);

    expect((await status.exited).code).toBe(64);
    expect(status.stderr).toContain(`--token-file ${file}: holds more than one word`);
    expect(status.stderr).not.toContain('sesame');
  });

  test('an app that is not there is exit code 64, with the words of the gate', async () => {
    await using app = await startApp();
    await using status = await startStatus(app.url, '--app', 'nothing');

    expect((await status.exited).code).toBe(64);
    expect(status.stderr).toContain('There is no app nothing. [app/unknown]');
  });

  test('a gate that is not there is exit code 44, an address that is none 64', async () => {
    await using away = await startStatus('http://127.0.0.1:9');
    await using wrong = await startStatus('gate');

    expect((await away.exited).code).toBe(44);
    expect(away.stderr).toContain("can't be reached");
    expect((await wrong.exited).code).toBe(64);
  });

  test('a server that answers something else is no gate without rollouts', async () => {
    const server = createServer((_request, response) => response.end('{"rollouts": "none"}'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await using status = await startStatus(`http://127.0.0.1:${port}`);

    expect((await status.exited).code).toBe(44);
    expect(status.stderr).toContain("is this the gate's address?");
    server.close();
  });

  test('--watch tells what changes, outlives trouble of the gate, and ends with 0 on Ctrl-C', async () => {
    await using app = await startApp();
    await using status = await startStatus(app.url, '--watch');
    await waitFor('the first status', () => status.stdout.includes('OPEN'));
    app.gate.trouble = new Error('boom');
    await waitFor('the trouble', () => status.stderr.includes('answered 500'));
    app.gate.trouble = undefined;
    app.gate.rolloutIs = { status: 'halted' };
    await waitFor('the halt', () => status.stdout.includes('HALTED'));
    status.signal('SIGINT');

    expect(await status.exited).toEqual({ code: 0, signal: null });
    expect(status.stdout.match(/OPEN/g)).toHaveLength(1);
    expect(status.stdout).not.toContain('\u001b');
  });
});
