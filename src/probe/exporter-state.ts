import { EXPORTERS, type ExporterName } from '../catalogue/exporters.ts';
import { EXPORTER_HINTS } from './exporter-hints.ts';
import type { ClusterFacts } from './facts.ts';
import { METRIC_HINTS } from './metric-hints.ts';
import type { Need } from './needs.ts';
import { SAMPLED_SECONDS } from './questions.ts';

/** How one exporter of one cluster arrives. */
export interface ExporterState {
  readonly exporter: ExporterName;
  /** `scraped` has metrics; `down` has targets and none that answers; `absent` has neither. */
  readonly is: 'scraped' | 'down' | 'absent';
  /** Its `job` label as the bundle expects it. */
  readonly configuredJob: string;
  /** The jobs that carry it: the configured ones, or another one that was found. */
  readonly jobs: readonly string[];
  readonly hasConfiguredJob: boolean;
  /** Scrape targets by `up`; 0 where the store has no `up` of the job. */
  readonly targets: number;
  readonly down: number;
  /** Seconds between scrapes, where ten minutes of history tell. */
  readonly intervalSeconds?: number;
  /** Other exporters with metrics under the same job. */
  readonly sharedWith: readonly ExporterName[];
}

/** Jobs as the bundle names them: alternatives are separated by `|`. */
type Jobs = Readonly<Record<ExporterName, string>>;

const NAMES = Object.keys(EXPORTERS) as ExporterName[];

/** The state of every exporter of a cluster: which job carries it, and how that job is scraped. */
export function exporterStates(
  facts: ClusterFacts,
  needs: readonly Need[],
  configured: Jobs,
): ReadonlyMap<ExporterName, ExporterState> {
  const carried = new Map(NAMES.map((exporter) => [exporter, jobsWith(exporter, facts, needs)]));
  const states = NAMES.map((exporter): [ExporterName, ExporterState] => {
    const configuredJob = configured[exporter];
    const found = findJobs(exporter, facts, configuredJob.split('|'), carried.get(exporter) ?? new Map());
    const sharedWith = NAMES.filter(
      (other) => other !== exporter && found.jobs.some((job) => carried.get(other)?.has(job)),
    );
    return [exporter, { exporter, configuredJob, ...found, ...scrapeOf(facts, found.jobs), sharedWith }];
  });
  return new Map(states);
}

/** By job: how many of the metrics that tell of an exporter it has. */
function jobsWith(
  exporter: ExporterName,
  facts: ClusterFacts,
  needs: readonly Need[],
): ReadonlyMap<string, number> {
  const { signs = [], proof } = EXPORTER_HINTS[exporter];
  const read = needs
    .filter((need) => need.exporter === exporter && need.metric !== 'up')
    .map(({ metric }) => metric);
  const old = METRIC_HINTS.filter(({ metric }) => read.includes(metric)).flatMap(
    (hint) => hint.old?.names ?? [],
  );
  const counts = new Map<string, number>();
  for (const metric of new Set([...read, ...old, ...signs])) {
    for (const job of facts.metrics.get(metric) ?? []) counts.set(job, (counts.get(job) ?? 0) + 1);
  }
  if (proof === undefined) return counts;
  const proven = new Set(proof.flatMap((metric) => [...(facts.metrics.get(metric) ?? [])]));
  return new Map([...counts].filter(([job]) => proven.has(job)));
}

function findJobs(
  exporter: ExporterName,
  facts: ClusterFacts,
  configured: readonly string[],
  carried: ReadonlyMap<string, number>,
): Pick<ExporterState, 'is' | 'jobs' | 'hasConfiguredJob'> {
  const { aliases } = EXPORTER_HINTS[exporter];
  const own = configured.filter((job) => carried.has(job) || hasAnswering(facts, job));
  if (own.length > 0) return { is: 'scraped', jobs: own, hasConfiguredJob: true };
  const rank = (job: string) => (aliases.includes(job) ? aliases.indexOf(job) : aliases.length);
  const [best] = [...carried.keys()].sort(
    (a, b) => (carried.get(b) ?? 0) - (carried.get(a) ?? 0) || rank(a) - rank(b) || a.localeCompare(b),
  );
  if (best !== undefined) return { is: 'scraped', jobs: [best], hasConfiguredJob: false };
  const down = configured.filter((job) => facts.targets.has(job));
  if (down.length > 0) return { is: 'down', jobs: down, hasConfiguredJob: true };
  // Jobs of whole discovery mechanisms carry anything; that one is down says nothing about this exporter.
  const alias = aliases.find((job) => facts.targets.has(job) && !job.startsWith('kubernetes-'));
  if (alias !== undefined && !hasAnswering(facts, alias)) {
    return { is: 'down', jobs: [alias], hasConfiguredJob: false };
  }
  return { is: 'absent', jobs: [], hasConfiguredJob: false };
}

function hasAnswering(facts: ClusterFacts, job: string): boolean {
  const targets = facts.targets.get(job);
  return targets !== undefined && targets.down < targets.count;
}

function scrapeOf(
  facts: ClusterFacts,
  jobs: readonly string[],
): Pick<ExporterState, 'targets' | 'down' | 'intervalSeconds'> {
  const all = jobs.flatMap((job) => facts.targets.get(job) ?? []);
  const samples = all.flatMap((targets) => targets.samples ?? []);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    targets: sum(all.map(({ count }) => count)),
    down: sum(all.map(({ down }) => down)),
    ...(samples.length === 0 ? {} : { intervalSeconds: Math.round(SAMPLED_SECONDS / Math.min(...samples)) }),
  };
}
