import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CommandResult, runCommand } from '../../tools/run-command.ts';
import { TempDir } from '../support/temp-dir.ts';
import { type CallerState, CallerWorld, HOOK_TOKEN } from './caller-world.ts';
import { EXAMPLE_URL } from './contract.ts';

// Callers that run our command, or curl: the commands are those of the examples, run as they stand.

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
const example = (path: string) =>
  readFileSync(new URL(`../../examples/callers/${path}`, import.meta.url), 'utf8');

let world: CallerWorld;
let folder: TempDir;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await CallerWorld.open();
  folder = new TempDir();
  const command = join(folder.path, 'tidegate');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(command, 0o755);
  const token = join(folder.path, 'token');
  writeFileSync(token, HOOK_TOKEN);
  environment = {
    PATH: `${folder.path}:${process.env['PATH']}`,
    TIDEGATE_URL: world.url,
    TIDEGATE_TOKEN_FILE: token,
    // Nobody waits for a clock that stands still.
    MAX_WAIT: '0s',
  };
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const run = (command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runCommand(command, args, { env: { ...environment, ...more }, timeoutMs: 30_000 });

describe('Argo Rollouts: a metric of the provider job', () => {
  interface Template {
    readonly spec: {
      readonly metrics: readonly [{ readonly provider: { readonly job: { readonly spec: Job } } }];
    };
  }
  interface Job {
    readonly podFailurePolicy: {
      readonly rules: readonly {
        readonly action: string;
        readonly onExitCodes?: { readonly values: readonly number[] };
      }[];
    };
    readonly template: {
      readonly spec: { readonly containers: readonly [{ readonly args: readonly string[] }] };
    };
  }
  const [{ provider }] = (parse(example('argo-rollouts/analysis-template-job.yaml')) as Template).spec
    .metrics;
  const { podFailurePolicy, template } = provider.job.spec;

  function hook(state: CallerState, more: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    const { app, cluster, revision } = world.change('PostSync', state);
    const values = { app, cluster, revision, 'max-wait': '0s' };
    const args = template.spec.containers[0].args.map((arg) =>
      Object.entries({ ...values, ...more })
        .reduce((text, [name, value]) => text.replaceAll(`{{args.${name}}}`, value), arg)
        .replace(EXAMPLE_URL, more['url'] ?? world.url)
        .replace(
          '/var/run/secrets/tidegate/token',
          more['token'] ?? environment['TIDEGATE_TOKEN_FILE'] ?? '',
        ),
    );
    return run('tidegate', args);
  }
  /** By Kubernetes' rules: 0 completes the Job, FailJob fails it at once, anything else is tried again. */
  function jobAfter(code: number | null): 'Complete' | 'Failed' | 'tried again' {
    if (code === 0) return 'Complete';
    const isFinal = podFailurePolicy.rules.some(
      ({ action, onExitCodes }) =>
        action === 'FailJob' && onExitCodes?.values.some((value) => value === code),
    );
    return isFinal ? 'Failed' : 'tried again';
  }

  test.each([
    ['go', 0, 'Complete'],
    ['hold', 43, 'Failed'],
    ['halt', 42, 'Failed'],
    ['inconclusive', 46, 'Failed'],
  ] as const)('%s ends with %d: %s', async (state, code, job) => {
    const ended = await hook(state);

    expect(ended.code, ended.stderr).toBe(code);
    expect(jobAfter(ended.code)).toBe(job);
  });

  test('a refused token fails it, a gate that is away does not', async () => {
    const wrong = join(folder.path, 'wrong');
    writeFileSync(wrong, 'guessed');
    const [refused, away] = await Promise.all([
      hook('go', { token: wrong }),
      hook('go', { url: 'http://127.0.0.1:9' }),
    ]);

    expect([refused.code, jobAfter(refused.code)]).toEqual([45, 'Failed']);
    expect([away.code, jobAfter(away.code)]).toEqual([44, 'tried again']);
  });
});

describe('GitHub Actions', () => {
  interface Workflow {
    readonly jobs: {
      readonly gate: { readonly steps: readonly { readonly id?: string; readonly run: string }[] };
    };
  }
  const { steps } = (parse(example('github-actions/rollout.yml')) as Workflow).jobs.gate;
  const step = steps.find(({ id }) => id === 'gate')?.run ?? '';

  test.each([
    ['go', 0, '::notice title=Rollout may go on%3A bom on verified::go (admission/already-verified): '],
    ['hold', 43, '::warning title=Rollout held%3A bom on later::hold (wave/not-ready): '],
    ['halt', 42, '::error title=Rollout halted%3A bom on broken::halt (run/sync-failed): '],
  ] as const)('%s ends the step with %d and tells it', async (state, code, annotation) => {
    const { app, cluster, revision } = world.change('PreSync', state);
    const [output, summary] = [join(folder.path, `${state}.out`), join(folder.path, `${state}.md`)];
    // As the runner does it.
    const ended = await run('bash', ['-e', '-c', step], {
      ...{ APP: app, CLUSTER: cluster, REVISION: revision },
      ...{ GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
    });

    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).toContain(annotation);
    expect(readFileSync(output, 'utf8')).toMatch(
      new RegExp(`^verdict=${state}\\nreason=.+\\nurl=http.+\\ntext=.+\\n$`),
    );
    expect(readFileSync(summary, 'utf8')).toMatch(/^### Rollout .*: bom on /);
  });
});

describe('Jenkins', () => {
  const file = example('jenkins/Jenkinsfile');
  const script =
    /sh\(returnStatus: true, script: '''(?<text>[\s\S]*?)'''\)/.exec(file)?.groups?.['text'] ?? '';
  const unstable = Number(/code == (?<code>\d+)\) \{\s*unstable\(/.exec(file)?.groups?.['code']);
  const resultOf = (code: number | null) =>
    code === 0 ? 'SUCCESS' : code === unstable ? 'UNSTABLE' : 'FAILURE';

  test.each([
    ['go', 'SUCCESS'],
    ['hold', 'UNSTABLE'],
    ['halt', 'FAILURE'],
  ] as const)('%s is %s', async (state, result) => {
    const { app, cluster, revision } = world.change('PreSync', state);
    const ended = await run('sh', ['-xe', '-c', script], {
      APP: app,
      CLUSTER: cluster,
      GIT_COMMIT: revision,
    });

    expect(resultOf(ended.code), ended.stderr).toBe(result);
  });
});

describe.skipIf(spawnSync('curl', ['--version']).status !== 0)('curl, where it is installed', () => {
  const ask = new URL('../../examples/callers/curl/ask.sh', import.meta.url).pathname;

  test.each([
    ['PreSync', 'go', 0, '{"verdict":"go","reason":"admission/already-verified"'],
    ['PreSync', 'hold', 22, '{"verdict":"hold","reason":"wave/not-ready"'],
    ['PreSync', 'halt', 22, '{"verdict":"halt",'],
    ['PostSync', 'inconclusive', 22, '{"verdict":"inconclusive",'],
  ] as const)('%s, %s ends with %d', async (phase, state, code, begin) => {
    const { app, cluster, revision } = world.change(phase, state);
    const change = { APP: app, CLUSTER: cluster, REVISION: revision, PHASE: phase };
    const ended = await run('sh', [ask], { ...change, TOKEN: HOOK_TOKEN });

    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stdout.slice(0, begin.length)).toBe(begin);
  });

  test('a refused token and a gate that is away are no go', async () => {
    const change = { APP: 'bom', CLUSTER: 'verified', REVISION: 'rev-verified' };
    const refused = await run('sh', [ask], { ...change, TOKEN: 'guessed' });
    const away = await run('sh', [ask], { ...change, TOKEN: HOOK_TOKEN, TIDEGATE_URL: 'http://127.0.0.1:9' });

    expect([refused.code, refused.stdout]).toEqual([22, expect.stringContaining('identity/refused')]);
    expect(away.code).toBe(7);
  });
});
