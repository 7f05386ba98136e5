import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { TOKEN_KINDS } from '../../src/identity/token-kinds.ts';
import { runCommand } from '../../tools/run-command.ts';
import { GOOD_CONFIG, parse } from '../config/config-text.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
const token = (...args: readonly string[]) =>
  runCommand(process.execPath, [CLI, 'token', ...args], { timeoutMs: 20_000 });

test('a new token comes with the entry that the configuration takes, and never twice', async () => {
  const [first, second] = await Promise.all([
    token('--name', 'alice', '--kind', 'person'),
    token('--name', 'alice', '--kind', 'person', '--json'),
  ]);
  const [secret = '', ...entry] = first.stdout.split('\n');
  const { identity } = parse(`${GOOD_CONFIG}\n${entry.join('\n')}`);

  expect(secret).toMatch(/^tidegate_[\w-]{43}$/);
  expect(identity.tokens).toEqual([
    { name: 'alice', kind: 'person', sha256: createHash('sha256').update(secret).digest('hex') },
  ]);
  expect(JSON.parse(second.stdout).token).not.toBe(secret);
});

test('a kind that there is not is refused with those there are', async () => {
  const { code, stderr } = await token('--name', 'alice', '--kind', 'admin');

  expect(code).toBe(64);
  expect(stderr).toContain(TOKEN_KINDS.join(', '));
});
