import { describe, expect, test } from 'vitest';
import { World } from '../gate/support/world.ts';
import { startApp } from '../http/start-app.ts';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

/** Runs a command to its end. */
async function tidegate(...args: readonly string[]) {
  await using command = await startProcess(process.execPath, { args: [CLI, ...args] });
  const { code } = await command.exited;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

describe("a person's words as commands", () => {
  test('freeze, status and thaw', async () => {
    // The command counts the hours by the clock of its machine.
    await using world = await World.open({ startAt: Date.now() });
    await using app = await startApp({ gate: world.gate, now: () => world.clock.now() });
    const gate = ['--gate-url', app.url];

    const frozen = await tidegate(
      'freeze',
      '--cluster',
      'a-1',
      '--for',
      '2h',
      '--reason',
      'a bank holiday',
      ...gate,
    );
    expect(frozen).toMatchObject({ code: 0, stderr: '' });
    expect(frozen.stdout).toMatch(/^Frozen until .*: cluster a-1 \(freeze [0-9a-f]{10}\)/);
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold', reason: 'freeze/active' });
    const [{ id = '' } = {}] = await world.gate.freezes();

    const status = await tidegate('status', ...gate);
    expect(status.stdout).toContain(`cluster a-1, by loopback, until`);
    expect(status.stdout).toContain(`a bank holiday (tidegate thaw ${id})`);
    expect(status.stdout).toContain(`next: tidegate thaw ${id}`);

    const thawed = await tidegate('thaw', id, '--reason', 'it is over', ...gate);
    expect(thawed).toMatchObject({ code: 0, stdout: 'Thawed: cluster a-1.\n' });
    const again = await tidegate('thaw', id, '--reason', 'once more', ...gate);
    expect(again.code).toBe(64);
    expect(again.stderr).toContain('[freeze/unknown]');
  });

  test('override, acknowledge and retry', async () => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });
    const say = (...args: string[]) =>
      tidegate(...args, '--gate-url', app.url, '--actor', 'ada', '--reason', "it's fine");
    const { runId } = await world.ask('PreSync');

    const nothing = await say('acknowledge', runId);
    expect(nothing).toMatchObject({ code: 1, stdout: '' });
    expect(nothing.stderr).toContain('[run/nothing-to-acknowledge]');
    const halted = await say('override', runId, 'halt');
    expect(halted).toMatchObject({ code: 0 });
    expect(halted.stdout).toContain(
      `bom on a-1 is halted (attempt 1, run ${runId}): ada decided halt: it's fine`,
    );
    expect(JSON.parse((await say('acknowledge', runId, '--json')).stdout)).toMatchObject({
      acknowledgedBy: 'ada',
    });
    expect((await say('retry', runId)).stdout).toContain('ada asked for attempt 2');
  });

  test('adopt: one place, or a file of them', async () => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });
    using folder = new TempDir();
    const gate = ['--gate-url', app.url, '--reason', 'first install'];
    const one = await tidegate('adopt', '--app', 'bom', '--cluster', 'a-1', '--revision', 'r0', ...gate);
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('bom on a-1: r0 (run ') });
    const file = folder.write(
      'places.json',
      JSON.stringify([{ app: 'bom', cluster: 'a-2', revision: 'r0', digest: 'd0' }]),
    );
    expect(await tidegate('adopt', '--file', file, ...gate)).toMatchObject({ code: 0 });

    const broken = folder.write('broken.json', '[');
    expect(await tidegate('adopt', '--file', broken, ...gate)).toMatchObject({ code: 64 });
    const half = await tidegate('adopt', '--app', 'bom', ...gate);
    expect(half.stderr).toContain('name --app, --cluster and --revision, or --file alone');
  });

  test.each<[string, readonly string[], number, string]>([
    ['without a reason', ['thaw', 'x'], 64, '--reason'],
    ['with an empty reason', ['thaw', 'x', '--reason', ' '], 64, 'a sentence that says why'],
    [
      'of two scopes',
      ['freeze', '--fleet', '--app', 'bom', '--reason', 'x'],
      64,
      '--fleet and --app are both given',
    ],
    ['of no scope', ['freeze', '--reason', 'x'], 64, 'nothing is named'],
    [
      'with an end in the past',
      ['freeze', '--fleet', '--until', '2020-01-01T00:00:00Z', '--reason', 'x'],
      64,
      '[freeze/expired]',
    ],
    [
      'with a length that is none',
      ['freeze', '--fleet', '--for', '2 hours', '--reason', 'x'],
      64,
      'such as 90m',
    ],
    ['of a verdict that is none', ['override', 'x', 'maybe', '--reason', 'x'], 64, 'go, halt'],
    ['of a run that is not there', ['retry', 'nobody', '--reason', 'x'], 64, '[run/unknown]'],
  ])('a word %s ends with its code and says what is wrong', async (_what, args, code, said) => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });

    const result = await tidegate(...args, '--gate-url', app.url);

    expect(result.code).toBe(code);
    expect(result.stderr).toContain(said);
    expect(result.stdout).toBe('');
  });

  test('a gate that is not there is exit code 44', async () => {
    const result = await tidegate('thaw', 'x', '--reason', 'x', '--gate-url', 'http://127.0.0.1:9');

    expect(result).toMatchObject({ code: 44, stdout: '' });
    expect(result.stderr).toContain('[gate/no-answer]');
  });
});
