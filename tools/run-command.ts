import { spawn } from 'node:child_process';

/** What is added to our environment for a command; an undefined value removes a name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a command runs. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Environment;
  /** Written to standard input, which is then closed; without it there is none. */
  readonly input?: string;
  /** After this the command is killed by SIGKILL; without it, it may run for ever. */
  readonly timeoutMs?: number;
}

/** How a command ended: `code` is null when a signal ended it. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end and collects what it printed; a code other than 0 is a result, not an error.
 *
 * @throws Error (rejects) when the command can't be started, e.g. ENOENT
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A command that ends without reading its input closes the pipe; its exit code says what happened.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' || reject(error));
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
