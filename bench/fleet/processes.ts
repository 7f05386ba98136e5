import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process that printed its address. */
export interface Server {
  readonly url: string;
  /** Milliseconds until it did. */
  readonly startedMs: number;
  stop(): Promise<void>;
}

/** Starts a file as a process and waits for the line with its address. */
export async function startServer(file: URL, ...args: readonly string[]): Promise<Server> {
  const started = performance.now();
  const child: ChildProcess = spawn(process.execPath, [file.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error(`${file.pathname} has no output`);
  const ended = once(child, 'exit');
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const first = await Promise.race([line, ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`${file.pathname} ended before it printed its address`);
  return {
    url: first[0],
    startedMs: performance.now() - started,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
