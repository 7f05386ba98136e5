import type { Duration } from '../../../src/domain/duration.ts';
import type { Answer } from '../../../src/gate/use-cases.ts';
import { startProcess } from '../../support/process.ts';
import { APP, CLI, NO_VARIABLES, ROOT } from './gate-process.ts';

/** How a hook ended. */
export interface HookRun {
  readonly phase: 'pre-sync' | 'post-sync';
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly end: string;
  readonly text: string;
  /** The last answer, where there was one. */
  readonly answer?: Answer;
}

/** What a hook is told. */
export interface HookCall {
  readonly gateUrl: string;
  readonly phase: HookRun['phase'];
  readonly cluster: string;
  readonly revision: string;
  readonly maxWait: Duration;
  /** Each line that the hook says while it waits. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

const LOOK_FOR_LINES_MS = 500;

/** Runs a hook as a Job would: a process of its own, whose exit code is the answer. */
export async function runHook(call: HookCall): Promise<HookRun> {
  const { gateUrl, phase, cluster, revision, maxWait, signal } = call;
  const startedAt = performance.now();
  const flags = { app: APP, cluster, revision, 'gate-url': gateUrl, 'max-wait': maxWait };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  await using hook = await startProcess(process.execPath, {
    args: [CLI, 'hook', phase, ...args, '--json'],
    cwd: ROOT,
    env: NO_VARIABLES,
  });
  const stop = () => hook.signal('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const tell = lineTeller(() => hook.stderr, call.onLine);
  const timer = setInterval(tell, LOOK_FOR_LINES_MS);
  const { code } = await hook.exited.finally(() => clearInterval(timer));
  tell();
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  const seconds = (performance.now() - startedAt) / 1000;
  return { phase, exitCode: code, seconds, ...saidBy(hook.stdout, hook.stderr) };
}

function saidBy(stdout: string, stderr: string): Pick<HookRun, 'end' | 'text' | 'answer'> {
  if (stdout.trim() === '') return { end: 'nothing', text: stderr.trim() };
  return JSON.parse(stdout) as Pick<HookRun, 'end' | 'text' | 'answer'>;
}

function lineTeller(text: () => string, onLine: (line: string) => void): () => void {
  let told = 0;
  return () => {
    const end = text().lastIndexOf('\n') + 1;
    if (end <= told) return;
    const lines = text().slice(told, end).trimEnd().split('\n');
    told = end;
    for (const line of lines) onLine(line);
  };
}
