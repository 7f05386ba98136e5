import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { UnavailableError } from '../../domain/errors.ts';
import { CLI } from './hook-process.ts';
import type { GateListens } from './simulate-command.ts';

/** A gate in a process of its own. */
export interface GateProcess {
  readonly url: string;
  /** Ends it without a warning, as a lost node would; resolves when it is gone. */
  kill(): Promise<void>;
  /** Tells it to end, after two seconds in no uncertain way, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Nobody waits longer for a demo's gate to finish what it answers. */
const PATIENCE_MS = 2_000;

/** A demo must not take the memory that it may: collected earlier, a gate of this size needs half. */
const HEAP = ['--max-old-space-size=192', '--max-semi-space-size=4'];

/**
 * Starts a gate and resolves when it answers.
 *
 * @throws UnavailableError `demo/gate` with what it said when it ended instead
 */
export async function startGateProcess(files: {
  readonly config: string;
  readonly world: string;
}): Promise<GateProcess> {
  const args = [CLI, 'simulate', '--config', files.config, '--world', files.world];
  const child = spawn(process.execPath, [...HEAP, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const said = collect(child);
  const gone = once(child, 'close').then(() => undefined);
  const first = await Promise.race([once(child, 'message'), gone]);
  if (first === undefined) {
    throw new UnavailableError(
      'demo/gate',
      said()
        .trim()
        .replace(/^tidegate: /, '') || 'the gate did not start',
    );
  }
  const { url } = first[0] as GateListens;
  const signal = (name: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
  };
  return {
    url,
    kill() {
      signal('SIGKILL');
      return gone;
    },
    async stop() {
      signal('SIGTERM');
      const late = setTimeout(() => signal('SIGKILL'), PATIENCE_MS);
      await gone;
      clearTimeout(late);
    },
  };
}

/** Most of what a gate says that is kept: the newest. */
const KEPT_CHARACTERS = 4_000;

function collect({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-KEPT_CHARACTERS);
  });
  return () => text;
}
