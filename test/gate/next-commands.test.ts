import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heldCommands, nextCommands, shellQuote, shortDigest } from '../../src/gate/next-commands.ts';
import { newRun } from '../store/ledger-data.ts';

describe('quoting for a shell', () => {
  test('a real shell gives back what was quoted, and runs nothing', () => {
    const nasty = [
      "it's",
      '$(touch /tmp/x)',
      '`id`',
      'a b',
      '',
      '!',
      '"',
      '\\',
      'a\nb',
      '; rm -rf .',
      '*',
      '~',
    ];
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${nasty.map(shellQuote).join(' ')}`]);

    expect(printed.toString().split('\0').slice(0, -1)).toEqual(nasty);
  });

  test('whatever is quoted is one word', () => {
    const words = fc.sample(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '').toWellFormed()),
      200,
    );
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`]);

    expect(printed.toString().split('\0').slice(0, -1)).toEqual(words);
  });

  test('plain words stay readable', () => {
    expect(shellQuote('https://gate.test/v1/runs/ab12/retry')).toBe('https://gate.test/v1/runs/ab12/retry');
  });
});

describe('the next commands', () => {
  const run = { ...newRun({ digest: 'sha256:AB12cd34ef56789' }), argoApp: "bom's", state: 'halted' as const };

  test('of a halted run: retry, delete the failed soak Job, sync', () => {
    expect(nextCommands(run, 'https://gate.test')).toEqual([
      `tidegate retry ${run.id} --gate-url https://gate.test --reason 'say here why it is safe to try again'`,
      'kubectl --context prod-1 delete job --all-namespaces --selector tidegate.io/app=bom,tidegate.io/digest=ab12cd34ef56',
      `argocd app sync 'bom'\\''s'`,
    ]);
  });

  test('of a go that a person has to acknowledge: to acknowledge it', () => {
    const earned = { ...run, state: 'go' as const, ungated: true };

    expect(nextCommands(earned, 'https://gate.test')).toEqual([
      `tidegate acknowledge ${run.id} --gate-url https://gate.test --reason 'say here why this sync may count as go'`,
    ]);
    expect(nextCommands({ ...earned, decidedBy: 'ada' }, 'https://gate.test')).toEqual([]);
  });

  test('without the name of the Argo CD Application nobody guesses it', () => {
    const { argoApp: _, ...unnamed } = run;

    expect(nextCommands(unnamed, 'https://gate.test')).toHaveLength(2);
  });

  test.each(['asked', 'admitted', 'settling', 'soaking', 'go', 'superseded'] as const)(
    'none for a run that is %s',
    (state) => {
      expect(nextCommands({ ...run, state }, 'https://gate.test')).toEqual([]);
    },
  );

  test('of a held run: what waits for what, after the sync where that is what it waits for', () => {
    const status = 'tidegate status --app bom --gate-url https://gate.test';
    const held = (code: 'wave/not-ready' | 'run/waiting-for-sync') =>
      heldCommands({ ...run, reasons: [{ code, text: 'why' }] }, 'https://gate.test');

    expect(held('wave/not-ready')).toEqual([status]);
    expect(held('run/waiting-for-sync')).toEqual([`argocd app sync 'bom'\\''s'`, status]);
  });

  test.each([
    ['sha256:AB12cd34ef56789', 'ab12cd34ef56'],
    ['v1.2.3+build', 'v1-2-3-build'],
    ['abc', 'abc'],
  ])('%s is %s in a label', (digest, short) => {
    expect(shortDigest(digest)).toBe(short);
  });
});
