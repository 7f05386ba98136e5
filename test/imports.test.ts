import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = new URL('../src/', import.meta.url).pathname;

/** Which rooms (or single files) a room may import from; its own is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  promql: ['domain'],
  catalogue: ['domain', 'promql'],
  render: ['domain', 'promql', 'catalogue'],
  probe: ['domain', 'promql', 'catalogue'],
  digest: ['domain'],
  publish: ['domain', 'render'],
  sources: ['domain', 'promql', 'simulator'],
  judge: ['domain'],
  gate: ['domain', 'judge', 'sources/signal-source.ts', 'sources/minutes.ts'],
  store: ['domain', 'gate/ports.ts', 'gate/audit.ts', 'gate/run-times.ts'],
  http: ['domain', 'gate', 'identity', 'telemetry', 'judge/judge-input.ts'],
  identity: ['domain'],
  // The exit codes that a Job must fail with at once.
  'argo-cd': ['domain', 'hook/exit-codes.ts'],
  hook: ['domain', 'gate/use-cases.ts', 'gate/ports.ts', 'gate/answer-text.ts'],
  kubernetes: ['domain'],
  simulator: ['domain'],
  telemetry: ['domain', 'gate', 'sources/signal-source.ts'],
  // `http/schema-problems.ts` puts a schema's complaints into words, for bodies and files alike.
  config: ['domain', 'catalogue', 'gate', 'identity', 'telemetry', 'http/schema-problems.ts'],
};

/** Rooms that know everything. */
const COMPOSITION = ['cli', 'index.ts'];

/** Rooms without clock, environment, network and file system, and the packages they may use. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  promql: [],
  catalogue: [],
  probe: [],
  judge: [],
  render: ['yaml', '@grafana/grafana-foundation-sdk'],
  simulator: [],
  'argo-cd': ['yaml'],
};

/** What a pure room must not even name. */
const IMPURE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bfetch\(/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort();

/** A source's text without comments, so that a sentence about a clock is not a clock. */
function codeOf(path: string): string {
  return readFileSync(join(SRC, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

function importsOf(path: string): readonly string[] {
  const statements = codeOf(path).matchAll(/^(?:import|export)\s(?:[^'";=(]*?\bfrom\s*)?'([^']+)'/gm);
  const lazy = codeOf(path).matchAll(/\bimport\('([^']+)'\)/g);
  return [...statements, ...lazy].map(([, name]) => name ?? '');
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

describe('directions of imports', () => {
  it('every room is in the table', () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT) && !COMPOSITION.includes(room))).toEqual([]);
  });

  it.each(files)('%s imports only what its room may know', (path) => {
    const room = roomOf(path);
    if (COMPOSITION.includes(room)) return;
    const breaches = importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(SRC, join(SRC, dirname(path), name)))
      .filter((target) => roomOf(target) !== room)
      .filter(
        (target) =>
          !(MAY_IMPORT[room] ?? []).some((allowed) => target === allowed || roomOf(target) === allowed),
      );
    expect(breaches).toEqual([]);
  });

  it.each(files.filter((path) => roomOf(path) in PURE))('%s is pure', (path) => {
    const packages = importsOf(path).filter((name) => !name.startsWith('.'));
    const allowed = PURE[roomOf(path)] ?? [];
    expect(
      packages.filter((name) => !allowed.some((known) => name === known || name.startsWith(`${known}/`))),
    ).toEqual([]);
    expect(IMPURE.exec(codeOf(path))?.[0]).toBeUndefined();
  });

  it('only the configuration reads the environment, and only the command line ends the process', () => {
    const readers = files.filter((path) => /process\.env/.test(codeOf(path)));
    expect(readers.filter((path) => !['config', 'cli'].includes(roomOf(path)))).toEqual([]);
    const enders = files.filter((path) => /process\.exit(Code\b|\()/.test(codeOf(path)));
    expect(enders.filter((path) => roomOf(path) !== 'cli')).toEqual([]);
  });

  it('no room is called utils, helpers, common or core, and nothing has a default export', () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|common|core|misc)(\/|\.ts)/.test(path))).toEqual(
      [],
    );
    expect(files.filter((path) => /^export default/m.test(codeOf(path)))).toEqual([]);
  });
});
