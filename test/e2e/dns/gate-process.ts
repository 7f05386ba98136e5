import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { type RunningProcess, startProcess } from '../../support/process.ts';
import type { TempDir } from '../../support/temp-dir.ts';
import { CLUSTERS } from './clusters.ts';
import { INVENTORY_FIELDS } from './monitoring.ts';
import { SCRAPE_INTERVAL, type Timing } from './timing.ts';

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The command line of tidegate, as `npm run tidegate` starts it. */
export const CLI = join(ROOT, 'src', 'cli', 'cli.ts');

/** The app that is rolled out. */
export const APP = 'platform-bom';

/** Variables of the caller's shell that would speak to the gate or a hook in place of the file and the flags. */
export const NO_VARIABLES = {
  TIDEGATE_CONFIG: undefined,
  TIDEGATE_LISTEN: undefined,
  TIDEGATE_TOKEN_SHA256: undefined,
  TIDEGATE_TOKEN_FILE: undefined,
  TIDEGATE_URL: undefined,
};

/** A gate in a process of its own. */
export interface GateProcess extends AsyncDisposable {
  readonly url: string;
  readonly process: RunningProcess;
}

/** What a gate is started with. */
export interface GateProcessOptions {
  /** Holds configuration and database; the caller's. */
  readonly dir: TempDir;
  readonly name: string;
  readonly url: string;
  readonly prometheusUrl: string;
  readonly timing: Timing;
  /** Signals that this gate does without. */
  readonly leaveOut?: readonly string[];
}

/** An address for a gate that does not run yet: the route and the rules name it before it can start. */
export async function gateUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/** Writes a `tidegate.yaml` and starts `tidegate serve` with it; waits until the gate is ready. */
export async function startGate(options: GateProcessOptions): Promise<GateProcess> {
  const { dir, name, url } = options;
  const config = dir.write(`${name}/tidegate.yaml`, configText(options));
  const process = await startProcess(globalThis.process.execPath, {
    args: [CLI, 'serve', '--config', config],
    cwd: ROOT,
    env: NO_VARIABLES,
    ready: { url: `${url}/readyz` },
    readyTimeoutMs: 30_000,
  });
  return { url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

/** The configuration; JSON is YAML. */
function configText({ url, prometheusUrl, timing, leaveOut }: GateProcessOptions): string {
  const source = {
    name: 'prometheus',
    kind: 'prometheus',
    url: prometheusUrl,
    scrapeInterval: SCRAPE_INTERVAL,
    settleDelay: timing.settleDelay,
  };
  const config = {
    gate: { url, listen: new URL(url).host, store: { sqlite: 'tidegate.sqlite' } },
    sources: [source],
    fleet: {
      // All of them change at once, so none is a control of another: each is a class of its own.
      clusters: CLUSTERS.map(({ name }) => ({ name, class: name, ...INVENTORY_FIELDS, source: source.name })),
    },
    waves: [{ name: INVENTORY_FIELDS.wave, policy: 'e2e' }],
    apps: [{ name: APP, components: ['dns'] }],
    policies: { e2e: { from: 'standard', ...timing.policy } },
    bundle: { ...timing.bundle, scrapeInterval: SCRAPE_INTERVAL, ...(leaveOut && { leaveOut }) },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
