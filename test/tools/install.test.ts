import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doubtOf } from '../../tools/install-tool.ts';
import { binaryOf, toolsDir } from '../../tools/installed.ts';
import { runCommand } from '../../tools/run-command.ts';
import { tools } from '../../tools/tools.ts';
import { describeWith } from '../support/tool.ts';

const required = tools.filter((tool) => !('optional' in tool)).map((tool) => tool.name);

function npmRunTools(...args: string[]) {
  return runCommand(process.execPath, [join(toolsDir, '..', 'tools', 'install.ts'), ...args]);
}

test('--list names every tool with its version and origin', async () => {
  const { code, stdout } = await npmRunTools('--list');
  expect(code).toBe(0);
  const rows = stdout.trimEnd().split('\n');
  expect(rows).toHaveLength(tools.length);
  expect(rows[0]).toMatch(
    /^promtool +3\.16\.0 +(there|missing) +by Go from github\.com\/prometheus\/prometheus\//,
  );
});

test.each([
  { args: ['--only', 'hel,promtool'], says: /There is no tool hel\.\n\nUsage/ },
  { args: ['--onyl', 'promtool'], says: /Unknown option '--onyl'.*Usage/s },
])('$args is refused with the usage', async ({ args, says }) => {
  const { code, stderr } = await npmRunTools(...args);
  expect(code).toBe(64);
  expect(stderr).toMatch(says);
});

describeWith(required, 'with the tools installed', () => {
  test('a second run installs nothing and is quick', async () => {
    const { code, stdout } = await npmRunTools('--only', required.join(','));
    expect(code).toBe(0);
    const [, took] = /0 installed, 0 left out, 0 failed; ([\d.]+) s\n$/.exec(stdout) ?? [];
    expect(Number(took)).toBeLessThan(1);
  });

  test.each(tools.filter((tool) => !('optional' in tool)))(
    '$name gives the answer that proves it',
    async (tool) => {
      expect(await doubtOf(tool, binaryOf(tool.name))).toBeUndefined();
    },
  );
});
