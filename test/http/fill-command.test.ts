// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the shell
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillCommand, usedVariables } from '../../src/http/runbooks/fill-command.ts';

describe('a filled command', () => {
  test.each([
    ['kubectl --context "$CLUSTER" get pods', 'kubectl --context "prod-1" get pods'],
    ['aws --region $REGION --name ${CLUSTER}', 'aws --region $REGION --name prod-1'],
    ['grep -E "^$CLUSTER-[a-z0-9]+ "', 'grep -E "^prod-1-[a-z0-9]+ "'],
    [`awk '$1 == "$CLUSTER" {print $2}'`, `awk '$1 == "$CLUSTER" {print $2}'`],
    ['echo $CLUSTER_NAME \\$CLUSTER', 'echo $CLUSTER_NAME \\$CLUSTER'],
    ['echo "$(aws --name "$CLUSTER" | head -1)" $CLUSTER', 'echo "$(aws --name "prod-1" | head -1)" prod-1'],
    ["echo $CLUSTER # don't count this quote", "echo prod-1 # don't count this quote"],
    ['true', 'true'],
  ])('%s', (command, filled) => {
    expect(fillCommand(command, { CLUSTER: 'prod-1' })).toBe(filled);
  });

  test('sets the variables first where the shell has rules of its own', () => {
    expect(fillCommand('cat <<EOF\n$CLUSTER\nEOF', { CLUSTER: "it's" })).toBe(
      "CLUSTER='it'\\''s'\ncat <<EOF\n$CLUSTER\nEOF",
    );
  });

  // What the shell itself does with the variable set is right by definition.
  const templates = [
    'printf %s "$CLUSTER"',
    'printf %s "a-${CLUSTER}-b"',
    'printf %s "$(printf %s "$CLUSTER")"',
    `printf %s '$CLUSTER' "$CLUSTER"`,
    `printf %s "it's $CLUSTER" '"' "$CLUSTER"`,
    'printf "%s" "\\"$CLUSTER\\"" "\\$CLUSTER"',
    '( printf %s "$CLUSTER" ) # it"s $CLUSTER',
    'printf %s "`printf %s x`$CLUSTER"',
    'cat <<EOF\n$CLUSTER\nEOF',
    'printf %s "${CLUSTER:-none}"',
    'case "$CLUSTER" in x) printf x;; *) printf %s "$CLUSTER";; esac',
    'x=$CLUSTER; printf %s "$x"',
    'printf %s "$((1 + 2))$CLUSTER"',
  ];

  test('does in a real shell what it would do with the variable set, whatever it holds', () => {
    const nasty = fc.stringMatching(/^[a-z0-9'"`$\\(){};&|<>*?#! \n~=-]{0,12}$/);
    const named = fc.constantFrom('prod-1', '$(id)', "'; id; '", '"; id; "', '`id`', 'a\nb', '-n', '');
    fc.assert(
      fc.property(fc.constantFrom(...templates), fc.oneof(named, nasty), (command, value) => {
        expect(shell(fillCommand(command, { CLUSTER: value }), {})).toEqual(
          shell(command, { CLUSTER: value }),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('of every runbook keeps its shell syntax', () => {
    const folder = new URL('../../runbooks/', import.meta.url);
    const blocks = readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(
        ([, command = '']) => command,
      ),
    );
    expect(blocks.length).toBeGreaterThan(50);
    const filled = blocks.map((command) => {
      const value = "it's `a` $(test)";
      return fillCommand(command, Object.fromEntries(usedVariables(command).map((name) => [name, value])));
    });

    const check = spawnSync('sh', ['-n'], { input: filled.join('\n'), encoding: 'utf8' });

    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });
});

function shell(command: string, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr: stderr.replace(/^sh: \d+: /gm, '') };
}
