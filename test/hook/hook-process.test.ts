import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedGate } from './scripted-gate.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

const startHook = (args: readonly string[]) =>
  startProcess(process.execPath, { args: [CLI, 'hook', ...args] });
const common = (url: string) => ['--app', 'a', '--cluster', 'c', '--revision', 'r', '--gate-url', url];

describe('the hook as a process', () => {
  it.each([
    ['go', 0],
    ['halt', 42],
    ['inconclusive', 46],
  ] as const)('%s is exit code %d, and the answer is on stdout', async (verdict, code) => {
    await using gate = await ScriptedGate.start([{ answer: { verdict } }]);
    await using hook = await startHook(['post-sync', ...common(gate.url), '--json']);

    expect((await hook.exited).code).toBe(code);
    expect(JSON.parse(hook.stdout)).toMatchObject({ end: verdict, answer: { verdict } });
  });

  it('of phase SyncFail ends with 0 when the gate has noted the failure, whatever follows from it', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'halt', reason: 'run/sync-failed' } }]);
    await using hook = await startHook(['sync-fail', ...common(gate.url)]);

    expect((await hook.exited).code).toBe(0);
    expect(gate.seen[0]?.ask).toMatchObject({ phase: 'SyncFail' });
    expect(hook.stdout.split('\n')).toEqual([
      expect.stringContaining('the failed sync is noted: halt (run/sync-failed)'),
      'Since 2026-11-23T12:00:00.000Z. Who can act: nobody has to: the gate decides.',
      'Evidence: http://127.0.0.1/runs/r1',
      '',
    ]);
  });

  it('leaves reason, since when, who can act and the link for the pod’s status', async () => {
    using folder = new TempDir();
    const file = folder.write('termination-log', '');
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'halt', reason: 'alert/firing' } }]);
    await using hook = await startHook(['pre-sync', ...common(gate.url), '--termination-log', file]);
    await hook.exited;

    expect(readFileSync(file, 'utf8')).toBe(
      'halt (alert/firing): The gate is gathering evidence. Since 2026-11-23 12:00 UTC. Who can act: nobody has to: the gate decides. http://127.0.0.1/runs/r1',
    );
  });

  it('ends with its verdict where the message can’t be left, and says so', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    await using hook = await startHook(['pre-sync', ...common(gate.url), '--termination-log', '/none/log']);

    expect((await hook.exited).code).toBe(0);
    expect(hook.stderr).toContain('--termination-log /none/log: ENOENT');
  });

  it('tells its wait as a story, each line with its time', async () => {
    await using gate = await ScriptedGate.start([{ answer: {} }, { answer: { verdict: 'go' } }]);
    await using hook = await startHook(['post-sync', ...common(gate.url), '--digest', 'sha256:ab']);
    await hook.exited;

    const [first, second] = hook.stderr.split('\n');
    expect(first).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ PostSync of a on c, sha256:ab, revision r: asking http:/,
    );
    expect(second).toMatch(
      /^[\dT:-]+Z hold \(run\/soaking\) \[soak 1 of 10 to 60 min\]: The gate is gathering/,
    );
  });

  it('of a soak asks for nothing, and ends with the verdict', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'halt' } }]);
    const flags = ['--app', 'a', '--cluster', 'c', '--digest', 'sha256:ab', '--gate-url', gate.url];
    await using hook = await startHook(['soak', ...flags]);

    expect((await hook.exited).code).toBe(42);
    expect(gate.seen).toEqual([
      expect.objectContaining({
        method: 'GET',
        query: { app: 'a', cluster: 'c', digest: 'sha256:ab', wait: '45' },
      }),
    ]);
  });

  it('a gate that is not there is exit code 44', async () => {
    await using hook = await startHook(['pre-sync', ...common('http://127.0.0.1:9'), '--max-wait', '1s']);

    expect((await hook.exited).code).toBe(44);
    expect(hook.stdout).toContain("can't be reached");
  });

  it.each([
    ['a missing flag', ['pre-sync', '--app', 'a']],
    ['a strange phase', ['mid-sync']],
    ['a wait without a unit', ['pre-sync', ...common('http://127.0.0.1:9'), '--max-wait', '90']],
    ['an address that is none', ['pre-sync', ...common('gate')]],
    ['an address that is not of HTTP', ['pre-sync', ...common('ftp://127.0.0.1:9')]],
    ['a change of something unknown', ['pre-sync', ...common('http://127.0.0.1:9'), '--change', 'coffee=2']],
    ['a release that is none', ['pre-sync', ...common('http://127.0.0.1:9'), '--change', 'kubernetes=new']],
    ['an unknown component', ['pre-sync', ...common('http://127.0.0.1:9'), '--components', 'dns,coffee']],
  ])('%s is exit code 64', async (_name, args) => {
    await using hook = await startHook(args);

    expect((await hook.exited).code).toBe(64);
    expect(hook.stderr).not.toContain('at ');
  });

  it('tells what the change touches and brings', async () => {
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    const change = [
      '--components',
      'nodes',
      '--change',
      'kubernetes=1.35, nodes=1.51.0,addon/vpc-cni=v1.20.1',
    ];
    await using hook = await startHook(['pre-sync', ...common(gate.url), ...change]);
    await hook.exited;

    expect(gate.seen[0]?.ask).toMatchObject({
      change: {
        components: ['nodes'],
        kubernetes: '1.35',
        nodes: '1.51.0',
        addons: { 'vpc-cni': 'v1.20.1' },
      },
    });
  });

  it('SIGTERM ends a wait with 44, so that the Job is tried again', async () => {
    await using gate = await ScriptedGate.start(['never']);
    await using hook = await startHook(['post-sync', ...common(gate.url)]);
    await waitFor('the hook’s request', () => gate.seen.length > 0);
    hook.signal('SIGTERM');

    expect((await hook.exited).code).toBe(44);
  });

  it('sends the token of the file', async () => {
    using folder = new TempDir();
    const file = folder.write('token', 'secret\n');
    writeFileSync(file, 'replaced\n');
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    await using hook = await startHook(['pre-sync', ...common(gate.url), '--token-file', file]);
    await hook.exited;

    expect(gate.seen[0]?.authorization).toBe('Bearer replaced');
  });

  it.each([
    ['is missing', undefined, "can't be read (ENOENT)"],
    ['is empty', ' \n', 'is empty'],
    ['holds two lines', 'open-sesame\nand-more', 'holds more than one word'],
  ])('a token file that %s is named, and its text never told', async (_name, text, why) => {
    using folder = new TempDir();
    const file = text === undefined ? `${folder.path}/none` : folder.write('token', text);
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    const args = ['pre-sync', ...common(gate.url), '--token-file', file, '--max-wait', '1s'];
    await using hook = await startHook(args);

    expect((await hook.exited).code).toBe(44);
    expect(hook.stdout).toContain(`nothing was asked: --token-file ${file}: ${why}`);
    expect(hook.stdout + hook.stderr).not.toContain('sesame');
    expect(gate.seen).toEqual([]);
  });
});
