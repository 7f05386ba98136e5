import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { githubReport, reportToGitHub } from '../../src/cli/github-report.ts';
import type { Answer } from '../../src/gate/use-cases.ts';
import type { HookResult } from '../../src/hook/run-hook.ts';
import { TempDir } from '../support/temp-dir.ts';

const ANSWER: Answer = {
  verdict: 'halt',
  reason: 'regression/dns-latency',
  reasons: [{ code: 'regression/dns-latency', text: '100 % of queries\nare slow: 145 of 18,987.' }],
  runId: 'r1',
  attempt: 1,
  phase: 'PostSync',
  app: 'bom',
  cluster: 'prod-1',
  wave: 'prod',
  digest: 'sha256:1',
  state: 'halted',
  since: '2026-11-23T12:00:00.000Z',
  whoCanAct: 'a person',
  settle: { done: 1, total: 1 },
  soak: { elapsedSeconds: 60, minSeconds: 600, maxSeconds: 3600 },
  retryAfterSeconds: 0,
  evidenceUrl: 'https://gate.example.com/runs/r1',
  next: ['tidegate retry r1 --reason "..."'],
};
const HALTED: HookResult = { end: 'halt', text: 'halt', answer: ANSWER };

test('a halt is an error with a title, escaped as the runner reads it', () => {
  expect(githubReport(HALTED).annotation).toBe(
    '::error title=Rollout halted%3A bom on prod-1::halt (regression/dns-latency): 100 %25 of queries%0Aare slow: 145 of 18,987. Since 2026-11-23 12:00 UTC. Who can act: a person. https://gate.example.com/runs/r1',
  );
});

test('no text makes a second output, and the summary tells what to do', () => {
  const { outputs, summary } = githubReport(HALTED);

  expect(outputs.split('\n').map((line) => line.split('=')[0])).toEqual([
    'verdict',
    'reason',
    'url',
    'text',
    '',
  ]);
  expect(outputs).toContain(
    'verdict=halt\nreason=regression/dns-latency\nurl=https://gate.example.com/runs/r1\n',
  );
  expect(summary).toMatch(
    /^### Rollout halted: bom on prod-1\n\n[\s\S]*```sh\ntidegate retry r1 --reason "\.\.\."\n```\n/,
  );
});

test.each([
  ['hold', '::warning title=Rollout held::'],
  ['no-answer', '::error title=No answer from the gate::'],
  ['identity-refused', '::error title=The gate refused the identity::'],
  ['go', '::notice title=Rollout may go on::'],
] as const)('%s without an answer begins with %s', (end, begin) => {
  const { annotation, outputs } = githubReport({ end, text: 'why' });

  expect(annotation).toBe(`${begin}why`);
  expect(outputs).toBe(`verdict=${end}\nreason=${end}\nurl=\ntext=why\n`);
});

test('files are appended to inside GitHub Actions only, and one that can not be written is told', () => {
  using folder = new TempDir();
  const [summary, missing] = [`${folder.path}/summary.md`, `${folder.path}/none/output`];
  writeFileSync(summary, 'before\n');
  const lines: string[] = [];
  const files = { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: missing };
  reportToGitHub(HALTED, files, (line) => lines.push(line));
  expect(lines).toEqual([]);

  reportToGitHub(HALTED, { ...files, GITHUB_ACTIONS: 'true' }, (line) => lines.push(line));

  expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### Rollout halted/);
  expect(lines).toEqual([
    expect.stringMatching(/^::error title=/),
    expect.stringMatching(/^GITHUB_OUTPUT: ENOENT/),
  ]);
});
