import { join } from 'node:path';
import { CLI } from '../../../src/cli/demo/hook-process.ts';
import { parseWait } from '../../../src/cli/hook-options.ts';
import { type RunningProcess, startProcess } from '../process.ts';
import type { TempDir } from '../temp-dir.ts';
import type { Pod } from './job.ts';

/** Where pods run as processes of this machine. */
export interface PodProcessOptions {
  readonly gateUrl: string;
  /** What they would find mounted, and compiled code that they keep for each other. */
  readonly folder: TempDir;
  /** Seconds of Argo CD's clock in one of the machine's: hooks wait by the machine's. */
  readonly factor: number;
}

/** A pod whose process ended by itself. */
export interface EndedPod {
  readonly pod: Pod;
  readonly exitCode: number;
  /** What it said last. */
  readonly output: string;
}

/** Runs every pod as a process of its own, with the arguments that the chart gives it. */
export class PodProcesses implements AsyncDisposable {
  readonly ended: EndedPod[] = [];
  readonly #running = new Set<RunningProcess>();
  readonly #options: PodProcessOptions;
  readonly #tokenFile: string;
  #isOver = false;

  constructor(options: PodProcessOptions) {
    this.#options = options;
    this.#tokenFile = options.folder.write('token', 'nobody-asks-for-it');
  }

  /** Runs one to its end; that of a pod that is taken away is told to nobody. @returns its exit code */
  async run(pod: Pod): Promise<number> {
    const { folder } = this.#options;
    const process = await startProcess(globalThis.process.execPath, {
      args: [CLI, ...this.#argumentsHere(pod)],
      env: { NODE_COMPILE_CACHE: join(folder.path, 'compiled') },
    });
    this.#running.add(process);
    const stop = () => process.signal('SIGTERM');
    pod.aborted.addEventListener('abort', stop, { once: true });
    if (pod.aborted.aborted || this.#isOver) stop();
    const { code } = await process.exited;
    pod.aborted.removeEventListener('abort', stop);
    this.#running.delete(process);
    if (this.#isOver) return new Promise<never>(() => undefined);
    const exitCode = code ?? 1;
    if (!pod.aborted.aborted) this.ended.push({ pod, exitCode, output: process.output.trim() });
    return exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#running].map((process) => process.stop()));
  }

  /** What a cluster has at other places is put where it is here, and waits are as long as on Argo CD's clock. */
  #argumentsHere({ args, job }: Pod): readonly string[] {
    const { gateUrl, folder, factor } = this.#options;
    const here: Readonly<Record<string, (value: string) => string>> = {
      'gate-url': () => gateUrl,
      'token-file': () => this.#tokenFile,
      'termination-log': () => join(folder.path, `${job}.termination`),
      'max-wait': (value) => `${Math.ceil(parseWait(value) / 1_000 / factor)}s`,
    };
    return args.map((arg) => {
      const [, name = '', value = ''] = /^--([a-z-]+)=(.*)$/.exec(arg) ?? [];
      const replaced = here[name]?.(value);
      return replaced === undefined ? arg : `--${name}=${replaced}`;
    });
  }
}
