import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FastTime } from '../../src/cli/system-clock.ts';

/** What a gate process is told when it shall start. */
export interface GateOrder {
  /** As it would stand in the file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly time: FastTime;
  /** Of the quiet fleet that it reads in process; without one it asks its sources over HTTP. */
  readonly seed?: number;
}

// A worker that ends in the middle of a test takes its children along.
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A gate process that has loaded, and starts when told. */
export class CrashGate {
  readonly #child: ChildProcess;
  readonly #gone: Promise<boolean>;
  #said = '';

  /** @param cacheFolder where gates keep compiled code for each other */
  constructor(cacheFolder: string) {
    this.#child = fork(new URL('./gate-process.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    running.add(this.#child);
    this.#gone = once(this.#child, 'close').then(() => running.delete(this.#child));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-8_000);
    });
  }

  /** Tells it to start; it may be killed before it answers. */
  order(order: GateOrder): void {
    this.#child.send(order);
  }

  /** Its address, as soon as it answers. @throws Error with what it said when it ends instead */
  async answers(): Promise<string> {
    const first = await Promise.race([once(this.#child, 'message'), this.#gone]);
    if (typeof first === 'boolean') throw new Error(`a gate ended instead of starting: ${this.#said}`);
    return (first as [{ readonly url: string }])[0].url;
  }

  /** Ends it as a crash would; resolves when it is gone. */
  async kill9(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }
}
