import { type Promtool, testRules } from '../support/promtool.ts';

/** Two cores; promtool evaluates a file on one. */
const PARALLEL = 2;

/** Few enough that a call ends in seconds, many enough that starting it costs nothing. */
const FILES_A_CALL = 30;

/**
 * Runs test files and tells which passed, by path. promtool prints what failed on another stream than the file's
 * name, so the reason of a failure takes a second run: `explain`.
 */
export async function runCases(
  paths: readonly string[],
  promtool?: Promtool,
): Promise<ReadonlyMap<string, boolean>> {
  const chunks: string[][] = [];
  for (const [at, path] of paths.entries()) {
    if (at % FILES_A_CALL === 0) chunks.push([]);
    chunks.at(-1)?.push(path);
  }
  const passed = new Map<string, boolean>();
  const worker = async () => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      const { output } = await testRules(chunk, promtool);
      for (const [path, ok] of verdictsOf(output)) passed.set(path, ok);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const lost = paths.filter((path) => !passed.has(path));
  if (lost.length > 0) throw new Error(`promtool said nothing of ${lost.join(', ')}`);
  return passed;
}

/** Prometheus 3 says "Processing test file", Prometheus 2 "Unit Testing"; "SUCCESS" follows where nothing failed. */
function verdictsOf(output: string): readonly (readonly [string, boolean])[] {
  const headings = output.matchAll(/^(?:Processing test file|Unit Testing): +(.+)\n(.*)$/gm);
  return [...headings].map(([, path, next]) => [path ?? '', next?.trim() === 'SUCCESS'] as const);
}

/** Why a test file failed, in promtool's words. */
export async function explain(path: string, promtool?: Promtool): Promise<string> {
  return (await testRules([path], promtool)).output;
}
