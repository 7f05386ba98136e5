import { describe, expect, test } from 'vitest';
import type { RolloutList } from '../../src/cli/status/read-rollouts.ts';
import { ago, statusText } from '../../src/cli/status/status-text.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const list = (...rollouts: RolloutList['rollouts']): RolloutList => ({
  at: new Date(NOW).toISOString(),
  rollouts,
  freezes: [],
});
const before = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const HALTED: RolloutList['rollouts'][number] = {
  app: 'platform-bom',
  digest: 'sha256:4f1c2ab0aaaaaaaaaaaaaaaaaaaaaa',
  revision: '4f1c2ab',
  mode: 'enforce',
  status: 'halted',
  startedAt: before(90),
  since: before(12),
  notes: [],
  url: 'http://gate/rollouts/platform-bom/sha256%3A4f',
  waves: [
    {
      name: 'sandbox',
      status: 'complete',
      clusters: [{ name: 's-1', state: 'go', verdict: 'go' }],
      since: before(70),
      next: [],
    },
    { name: 'canary', status: 'skipped', clusters: [], next: [] },
    {
      name: 'production',
      status: 'halted',
      clusters: [
        { name: 'p-1', state: 'halted', verdict: 'halt' },
        { name: 'p-2', state: 'go', verdict: 'go' },
      ],
      waitsFor: 'p-1 is halted: DNS is slow',
      since: before(12),
      whoCanAct: 'a person: another digest, a retry or an override (platform)',
      next: ['argocd app sync bom-p-1'],
    },
  ],
};

test('a rollout is a table of its waves, with who can act and the command that moves it', () => {
  expect(statusText(list(HALTED))).toBe(`HALTED for 12 min: platform-bom sha256:4f1c2ab0aaaa
  WAVE        STATUS    GO   FOR     WAITS FOR
  sandbox     complete  1/1  1 h
  canary      skipped   -    -
  production  halted    1/2  12 min  p-1 is halted: DNS is slow
  who:  a person: another digest, a retry or an override (platform)
  next: argocd app sync bom-p-1
  see:  http://gate/rollouts/platform-bom/sha256%3A4f
`);
});

test('what is not protected or superseded says so', () => {
  const text = statusText(
    list({
      ...HALTED,
      notProtected: 'it is in observe mode',
      supersededBy: 'sha256:bb',
      status: 'superseded',
    }),
  );

  expect(text).toContain('SUPERSEDED for 12 min: platform-bom sha256:4f1c2ab0aaaa  (not protected)\n');
  expect(text).toContain('  after it came sha256:bb\n');
  expect(text).toContain('  not protected: it is in observe mode\n');
  expect(text).not.toContain('who:');
});

test('nothing from elsewhere moves the cursor of the terminal', () => {
  const text = statusText(list({ ...HALTED, app: 'a\u001b[2Jb\nc\u009bd' }));

  expect(text).toContain('a [2Jb c d ');
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('no rollouts are told in words', () => {
  expect(statusText(list())).toBe('No rollouts: nobody has asked for a change yet.\n');
});

describe('how long ago', () => {
  test.each([
    [0, '0 s'],
    [59 / 60, '59 s'],
    [1, '1 min'],
    [59.9, '59 min'],
    [60, '1 h'],
    [1_439, '23 h'],
    [1_440, '1 d'],
    [-5, '0 s'],
  ])('%d minutes are %s', (minutes, text) => {
    expect(ago(before(minutes), NOW)).toBe(text);
  });
});
