import { existsSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { installTools, type Tally } from '../../tools/install-tools.ts';
import { binaryOf } from '../../tools/installed.ts';
import { type Environment, runCommand } from '../../tools/run-command.ts';
import type { Tool } from '../../tools/tools.ts';
import { TempDir } from '../support/temp-dir.ts';
import { createGoModuleProxy } from './go-module-proxy.ts';

const hello: Tool = {
  name: 'hello',
  version: '1.0.0',
  source: { by: 'go', package: 'example.test/hello@v1.0.0' },
  proof: { args: ['tests'], says: /^hello tests$/m },
};
const unknown: Tool = {
  ...hello,
  name: 'unknown',
  source: { by: 'go', package: 'example.test/unknown@v1.0.0' },
};
const wrong: Tool = { ...hello, name: 'wrong', proof: { args: ['tests'], says: /^good day$/m } };

const moduleCache = new TempDir();
const proxy = createGoModuleProxy('example.test/hello', 'v1.0.0', {
  'go.mod': 'module example.test/hello\n\ngo 1.22\n',
  'main.go': 'package main\n\nimport "os"\n\nfunc main() { println("hello " + os.Args[1]) }\n',
});
const env: Environment = {
  GOPROXY: `file://${proxy.path}`,
  GOSUMDB: 'off',
  GOMODCACHE: moduleCache.path,
  GOTOOLCHAIN: 'local',
  // A user's own flags, which would stop every build of a module version.
  GOFLAGS: '-mod=vendor -tags=other',
};

const hasGo = await runCommand('go', ['version']).then(
  () => true,
  () => false,
);
const hasPip = await runCommand('python3', ['-m', 'pip', '--version']).then(
  ({ code }) => code === 0,
  () => false,
);

afterAll(async () => {
  // Go makes its module cache read-only.
  if (hasGo) await runCommand('go', ['clean', '-modcache'], { env });
  moduleCache[Symbol.dispose]();
  proxy[Symbol.dispose]();
});

async function install(
  tools: readonly Tool[],
  dir: string,
  added = env,
): Promise<{ tally: Tally; lines: string[] }> {
  const lines: string[] = [];
  return { tally: await installTools(tools, { dir, env: added }, (line) => lines.push(line)), lines };
}

describe.skipIf(!hasGo)('installing by Go', () => {
  test('makes the program, proves it, and makes it once', async () => {
    using dir = new TempDir();
    const first = await install([hello], dir.path);
    expect(first.lines[1]).toMatch(/^hello 1\.0\.0: installed after \d+\.\d s$/);
    expect((await runCommand(binaryOf('hello', dir.path), ['again'])).stderr).toBe('hello again\n');
    expect(readdirSync(`${dir.path}/build`)).toEqual([]);

    const second = await install([hello], dir.path);
    expect(second.tally).toEqual({ there: 1, installed: 0, 'left out': 0, failed: 0 });
    const changed: Tool = {
      ...hello,
      source: { by: 'go', package: 'example.test/hello@v1.0.0', tags: 'slim' },
    };
    expect((await install([changed], dir.path)).tally.installed).toBe(1);
  });

  test('a failure tells the command and its last lines, and the next tool has its turn', async () => {
    using dir = new TempDir();
    const { tally, lines } = await install([unknown, wrong, hello], dir.path);
    expect(tally).toEqual({ there: 0, installed: 1, 'left out': 0, failed: 2 });
    expect(lines[1]).toMatch(
      /^unknown 1\.0\.0: failed .*`go install .*example\.test\/unknown@v1\.0\.0` ended with 1/,
    );
    expect(lines[1]).toMatch(/its last lines:\n {4}go: example\.test\/unknown@v1\.0\.0: .*no such file/);
    expect(lines[3]).toMatch(/was to print .*good day.*, but printed:\n {4}hello tests/);
    expect(existsSync(binaryOf('wrong', dir.path))).toBe(false);
  });

  test('an optional tool that is another version than wanted is left out', async () => {
    using dir = new TempDir();
    const { tally } = await install([{ ...wrong, optional: true }], dir.path);
    expect(tally).toMatchObject({ 'left out': 1, failed: 0 });
  });
});

describe('on a machine without Go', () => {
  test('a tool fails and says what to install', async () => {
    using dir = new TempDir();
    const { tally, lines } = await install([hello], dir.path, { PATH: '/nowhere' });
    expect(tally.failed).toBe(1);
    expect(lines[1]).toContain('there is no `go` on the PATH: install Go 1.26 or later');
  });
});

describe('taking a file from a Debian package', () => {
  const debian: Tool = {
    name: 'second',
    version: '2.x',
    source: { by: 'debian', package: 'no-such-package', file: 'usr/bin/no-such-program' },
    proof: { args: [], says: /./ },
    optional: true,
  };

  test('an optional tool is left out where there is no apt-get or no root', async () => {
    using dir = new TempDir();
    const { tally, lines } = await install([debian], dir.path, { PATH: '/nowhere' });
    expect(tally['left out']).toBe(1);
    expect(lines[1]).toMatch(/left out after .* s: (there is no apt-get|Debian's package no-such-package)/);
  });

  test('a tool that is not optional fails there', async () => {
    using dir = new TempDir();
    const { optional: _, ...needed } = debian;
    expect((await install([needed], dir.path, { PATH: '/nowhere' })).tally.failed).toBe(1);
  });
});

describe('taking files out of a Python package', () => {
  const wheel: Tool = {
    name: 'words',
    version: '1.0.0',
    source: { by: 'wheel', package: 'words==1.0.0', take: { 'one.json': 'words/deep/_one.json' } },
    proof: { file: 'one.json', says: /first/ },
  };
  const pack = `import zipfile
with zipfile.ZipFile("words-1.0.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("words/deep/_one.json", '"first"')
    wheel.writestr("words/deep/_two.json", '"second"')
    wheel.writestr("words-1.0.0.data/scripts/words", "#!/bin/sh\\necho said $1\\n")
    wheel.writestr("words-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: words\\nVersion: 1.0.0\\n")
    wheel.writestr("words-1.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\\n")
    wheel.writestr("words-1.0.0.dist-info/RECORD", "")`;

  test.skipIf(!hasPip)('a folder holds them under their new names, and is replaced as a whole', async () => {
    using dir = new TempDir();
    using index = new TempDir();
    await runCommand('python3', ['-c', pack], { cwd: index.path });
    const local = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: index.path };
    expect((await install([wheel], dir.path, local)).lines[1]).toMatch(/^words 1\.0\.0: installed after/);
    expect(readdirSync(binaryOf('words', dir.path))).toEqual(['one.json']);

    const take = { 'two.json': 'words/deep/_two.json' };
    const other: Tool = {
      ...wheel,
      source: { ...wheel.source, take } as Tool['source'],
      proof: { file: 'two.json', says: /first/ },
    };
    const doubted = await install([other], dir.path, local);
    expect(doubted.lines[1]).toContain('two.json was to hold /first/, but does not');
    const again: Tool = { ...other, proof: { file: 'two.json', says: /second/ } };
    await install([again], dir.path, local);
    expect(readdirSync(binaryOf('words', dir.path))).toEqual(['two.json']);
  });

  test.skipIf(!hasPip)('a program can be run', async () => {
    using dir = new TempDir();
    using index = new TempDir();
    await runCommand('python3', ['-c', pack], { cwd: index.path });
    const program: Tool = {
      ...wheel,
      source: { by: 'wheel', package: 'words==1.0.0', take: 'words-1.0.0.data/scripts/words' },
      proof: { args: ['hello'], says: /^said hello$/m },
    };
    const { tally } = await install([program], dir.path, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: index.path });
    expect(tally.installed).toBe(1);
  });

  test('without Python it fails and says what to install', async () => {
    using dir = new TempDir();
    const { lines } = await install([wheel], dir.path, { PATH: '/nowhere' });
    expect(lines[1]).toContain('there is no `python3` on the PATH: install Python 3 with pip');
  });
});
