import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../../gate/use-cases.ts';

/** How a hook process ended. */
export interface HookOutcome {
  readonly exitCode: number;
  readonly end: string;
  readonly text: string;
  readonly answer?: Answer;
}

/** The entry point beside this folder: TypeScript in a checkout, JavaScript in the built package. */
const CLI = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : '../cli.js', import.meta.url),
);

/**
 * Runs `tidegate hook ...` as Argo CD's Job would: another process, over HTTP.
 *
 * @param onProgress told each line of what the hook says while it waits
 */
export async function runHookProcess(
  args: readonly string[],
  onProgress: (line: string) => void,
): Promise<HookOutcome> {
  const child = spawn(process.execPath, [CLI, 'hook', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let pending = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) onProgress(line);
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  if (stdout === '') return { exitCode, end: 'no-answer', text: pending };
  const result = JSON.parse(stdout) as { end: string; text: string; answer?: Answer };
  return { exitCode, ...result };
}
