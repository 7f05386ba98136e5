import { describe, test } from 'vitest';
import { missingMessage, missingTools } from '../../tools/installed.ts';
import type { Tool, ToolName } from '../../tools/tools.ts';

export { toolPath } from '../../tools/installed.ts';

/**
 * A suite that needs real tools.
 *
 * With the tools it is a plain `describe`. Without, it is skipped under a name that says which tool is missing
 * and what installs it; under `CI=true` it fails instead, so that a suite never vanishes unseen.
 */
export function describeWith(names: readonly ToolName[], suite: string, body: () => void): void {
  const missing = missingTools(names);
  const message = missingMessage(missing);
  const outcomes = {
    run: () => describe(suite, body),
    skip: () => describe.skip(`${suite} (skipped: ${message})`, body),
    fail: () =>
      test(suite, () => {
        throw new Error(message);
      }),
  };
  outcomes[outcomeOf(missing, process.env)]();
}

/** What becomes of a suite that misses these tools; one that the table calls optional is skipped in CI too. */
export function outcomeOf(
  missing: readonly Tool[],
  env: { readonly CI?: string | undefined },
): 'run' | 'skip' | 'fail' {
  if (missing.length === 0) return 'run';
  return env.CI === 'true' && missing.some((tool) => !tool.optional) ? 'fail' : 'skip';
}
