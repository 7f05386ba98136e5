import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { digestPaths } from '../../src/digest/digest-paths.ts';
import { type CommandResult, runCommand } from '../../tools/run-command.ts';
import { TempDir } from '../support/temp-dir.ts';
import { type CallerState, CallerWorld, HOOK_TOKEN } from './caller-world.ts';
import { EXAMPLE_URL } from './contract.ts';

// Callers that run our command, or curl: the commands are those of the examples, run as they stand.

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
const example = (path: string) =>
  readFileSync(new URL(`../../examples/callers/${path}`, import.meta.url), 'utf8');

let world: CallerWorld;
/** One whose hooks tell the digest of charts/bom in the cluster's checkout. */
let digested: CallerWorld;
let folder: TempDir;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = new TempDir();
  world = await CallerWorld.open();
  digested = await CallerWorld.open(
    (cluster) => digestPaths([join(checkoutOf(cluster), 'charts/bom')], []).digest,
  );
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
  await digested[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** A checkout of the repository with the bill of materials of a cluster's change. */
function checkoutOf(cluster: string): string {
  const path = join(folder.path, cluster);
  mkdirSync(join(path, 'charts/bom'), { recursive: true });
  writeFileSync(join(path, 'charts/bom/coredns.yaml'), `change: of ${cluster}\n`);
  return path;
}

const run = (
  command: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
  cwd = folder.path,
) => runCommand(command, args, { cwd, env: { ...environment, ...more }, timeoutMs: 30_000 });

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
  const analyses = parseAllDocuments(example('argo-rollouts/analysis-template-job.yaml'))
    .map((document) => document.toJS() as Template & { readonly kind: string })
    .filter(({ kind }) => kind === 'AnalysisTemplate');
  const provider = analyses[0]?.spec.metrics[0].provider;
  if (provider === undefined) throw new Error('the example has no AnalysisTemplate');
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
      readonly gate: {
        readonly steps: readonly {
          readonly id?: string;
          readonly run?: string;
          readonly env?: Readonly<Record<string, string>>;
        }[];
      };
    };
  }
  const { steps } = (parse(example('github-actions/rollout.yml')) as Workflow).jobs.gate;
  const step = steps.find(({ id }) => id === 'gate')?.run ?? '';
  const command = steps.find(({ id }) => id === 'command');
  const image = command?.env?.['IMAGE'] ?? '';

  /** Runs the step that gets the command, and tells the folder that it adds to PATH; docker runs ours in the image's place. */
  async function pathOfCommand(): Promise<string> {
    const docker = join(folder.path, 'docker');
    const entry = `exec "${process.execPath}" "${CLI}" "$@"`;
    writeFileSync(docker, `#!/bin/sh\nwhile [ "$1" != ${image} ]; do shift; done\nshift\n${entry}\n`);
    chmodSync(docker, 0o755);
    const added = join(folder.path, 'github-path');
    const temp = { RUNNER_TEMP: join(folder.path, 'runner temp'), GITHUB_PATH: added };
    const got = await run('bash', ['-e', '-c', command?.run ?? ''], { ...temp, IMAGE: image });
    expect(got.code, got.stderr).toBe(0);
    return readFileSync(added, 'utf8').trim().split('\n')[0] ?? '';
  }

  test.each([
    ['go', 0, '::notice title=Rollout may go on%3A bom on verified::go (admission/already-verified): '],
    ['hold', 43, '::warning title=Rollout held%3A bom on later::hold (wave/not-ready): '],
    ['halt', 42, '::error title=Rollout halted%3A bom on broken::halt (run/sync-failed): '],
  ] as const)('%s ends the step with %d and tells it', async (state, code, annotation) => {
    const { app, cluster, revision } = digested.change('PreSync', state);
    const path = `${await pathOfCommand()}:${environment['PATH']}`;
    const [output, summary] = [join(folder.path, `${state}.out`), join(folder.path, `${state}.md`)];
    // As the runner does it.
    const shown = {
      ...{ APP: app, CLUSTER: cluster, REVISION: revision, PATH: path, TIDEGATE_URL: digested.url },
      ...{ GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
    };
    const ended = await run('bash', ['-e', '-c', step], shown, checkoutOf(cluster));

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
    const { app, cluster, revision } = digested.change('PreSync', state);
    const shown = { APP: app, CLUSTER: cluster, GIT_COMMIT: revision, TIDEGATE_URL: digested.url };
    const ended = await run('sh', ['-xe', '-c', script], shown, checkoutOf(cluster));

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

  test('with the digest it asks for the change of the hooks', async () => {
    const { app, cluster, revision } = digested.change('PreSync', 'go');
    const change = { APP: app, CLUSTER: cluster, REVISION: revision, TOKEN: HOOK_TOKEN };
    const { digest } = digestPaths([join(checkoutOf(cluster), 'charts/bom')], []);
    const shown = { ...change, TIDEGATE_URL: digested.url, DIGEST: digest };
    const ended = await run('sh', [ask], shown);

    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ reason: 'admission/already-verified', digest });
  });

  test('a refused token and a gate that is away are no go', async () => {
    const change = { APP: 'bom', CLUSTER: 'verified', REVISION: 'rev-verified' };
    const refused = await run('sh', [ask], { ...change, TOKEN: 'guessed' });
    const away = await run('sh', [ask], { ...change, TOKEN: HOOK_TOKEN, TIDEGATE_URL: 'http://127.0.0.1:9' });

    expect([refused.code, refused.stdout]).toEqual([22, expect.stringContaining('identity/refused')]);
    expect(away.code).toBe(7);
  });
});
