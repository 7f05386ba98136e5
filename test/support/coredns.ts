import { Resolver } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { toolPath } from '../../tools/installed.ts';
import { freePorts } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { TempDir } from './temp-dir.ts';

/**
 * How a zone answers.
 *
 * - `healthy`: every name is 127.0.0.7
 * - `servfail`: SERVFAIL at once
 * - `erratic`: every n-th query is lost (`drop: n`), truncated (`truncate: n`), or late by `ms` (`delay.every: n`);
 *   a lost one is NOERROR in CoreDNS's own metrics
 * - `forward`: asks another server `host:port`; where nobody listens it is SERVFAIL, where nobody answers after 4 s
 */
type ZoneBehaviour =
  | 'healthy'
  | 'servfail'
  | { readonly erratic: { drop?: number; truncate?: number; delay?: { every: number; ms: number } } }
  | { readonly forward: string };

/** Zones by name (`orders.test`) and how each answers. */
export type Zones = Readonly<Record<string, ZoneBehaviour>>;

/** A real CoreDNS on loopback. */
export interface CoreDns extends AsyncDisposable {
  /** `host:port`, for `Resolver.setServers`; UDP and TCP. */
  readonly server: string;
  /** `host:port` of its metrics, as a scrape target is named. */
  readonly metricsAddress: string;
  /** The one that runs now: another one after a restart. */
  readonly process: RunningProcess;
  /** A resolver that asks this server only, once a query. */
  resolver(timeoutMs?: number): Resolver;
  /**
   * Changes how it answers while it runs; its counters go on.
   *
   * @param options `exporter: false` leaves the metrics out: the page is gone, and the server answers as before
   */
  setZones(zones: Zones, options?: { readonly exporter?: boolean }): Promise<void>;
  /** Ends it and starts it again on the same ports; its counters begin at zero. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts CoreDNS and waits until it answers. */
export async function startCoreDns(zones: Zones): Promise<CoreDns> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const path = dir.write('Corefile', corefile(zones, port, metricsPort));
  let process = await start(path);
  resources.defer(async () => {
    await process.stop();
  });
  const owned = resources.move();
  const server = `127.0.0.1:${port}`;
  return {
    server,
    metricsAddress: `127.0.0.1:${metricsPort}`,
    get process() {
      return process;
    },
    resolver: (timeoutMs = 5_000) => {
      const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
      resolver.setServers([server]);
      return resolver;
    },
    setZones: async (changed, { exporter = true } = {}) => {
      writeFileSync(path, corefile(changed, port, exporter ? metricsPort : undefined));
      await reload(process);
    },
    restart: async () => {
      await process.stop();
      process = await start(path);
    },
    stop: () => owned.disposeAsync(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function start(path: string): Promise<RunningProcess> {
  // The version is printed once every listener is open.
  return startProcess(toolPath('coredns'), { args: ['-conf', path], ready: { line: /^CoreDNS-/ } });
}

async function reload(process: RunningProcess): Promise<void> {
  const from = process.output.length;
  process.signal('SIGUSR1');
  // CoreDNS may answer queries a moment before it listens for signals, and then loses the first one.
  const again = setInterval(() => process.signal('SIGUSR1'), 1_000);
  await process.waitForLine(/SIGUSR1: Reloading/, { from }).finally(() => clearInterval(again));
  const line = await process.waitForLine(/Reloading complete|\[ERROR\]/, { from });
  if (line.includes('[ERROR]')) throw new Error(`CoreDNS refuses its new Corefile: ${line}`);
}

/** The Corefile: one block a zone, each bound to loopback and exporting on the one metrics port, if there is one. */
function corefile(zones: Zones, port: number, metricsPort: number | undefined): string {
  const exporter = metricsPort === undefined ? [] : [`prometheus 127.0.0.1:${metricsPort}`];
  const blocks = Object.entries(zones).map(([zone, behaviour]) => {
    const lines = ['bind 127.0.0.1', ...exporter, ...pluginOf(behaviour)];
    return `${zone}:${port} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
  });
  return blocks.join('\n');
}

function pluginOf(behaviour: ZoneBehaviour): string[] {
  if (behaviour === 'healthy') return ['template IN A {', '  answer "{{ .Name }} 60 IN A 127.0.0.7"', '}'];
  if (behaviour === 'servfail') return ['template ANY ANY {', '  rcode SERVFAIL', '}'];
  if ('forward' in behaviour) return [`forward . ${behaviour.forward} {`, '  max_fails 0', '}'];
  const { drop = 0, truncate = 0, delay = { every: 0, ms: 0 } } = behaviour.erratic;
  return [
    'erratic {',
    `  drop ${drop}`,
    `  truncate ${truncate}`,
    `  delay ${delay.every} ${delay.ms}ms`,
    '}',
  ];
}
