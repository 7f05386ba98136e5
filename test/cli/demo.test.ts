import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

const startDemo = (args: readonly string[], folder: TempDir) =>
  startProcess(process.execPath, { args: [CLI, 'demo', ...args], env: { TMPDIR: folder.path } });

interface Told {
  readonly asTold: boolean;
  readonly scenes: readonly {
    readonly scene: string;
    readonly claims: readonly { readonly text: string; readonly holds: boolean }[];
    readonly facts: Readonly<Record<string, unknown>>;
  }[];
}

describe('the demo', () => {
  it('lists its scenes', async () => {
    using folder = new TempDir();
    await using demo = await startDemo(['--list', '--json'], folder);

    expect((await demo.exited).code).toBe(0);
    const names = (JSON.parse(demo.stdout) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(['harmless', 'bad-dns', 'rollback', 'freeze', 'blind', 'crash']);
  });

  it('halts the bad change before production; without the waves it says that this is not as told', async () => {
    using folders = {
      apart: new TempDir(),
      together: new TempDir(),
      [Symbol.dispose]() {
        this.apart[Symbol.dispose]();
        this.together[Symbol.dispose]();
      },
    };
    // Slower than for people: other tests run beside these two, and minutes of the fleet must not get lost.
    const flags = ['--scenario', 'bad-dns', '--json', '--factor', '60'];
    // Two at the same time are no trouble for each other.
    await using apart = await startDemo(flags, folders.apart);
    await using together = await startDemo([...flags, '--no-waves-apart'], folders.together);

    expect((await apart.exited).code).toBe(0);
    const told = JSON.parse(apart.stdout) as Told;
    expect(told.scenes[0]?.claims.filter(({ holds }) => !holds)).toEqual([]);
    expect(told.scenes[0]?.facts).toMatchObject({ productionSyncs: 0 });

    expect((await together.exited).code).toBe(1);
    const broken = JSON.parse(together.stdout) as Told;
    const failed = broken.scenes[0]?.claims.filter(({ holds }) => !holds).map(({ text }) => text);
    expect(failed).toContainEqual(expect.stringContaining('production unchanged'));
    expect(failed).toContainEqual(expect.stringContaining('before their turn'));
    expect([...readdirSync(folders.apart.path), ...readdirSync(folders.together.path)]).toEqual([]);
  }, 240_000);

  it('says which port is taken, and starts nothing', async () => {
    using folder = new TempDir();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using demo = await startDemo(['--listen', `127.0.0.1:${port}`], folder);

    expect((await demo.exited).code).toBe(1);
    expect(demo.stderr).toContain(`127.0.0.1:${port}`);
    expect(demo.stderr).toContain('another process listens there');
    expect(readdirSync(folder.path)).toEqual([]);
    other.close();
  });

  it('SIGINT in the middle ends the demo, its gate and its files', async () => {
    using folder = new TempDir();
    await using demo = await startDemo([], folder);
    const line = await demo.waitForLine(/^Gate: /, { timeoutMs: 20_000 });
    await demo.waitForLine(/PreSync hooks asked/, { timeoutMs: 30_000 });
    process.kill(demo.pid, 'SIGINT');

    expect((await demo.exited).code).toBe(130);
    const url = /http:\S+/.exec(line)?.[0] ?? '';
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(readdirSync(folder.path)).toEqual([]);
  }, 60_000);
});
