import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Environment } from '../../tools/run-command.ts';
import { waitFor } from './wait-for.ts';

/** When a process counts as started: an address answers 2xx, or it printed a line like this. */
export type Readiness = { readonly url: string } | { readonly line: RegExp };

/** How to start a process. */
export interface ProcessOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Added to our environment. */
  readonly env?: Environment;
  /** Who it runs as, where we may choose. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly ready?: Readiness;
  /** How long it may take to become ready. Default 20,000. */
  readonly readyTimeoutMs?: number;
}

/** How a process ended: by a code or by a signal, the other one is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

// A worker that ends in the middle of a test takes its children along.
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a process and waits until it is ready; it ends with its scope (`await using`), or by `stop`.
 *
 * Start the program itself, not `npm run` or a shell: signals reach only the process that was started.
 *
 * @throws Error when it can't be started, ends before it is ready, or isn't ready in time: with its last output
 */
export async function startProcess(command: string, options: ProcessOptions = {}): Promise<RunningProcess> {
  const child = spawn(command, options.args ?? [], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    ...options.user,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = new RunningProcess(command, child);
  await once(child, 'spawn');
  if (!options.ready) return started;
  try {
    await started.waitUntilReady(options.ready, options.readyTimeoutMs ?? 20_000);
  } catch (error) {
    await started.kill9();
    throw error;
  }
  return started;
}

/** A process of ours: what it printed so far, and the two ways to end it. */
export class RunningProcess implements AsyncDisposable {
  readonly exited: Promise<Exit>;
  stdout = '';
  stderr = '';
  /** Both streams as they came. */
  output = '';
  readonly #command: string;
  readonly #child: ChildProcess;
  readonly #events = new EventEmitter<{ change: [] }>();
  #ended = false;

  constructor(command: string, child: ChildProcess) {
    this.#command = command;
    this.#child = child;
    running.add(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#collect('stdout', text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#collect('stderr', text));
    this.exited = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        running.delete(child);
        this.#ended = true;
        resolve({ code, signal });
        this.#events.emit('change');
      });
    });
  }

  /** The process id. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#command} was never started`);
    return this.#child.pid;
  }

  /**
   * Waits for a whole line that it prints, or has printed.
   *
   * @param from length of `output` from which on lines count; 0 is the start
   * @throws Error when it ends or the time is over before there is such a line, with the last output
   */
  async waitForLine(pattern: RegExp, { timeoutMs = 10_000, from = 0 } = {}): Promise<string> {
    const signal = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const lines = this.output.slice(from).split('\n');
      const line = (this.#ended ? lines : lines.slice(0, -1)).find((text) => pattern.test(text));
      if (line !== undefined) return line;
      if (this.#ended) throw this.#complaint(`ended before it printed a line like ${pattern}`);
      try {
        await once(this.#events, 'change', { signal });
      } catch (cause) {
        throw this.#complaint(`printed no line like ${pattern} within ${timeoutMs} ms`, cause);
      }
    }
  }

  /**
   * Waits until it is ready.
   *
   * @throws Error when it ends or the time is over before it is, with the last output
   */
  async waitUntilReady(ready: Readiness, timeoutMs: number): Promise<void> {
    if ('line' in ready) {
      await this.waitForLine(ready.line, { timeoutMs });
      return;
    }
    const gone = new AbortController();
    this.exited.then(() => gone.abort(this.#complaint(`ended before ${ready.url} answered`)));
    const answers = async () => {
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(2_000)]);
      return (await fetch(ready.url, { signal })).ok;
    };
    try {
      await waitFor(`${ready.url} answers`, answers, { timeoutMs, signal: gone.signal });
    } catch (cause) {
      throw gone.signal.aborted ? gone.signal.reason : this.#complaint('is not ready', cause);
    }
  }

  /** Sends a signal to it alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end by SIGTERM, and ends it by SIGKILL after the grace. */
  async stop(graceMs = 5_000): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  /** Ends it as a crash would: by SIGKILL, without a chance to tidy up. */
  async kill9(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #collect(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    this.output += text;
    this.#events.emit('change');
  }

  #complaint(what: string, cause?: unknown): Error {
    const last = this.output.trimEnd().split('\n').slice(-15).join('\n  ');
    return new Error(`${this.#command} (pid ${this.#child.pid}) ${what}; its last output:\n  ${last}`, {
      cause,
    });
  }
}
