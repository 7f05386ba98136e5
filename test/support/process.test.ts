import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort, freePorts } from './free-port.ts';
import { startProcess } from './process.ts';
import { TempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

const node = process.execPath;
const stubborn = `process.on('SIGTERM', () => console.log('asked to stop')); console.log('up'); setInterval(() => {}, 1e6)`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('tests run on Node 24, whatever Node the machine has', () => {
  expect(process.version).toMatch(/^v24\./);
});

test('a process is ready when the line appears, and ends with its scope', async () => {
  let pid: number;
  {
    await using child = await startProcess(node, {
      args: ['-e', `console.log('warming up'); console.error('ready on 7'); setInterval(() => {}, 1e6)`],
      ready: { line: /ready on \d/ },
    });
    pid = child.pid;
    expect(isAlive(pid)).toBe(true);
    expect(child.stdout).toBe('warming up\n');
    expect(child.stderr).toBe('ready on 7\n');
  }
  expect(isAlive(pid)).toBe(false);
});

test('a process is ready when its address answers 2xx, not before', async () => {
  const port = await freePort();
  const server = `let asked = 0;
    require('node:http').createServer((_, answer) => answer.writeHead(++asked < 3 ? 503 : 200).end(String(asked)))
      .listen(${port}, '127.0.0.1')`;
  const url = `http://127.0.0.1:${port}/`;
  await using _child = await startProcess(node, { args: ['-e', server], ready: { url } });
  expect(await (await fetch(url)).text()).toBe('4');
});

test('a process that ends before it is ready is an error with its last output', async () => {
  const args = ['-e', `console.error('the port is taken'); process.exit(3)`];
  const url = `http://127.0.0.1:${await freePort()}/`;
  await expect(startProcess(node, { args, ready: { url } })).rejects.toThrow(
    /ended before .*the port is taken/s,
  );
  await expect(startProcess(node, { args, ready: { line: /up/ } })).rejects.toThrow(
    /ended .*the port is taken/s,
  );
});

test('a process that is never ready is an error with its last output, and is killed', async () => {
  const args = ['-c', 'echo up; exec sleep 600'];
  const start = startProcess('/bin/sh', { args, ready: { line: /never/ }, readyTimeoutMs: 500 });
  await expect(start).rejects.toThrow(/printed no line like \/never\/ within 500 ms.*\n {2}up/s);
  const error = await start.catch((caught: Error) => caught);
  expect(isAlive(Number(/pid (\d+)/.exec(String(error))?.[1]))).toBe(false);
});

test('a program that does not exist is an error', async () => {
  await expect(startProcess('/nowhere/at-all')).rejects.toThrow(/ENOENT/);
});

test('stop asks by SIGTERM and kills after the grace', async () => {
  await using child = await startProcess(node, { args: ['-e', stubborn], ready: { line: /up/ } });
  expect(await child.stop(300)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(child.output).toContain('asked to stop');
});

test('kill9 gives no chance to tidy up, and stopping twice is harmless', async () => {
  await using child = await startProcess(node, { args: ['-e', stubborn], ready: { line: /up/ } });
  expect(await child.kill9()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(child.output).not.toContain('asked to stop');
  expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('what a worker left behind ends with the worker', async () => {
  const script = `
    import { startProcess } from '${import.meta.dirname}/process.ts';
    const child = await startProcess(process.execPath, { args: ['-e', 'setInterval(() => {}, 1e6)'] });
    console.log('left ' + child.pid);
    process.exit(0);`;
  await using worker = await startProcess(node, { args: ['--input-type=module', '-e', script] });
  const pid = Number((await worker.waitForLine(/left/)).split(' ')[1]);
  expect((await worker.exited).code).toBe(0);
  await waitFor(`process ${pid} is gone`, () => !isAlive(pid));
});

test('free ports are distinct', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
});

test('a temporary folder is gone with its scope', () => {
  let path: string;
  {
    using dir = new TempDir();
    path = dir.write('a/b/rules.yml', 'groups: []\n');
    expect(existsSync(path)).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});

test('waiting in vain says for what, and what went wrong last', async () => {
  const probe = () => {
    throw new Error('connection refused');
  };
  await expect(waitFor('the store answers', probe, { timeoutMs: 60, everyMs: 10 })).rejects.toThrow(
    'waited 60 ms in vain until the store answers; the last error was: connection refused',
  );
});
