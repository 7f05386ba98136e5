import { missingTools, toolPath } from '../../tools/installed.ts';
import { runCommand } from '../../tools/run-command.ts';

/** The two that judge our rules: `promtool` is Prometheus 3, `promtool2` is 2.x, where it could be had. */
export type Promtool = 'promtool' | 'promtool2';

/** What promtool said of rule files or rule tests; `output` is for people. */
export interface PromtoolResult {
  readonly ok: boolean;
  readonly output: string;
}

/** Those that are installed, newest first: for `describe.each`. */
export function installedPromtools(): Promtool[] {
  return (['promtool', 'promtool2'] as const).filter((name) => missingTools([name]).length === 0);
}

/** `promtool check rules`: syntax and types of every expression; a duplicate rule is a failure. */
export function checkRules(
  files: readonly string[],
  promtool: Promtool = 'promtool',
): Promise<PromtoolResult> {
  return run(promtool, ['check', 'rules', '--lint-fatal', ...files]);
}

/** `promtool test rules`: runs test files; their `rule_files` are relative to each. */
export function testRules(
  files: readonly string[],
  promtool: Promtool = 'promtool',
): Promise<PromtoolResult> {
  return run(promtool, ['test', 'rules', ...files]);
}

async function run(promtool: Promtool, args: readonly string[]): Promise<PromtoolResult> {
  const { code, stdout, stderr } = await runCommand(toolPath(promtool), args, { timeoutMs: 120_000 });
  return { ok: code === 0, output: stdout + stderr };
}
