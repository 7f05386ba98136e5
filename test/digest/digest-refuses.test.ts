import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { digestPaths } from '../../src/digest/digest-paths.ts';
import { helmIgnore } from '../../src/digest/helm-ignore.ts';
import { readValues } from '../../src/digest/read-values.ts';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

describe('values that tools read differently are refused, with the line and the mend', () => {
  it.each([
    ['enabled: yes', /v\.yaml:1: yes is read differently.*put it in quotes/],
    ['a: 1\nb:\n  - off', /v\.yaml:3: off is read/],
    ['mode: 0755', /0755/],
    ['mode: 0o755', /0o755/],
    ['rev: 12345e6', /12345e6/],
    ['num: 1_000', /1_000/],
    ['num: 0x1f', /0x1f/],
    ['num: .5', /\.5/],
    ['num: 1.', /1\. is/],
    ['num: +1', /\+1/],
    ['num: .inf', /\.inf/],
    ['num: .NaN', /\.NaN/],
    ['y: 1', /y is read differently/],
    ['1: a', /the key 1 is no text/],
    ['true: a', /the key true is no text/],
    ['a: !!binary aGk=', /binary/],
    ['a: !mine x', /!mine/],
    ['a: 1\na: 2', /unique/],
    ['a: 1\n---\na: 2', /more than one document/],
    ['- a', /no map of values/],
    ['a: *b', /v\.yaml: Unresolved alias/],
    ['a: [', /v\.yaml: /],
    ['a: "x\u2028y"', /line separator/],
  ])('%j', (text, why) => {
    expect(() => readValues(text, 'v.yaml')).toThrow(why);
  });

  it.each([
    ['a: "yes"\nb: \'0755\'', { a: 'yes', b: '0755' }],
    ['a: true\nb: False\nc: ~\nd:\ne: null', { a: true, b: false, c: null, d: null, e: null }],
    ['a: -0.5\nb: 10\nc: -3', { a: -0.5, b: 10, c: -3 }],
    ['a: 1.2.3\nb: v1\nc: 12h\nd: 1:30', { a: '1.2.3', b: 'v1', c: '12h', d: '1:30' }],
    ['a: !!str 12', { a: '12' }],
    ['', {}],
    ['# nothing\n', {}],
  ])('and these are not: %j', (text, values) => {
    expect(readValues(text, 'v.yaml')).toEqual(values);
  });
});

describe('folders and files', () => {
  const inFolder = (files: Readonly<Record<string, string>>) => {
    const folder = new TempDir();
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    return folder;
  };

  test('the same content has the same digest, wherever it lies and whatever Git keeps beside it', () => {
    using one = inFolder({ 'base/a.yaml': 'a', 'b.yaml': 'b' });
    using other = inFolder({ 'b.yaml': 'b', 'base/a.yaml': 'a', '.git/HEAD': 'x', 'base/.git': 'gitdir: x' });

    expect(digestPaths([other.path], []).digest).toBe(digestPaths([one.path], []).digest);
  });

  test('several paths count under their last names, in whatever order they are named', () => {
    using folder = inFolder({ 'base/k.yaml': '1', 'parts/k.yaml': '2', 'elsewhere/base/k.yaml': '1' });
    const at = (...names: string[]) =>
      digestPaths(
        names.map((name) => join(folder.path, name)),
        [],
      ).digest;

    expect(at('parts', 'base')).toBe(at('base', 'parts'));
    expect(at('elsewhere/base', 'parts')).toBe(at('base', 'parts'));
    expect(() => at('base', 'elsewhere/base')).toThrow(/two of the paths are called base/);
  });

  test('a link counts as what it leads to', () => {
    using plain = inFolder({ 'a/f': 'x', 'b/f': 'x' });
    using linked = inFolder({ 'a/f': 'x' });
    symlinkSync('a', join(linked.path, 'b'));

    expect(digestPaths([linked.path], []).digest).toBe(digestPaths([plain.path], []).digest);
  });

  it.each<[string, (folder: TempDir) => readonly string[], RegExp]>([
    ['what is not there', ({ path }) => [join(path, 'none')], /none is not there/],
    ['an empty folder', ({ path }) => [path], /holds no file; a digest of nothing/],
    [
      'a link that leads nowhere',
      ({ path }) => {
        symlinkSync('nowhere', join(path, 'l'));
        return [path];
      },
      /l is a link that leads nowhere/,
    ],
    [
      'a link in a circle',
      ({ path }) => {
        mkdirSync(join(path, 'a'));
        symlinkSync('..', join(path, 'a/up'));
        return [path];
      },
      /up is a link to a folder above it/,
    ],
    [
      'a subchart',
      (folder) => {
        folder.write(
          'Chart.yaml',
          'apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: redis, version: "1"}]',
        );
        return [folder.path];
      },
      /has the subchart redis, whose defaults Helm mixes/,
    ],
    [
      'a subchart that nobody listed',
      (folder) => {
        folder.write('Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0');
        folder.write('charts/redis/Chart.yaml', 'x');
        return [folder.path];
      },
      /subchart redis/,
    ],
    [
      'a version that is a number',
      (folder) => {
        folder.write('Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0\nappVersion: 1.10');
        return [folder.path];
      },
      /appVersion is 1\.1; expected text, in quotes/,
    ],
    [
      'a rule of .helmignore that Helm refuses',
      (folder) => {
        folder.write('Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0');
        folder.write('.helmignore', 'docs/**');
        return [folder.path];
      },
      /docs\/\*\* holds \*\*/,
    ],
    [
      'paths to leave out that are no list',
      (folder) => {
        folder.write('Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0');
        folder.write('values.yaml', 'tidegate: {perCluster: region}');
        return [folder.path];
      },
      /perCluster is no list of paths/,
    ],
  ])('%s is refused', (_what, make, why) => {
    using folder = new TempDir();
    const paths = make(folder);

    expect(() => digestPaths(paths, [])).toThrow(why);
  });
});

describe('.helmignore', () => {
  it.each<[rule: string, ignored: readonly string[], kept: readonly string[]]>([
    ['*.md', ['a.md', 'deep/b.md'], ['a.mdx', 'md']],
    ['/top', ['top'], ['deep/top']],
    ['a/b?', ['a/b1'], ['x/a/b1', 'a/b', 'a/b/1']],
    ['[a-c]x', ['bx', 'd/cx'], ['dx']],
    ['a\\*', ['a*'], ['ab']],
    ['# a', [], ['a', '# a']],
    // Not what Git makes of it: whatever a negated rule does not match is left out.
    ['!*.yaml', ['a.txt'], ['a.yaml']],
  ])('%s', (rule, ignored, kept) => {
    const ignores = helmIgnore(rule);

    expect(ignored.filter((path) => !ignores(path, false))).toEqual([]);
    expect(kept.filter((path) => ignores(path, false))).toEqual([]);
  });

  it('keeps files of the name of a folder that it leaves out', () => {
    const ignores = helmIgnore('build/');

    expect([ignores('build', true), ignores('build', false)]).toEqual([true, false]);
  });
});

describe('tidegate digest', () => {
  test('prints the digest alone, or what it is made of', async () => {
    using folder = new TempDir();
    const file = folder.write('bom.yaml', 'coredns: v1.12.1\n');
    await using plain = await startProcess(process.execPath, { args: [CLI, 'digest', file] });
    await using json = await startProcess(process.execPath, { args: [CLI, 'digest', file, '--json'] });
    await Promise.all([plain.exited, json.exited]);

    // Written down: another form would make every change of every fleet look new.
    expect(plain.stdout).toBe('sha256:34dc314cfe29fb85a487efb3cd996a64d82d8bcdb70de34a16ff79484c0c8190\n');
    expect(JSON.parse(json.stdout)).toEqual({
      digest: plain.stdout.trim(),
      parts: [{ kind: 'file', name: 'bom.yaml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
  });

  test('refuses with a sentence and 64', async () => {
    await using refused = await startProcess(process.execPath, { args: [CLI, 'digest', '/nowhere'] });

    expect((await refused.exited).code).toBe(64);
    expect(refused.stderr).toBe(
      'tidegate: /nowhere is not there; name a chart, a folder or a file [input/digest]\n',
    );
  });
});
