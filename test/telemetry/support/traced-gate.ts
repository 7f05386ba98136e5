import { createHash } from 'node:crypto';
import { freePort } from '../../support/free-port.ts';
import { type RunningProcess, startProcess } from '../../support/process.ts';
import type { TempDir } from '../../support/temp-dir.ts';

/** The command line of tidegate. */
export const CLI = new URL('../../../src/cli/cli.ts', import.meta.url).pathname;

/** Bearer token of the hooks in these tests; it must be seen nowhere. */
export const TOKEN = 'hunter2-is-a-secret';

/** OpenTelemetry's variables of our own shell, taken away, and those that send spans as JSON to a receiver. */
export function traceVariables(receiverUrl?: string): Readonly<Record<string, string | undefined>> {
  const inherited = Object.keys(process.env).filter((name) => /^(OTEL_|TRACE(PARENT|STATE)$)/.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    ...(receiverUrl !== undefined && {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    }),
  };
}

/** A gate in a process of its own, over a store. */
export interface TracedGate extends AsyncDisposable {
  readonly url: string;
  readonly process: RunningProcess;
}

/** What a gate and its hooks are started with. */
export interface TracedOptions {
  readonly dir: TempDir;
  readonly storeUrl: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts `tidegate serve` for one cluster, and waits until it is ready. */
export async function startTracedGate({ dir, storeUrl, env }: TracedOptions): Promise<TracedGate> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = {
    gate: {
      url,
      listen: new URL(url).host,
      token: { sha256: createHash('sha256').update(TOKEN).digest('hex') },
    },
    sources: [{ name: 'fleet', kind: 'prometheus', url: storeUrl }],
    fleet: {
      clusters: [{ name: 'prod-1', wave: 'prod', class: 'large', region: 'eu-west-1', source: 'fleet' }],
    },
    waves: [{ name: 'prod', policy: 'quick' }],
    apps: [{ name: 'platform-bom', components: ['dns'] }],
  };
  const process = await startProcess(globalThis.process.execPath, {
    args: [CLI, 'serve', '--config', dir.write('tidegate.yaml', JSON.stringify(config))],
    env,
    ready: { url: `${url}/readyz` },
  });
  return { url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

/** Starts a hook that asks a gate about the one cluster. */
export function startTracedHook(
  gateUrl: string,
  args: readonly string[],
  { dir, env }: Pick<TracedOptions, 'dir' | 'env'>,
  nodeArgs: readonly string[] = [],
): Promise<RunningProcess> {
  const flags = ['--app', 'platform-bom', '--cluster', 'prod-1', '--revision', 'abc', '--gate-url', gateUrl];
  const token = ['--token-file', dir.write('token', TOKEN)];
  return startProcess(process.execPath, {
    args: [...nodeArgs, CLI, 'hook', ...args, ...flags, ...token],
    env,
  });
}
