import type { ProbeReport } from '../../../src/probe/report.ts';
import { type CommandResult, runCommand } from '../../../tools/run-command.ts';
import { MetricsPage } from '../../support/metrics-page.ts';
import { type Prometheus, type PrometheusOptions, startPrometheus } from '../../support/prometheus.ts';
import { waitFor } from '../../support/wait-for.ts';

const CLI = new URL('../../../src/cli/cli.ts', import.meta.url).pathname;

/** One scrape target: a page that is served, an address where something real listens, or nothing that answers. */
export interface Target {
  readonly job: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly serves: string | { readonly address: string } | 'down';
}

/** Starts pages and a Prometheus that scrapes them, and waits until it has scraped all of them. */
export async function startStore(
  targets: readonly Target[],
  options: Pick<PrometheusOptions, 'rules' | 'blocks'> = {},
): Promise<Prometheus> {
  await using resources = new AsyncDisposableStack();
  const pages = new Map<string, MetricsPage>();
  const scrape = [];
  for (const { job, labels = {}, serves } of targets) {
    if (typeof serves === 'string' && !pages.has(serves)) {
      const page = resources.use(await MetricsPage.start(serves));
      if (serves === 'down') page.status = 500;
      pages.set(serves, page);
    }
    const address = typeof serves === 'string' ? pages.get(serves)?.address : serves.address;
    if (address === undefined) throw new Error(`nothing serves the job ${job}`);
    scrape.push({ job, targets: [{ address, labels }] });
  }
  const jobs = Object.groupBy(scrape, ({ job }) => job);
  const prometheus = resources.use(
    await startPrometheus({
      ...options,
      scrape: Object.entries(jobs).map(([job, some = []]) => ({
        job,
        targets: some.flatMap((one) => one.targets),
      })),
    }),
  );
  await waitFor(
    'every target is scraped',
    async () => (await prometheus.query('up')).length === targets.length,
  );
  const owned = resources.move();
  return {
    ...prometheus,
    stop: () => owned.disposeAsync(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Runs `tidegate probe` as people do. */
export function runProbe(url: string, args: readonly string[] = []): Promise<CommandResult> {
  return runCommand(process.execPath, [CLI, 'probe', '--prometheus', url, ...args], { timeoutMs: 60_000 });
}

/** The report of a probe that must succeed. */
export async function reportFrom(url: string, args: readonly string[] = []): Promise<ProbeReport> {
  const { code, stdout, stderr } = await runProbe(url, [...args, '--json']);
  if (code !== 0) throw new Error(`the probe ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as ProbeReport;
}

/** One cluster of a report. */
export function clusterOf(report: ProbeReport, name: string | null): ProbeReport['clusters'][number] {
  const cluster = report.clusters.find((one) => one.name === name);
  if (cluster === undefined) throw new Error(`the report has no cluster ${name}`);
  return cluster;
}

/** One signal of one cluster of a report. */
export function signalOf(report: ProbeReport, cluster: string | null, id: string) {
  const signal = clusterOf(report, cluster).signals.find((one) => one.id === id);
  if (signal === undefined) throw new Error(`the report has no signal ${id}`);
  return signal;
}
