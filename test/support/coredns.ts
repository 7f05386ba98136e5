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
  readonly process: RunningProcess;
  /** A resolver that asks this server only, once a query. */
  resolver(timeoutMs?: number): Resolver;
  /** Changes how it answers while it runs; its counters go on. */
  setZones(zones: Zones): Promise<void>;
  stop(): Promise<void>;
}

/** Starts CoreDNS and waits until it answers. */
export async function startCoreDns(zones: Zones): Promise<CoreDns> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const path = dir.write('Corefile', corefile(zones, port, metricsPort));
  const process = resources.use(
    await startProcess(toolPath('coredns'), {
      args: ['-conf', path],
      // The version is printed once every listener is open.
      ready: { line: /^CoreDNS-/ },
    }),
  );
  const owned = resources.move();
  const server = `127.0.0.1:${port}`;
  return {
    server,
    metricsAddress: `127.0.0.1:${metricsPort}`,
    process,
    resolver: (timeoutMs = 5_000) => {
      const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
      resolver.setServers([server]);
      return resolver;
    },
    setZones: async (changed) => {
      writeFileSync(path, corefile(changed, port, metricsPort));
      await reload(process);
    },
    stop: () => owned.disposeAsync(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
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

/** The Corefile: one block a zone, each bound to loopback and exporting on the one metrics port. */
function corefile(zones: Zones, port: number, metricsPort: number): string {
  const blocks = Object.entries(zones).map(([zone, behaviour]) => {
    const lines = ['bind 127.0.0.1', `prometheus 127.0.0.1:${metricsPort}`, ...pluginOf(behaviour)];
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
