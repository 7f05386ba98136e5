import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/argo-cd/report.ts';
import { TempDir } from '../support/temp-dir.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
const GOOD = new URL('../argo-cd/good', import.meta.url).pathname;

function check(args: readonly string[], input = '') {
  return spawnSync(process.execPath, [CLI, 'check', 'argocd', ...args], { input, encoding: 'utf8' });
}

describe('tidegate check argocd', () => {
  test('good settings of a folder end with 0', () => {
    const { status, stdout } = check([GOOD]);
    expect(stdout).toBe(
      '7 objects in 3 files: nothing opens a way around the gate, and nothing ends where nobody asks.\n',
    );
    expect(status).toBe(0);
  });

  test('a rendered chart comes by a pipe; errors end with 1, with the place, the reason and the mend', () => {
    const hooks = readFileSync(`${GOOD}/hooks.yaml`, 'utf8').replace(
      'hook-delete-policy: BeforeHookCreation,HookSucceeded,HookFailed',
      'hook-delete-policy: HookSucceeded',
    );
    const { status, stdout } = check(['-'], hooks);
    expect(stdout).toMatch(
      /^\(standard input\):\d+: error: Job platform-bom-gate-pre-sync: HookSucceeded; BeforeHookCreation and HookFailed are missing {2}\[hook\/delete-policy\]\n {2}A Job .*\n {2}Mend: Write all three/,
    );
    expect(stdout).toMatch(/4 objects in 1 file: 1 error, 0 warnings\.\n$/);
    expect(status).toBe(1);
  });

  test('as JSON; a warning alone ends with 0', () => {
    const hooks = readFileSync(`${GOOD}/hooks.yaml`, 'utf8').replaceAll(/@sha256:[0-9a-f]+/g, ':1.0');
    const { status, stdout } = check(['--json', '-'], hooks);
    const { findings, objects } = JSON.parse(stdout) as CheckReport;
    expect(objects).toBe(4);
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(
      Array(3).fill('warning call/image'),
    );
    expect(status).toBe(0);
  });

  test('a waiting hook is compared with the policies of a configuration', () => {
    using folder = new TempDir();
    const config = folder.write(
      'tidegate.yaml',
      `
sources: [{name: main, kind: prometheus, url: "http://127.0.0.1:9", scrapeInterval: 30s}]
fleet: {clusters: [{name: prod-1, wave: prod, class: standard, region: eu-central-1, source: main}]}
waves: [{name: prod, policy: strict}]
apps: [{name: platform-bom, components: [dns]}]
`,
    );
    const hooks = readFileSync(`${GOOD}/hooks.yaml`, 'utf8').replace('--mode=register', '--max-wait=5m');
    const { status, stdout } = check(['--config', config, '-'], hooks);
    expect(stdout).toMatch(/it waits 300 s, settling and soak may take \d{5} s {2}\[hook\/short-wait\]/);
    expect(status).toBe(1);
  });

  test('what is no manifest is told, and nothing checked is not good', () => {
    using folder = new TempDir();
    folder.write('Chart.yaml', 'name: bom\n');
    const chart = check([folder.path]);
    expect(chart.stderr).toContain(`helm template ${folder.path} | tidegate check argocd -`);
    expect(chart.stderr).toContain('[input/no-manifests]');
    expect(chart.status).toBe(64);
    expect(check(['/no/such/file']).stderr).toContain('there is no such file or folder');
    const torn = check(['-'], 'kind: [\n');
    expect(torn.stdout).toMatch(/^\(standard input\):\d: error: /);
    expect(torn.status).toBe(1);
  });
});
