import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../tools/run-command.ts';
import { startProcess } from '../support/process.ts';
import { type Replayed, replayDockerfile } from '../support/replay-dockerfile.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith, toolPath } from '../support/tool.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** Whether this machine lets us make a namespace of processes. */
const canContain = await runCommand('unshare', ['--pid', '--fork', 'true']).then(
  ({ code }) => code === 0,
  () => false,
);

describeWith(['hadolint'], 'the Dockerfile', () => {
  test('has nothing that hadolint knows better', async () => {
    const { stdout } = await runCommand(toolPath('hadolint'), ['--no-color', join(ROOT, 'Dockerfile')]);
    expect(stdout).toBe('');
  });
});

describe('the image, as folders', () => {
  const dir = new TempDir();
  let image: Replayed;
  beforeAll(async () => {
    chmodSync(dir.path, 0o755);
    image = await replayDockerfile(text, { context: ROOT, into: dir.path, run });
  }, 180_000);
  afterAll(() => dir[Symbol.dispose]());

  /** The entry point with the stage's folder in the root's place and our Node in the image's. */
  const command = (...args: string[]) => {
    const [node, ...script] = image.entrypoint;
    expect(node).toBe('/nodejs/bin/node');
    return [...script.map((path) => join(image.root, path)), ...args];
  };
  /** As the container's user, and as process 1 of a namespace of its own; only root can do that to a process. */
  const contained = (...args: string[]): readonly [string, string[]] => {
    const [uid, gid] = image.user.split(':').map(Number);
    expect(uid).toBeGreaterThan(0);
    if (!canContain) return [process.execPath, command(...args)];
    const box = ['--pid', '--fork', '--kill-child', `--setgid=${gid}`, `--setuid=${uid}`];
    return ['unshare', [...box, process.execPath, ...command(...args)]];
  };

  test('takes what .dockerignore lets through, and that lets nothing else through', () => {
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    expect(new Set(rules.slice(1))).toEqual(new Set(image.taken.map((path) => `!${path.replace('./', '')}`)));
  });

  test('holds the built command, what it depends on, and no tool of the build', () => {
    const app = join(image.root, 'app');
    expect(readdirSync(app).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json', 'runbooks']);
    const modules = readdirSync(join(app, 'node_modules'));
    expect(modules).toContain('express');
    for (const tool of ['typescript', 'vitest', 'node', '.bin']) expect(modules).not.toContain(tool);
  });

  test('its entry point is gate and hook', async () => {
    const told = await runCommand(process.execPath, command('--version'));
    expect(told).toMatchObject({ code: 0, stdout: `${version}\n` });
    const hook = await runCommand(process.execPath, command('hook', '--help'));
    expect(hook.stdout).toMatch(/pre-sync/);
  });

  test('the gate starts in it as a user who can write nowhere but to the volume, and ends at SIGTERM', async () => {
    using work = new TempDir();
    chmodSync(work.path, 0o755);
    const ledger = join(work.path, 'ledger');
    mkdirSync(ledger);
    const [uid = 0, gid = 0] = image.user.split(':').map(Number);
    if (canContain) chownSync(ledger, uid, gid);
    const config = work.write(
      'config/tidegate.yaml',
      `gate: {readers: public, store: {sqlite: ${ledger}/ledger.sqlite}}
sources: [{name: main, kind: prometheus, url: 'http://127.0.0.1:9'}]
fleet: {clusters: [{name: prod-1, wave: prod, class: large, region: eu-west-1, source: main}]}
waves: [{name: prod, policy: strict}]
apps: [{name: bom, components: [dns]}]
`,
    );
    const before = filesBelow(join(image.root, 'app'));
    const [program, args] = contained('serve', `--config=${config}`);
    await using gate = await startProcess(program, {
      args,
      env: { TIDEGATE_LISTEN: '127.0.0.1:0', HOME: '/nonexistent' },
      cwd: join(image.root, 'app'),
    });
    const line = await gate.waitForLine(/the gate listens/, { timeoutMs: 60_000 });
    const { url } = JSON.parse(line) as { url: string };
    const runbook = await fetch(`${url}/runbooks/NodeNotReady`);
    expect(runbook.status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    process.kill(canContain ? onlyChildOf(gate.pid) : gate.pid, 'SIGTERM');
    expect(await gate.exited).toEqual({ code: 0, signal: null });
    expect(filesBelow(join(image.root, 'app'))).toEqual(before);
  }, 90_000);
});

/** What the build's commands do, without a network: the checkout's own packages in the place of the registry's. */
async function run(command: string, folder: string): Promise<void> {
  const modules = join(ROOT, 'node_modules');
  if (command === 'npm ci') return symlinkSync(modules, join(folder, 'node_modules'));
  if (command === 'npm ci --omit=dev') return linkPackages(folder);
  if (command !== 'npm run build') throw new Error(`the test does not know what "RUN ${command}" would do`);
  const { code, stdout, stderr } = await runCommand('npm', ['run', 'build'], { cwd: folder });
  if (code !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: true; readonly devOptional?: true }>>;
}

/** The packages of the lock file that are not for development only, hard-linked. */
async function linkPackages(folder: string): Promise<void> {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
  const wanted = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path]) => path)
    // What lies in another package comes along with it; packages of other platforms are in the lock file only.
    .filter((path) => path.lastIndexOf('node_modules/') === 0 && existsSync(join(ROOT, path)));
  const { code, stderr } = await runCommand('cp', ['-al', '--parents', ...wanted, folder], { cwd: ROOT });
  if (code !== 0) throw new Error(`the packages could not be linked: ${stderr}`);
}

/** The process in a new namespace, by its number outside of it. */
function onlyChildOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  expect(children).toHaveLength(1);
  return children[0] ?? 0;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
