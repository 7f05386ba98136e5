import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../../gate/use-cases.ts';

/** How a hook process ended. */
export interface HookOutcome {
  readonly exitCode: number;
  readonly text: string;
  readonly answer?: Answer;
}

/** The entry point beside this folder: TypeScript in a checkout, JavaScript in the built package. */
export const CLI = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : '../cli.js', import.meta.url),
);

/** What is asked for the first time goes before what is asked again. */
export type Urgency = 'first' | 'retry';

/** Runs `tidegate hook ...` with these arguments. */
export type RunHook = (args: readonly string[], urgency: Urgency) => Promise<HookOutcome>;

/** Hook processes at a time: a demo must leave the machine to those who use it. */
const AT_A_TIME = 4;

/**
 * Runs hooks as Argo CD's Jobs would: other processes, over HTTP, a few at a time.
 *
 * @param cacheFolder where the processes keep compiled code for each other
 * @param aborted     ends those that run
 */
export function createHookRunner(cacheFolder: string, aborted: AbortSignal): RunHook {
  const waiting: Record<Urgency, (() => void)[]> = { first: [], retry: [] };
  let running = 0;
  return async (args, urgency) => {
    if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting[urgency].push(resolve));
    else running += 1;
    try {
      return await runHookProcess(args, cacheFolder, aborted);
    } finally {
      const next = waiting.first.shift() ?? waiting.retry.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

async function runHookProcess(
  args: readonly string[],
  cacheFolder: string,
  aborted: AbortSignal,
): Promise<HookOutcome> {
  if (aborted.aborted) return { exitCode: 1, text: 'the demo ends' };
  const child = spawn(process.execPath, [CLI, 'hook', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder },
  });
  const stop = () => void child.kill('SIGTERM');
  aborted.addEventListener('abort', stop);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  aborted.removeEventListener('abort', stop);
  if (stdout === '') return { exitCode, text: stderr.trim() };
  return { exitCode, ...(JSON.parse(stdout) as Omit<HookOutcome, 'exitCode'>) };
}
