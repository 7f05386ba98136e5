import type { ExporterName } from '../catalogue/exporters.ts';
import type { AnySignal } from '../catalogue/signal.ts';
import { EXPORTER_HINTS } from './exporter-hints.ts';
import type { ExporterState } from './exporter-state.ts';
import type { Problem } from './problem.ts';

/** What the judgement of exporters stands on, besides their state. */
export interface ExporterContext {
  /** The `job` to configure, where no cluster of the fleet has the configured one or some have others. */
  readonly jobToSet: ReadonlyMap<ExporterName, string>;
  /** Share of a job's targets that may be down, 0..1. */
  readonly mostDown: number;
  /** Seconds between scrapes that the bundle counts by. */
  readonly intervalSeconds: number;
  /** Signals that need the exporter alone, for leaving them out. */
  readonly alone: (exporter: ExporterName) => readonly string[];
}

/** Longest interval of scrapes whose counts can be told by the minute, in seconds. */
const MINUTE = 60;
/** Scrapes are never quite regular; a quarter more is another interval. */
const JITTER = 1.25;
/** Intervals that people set, in seconds. */
const USUAL_INTERVALS = [5, 10, 15, 20, 30, 60] as const;

/**
 * What keeps a signal from one of its exporters.
 *
 * @param readsUp whether the signal reads `up` of the exporter: then its targets must be its own
 */
export function exporterProblems(
  signal: AnySignal,
  state: ExporterState,
  readsUp: boolean,
  context: ExporterContext,
): readonly Problem[] {
  if (state.is === 'absent') return [notScraped(state, context)];
  const named = jobProblems(state, context);
  if (state.is === 'down') return [...named, down(state)];
  return [...named, ...upProblems(state, readsUp, context), ...intervalProblems(signal, state, context)];
}

function notScraped({ exporter, configuredJob }: ExporterState, { alone }: ExporterContext): Problem {
  const { called, scrape, without } = EXPORTER_HINTS[exporter];
  const leaveOut =
    without === undefined
      ? ''
      : `; ${without}: where that is so, bundle.leaveOut: [${alone(exporter).join(', ')}]`;
  return {
    code: 'exporter/not-scraped',
    makes: 'missing',
    what: `${called} is not scraped: no series of the job ${configuredJob}, nor its metrics under any other`,
    mend: `${scrape}${leaveOut}`,
  };
}

function down({ exporter, jobs, targets }: ExporterState): Problem {
  const { called, down: why } = EXPORTER_HINTS[exporter];
  const count = targets === 1 ? 'the one target' : `all ${targets} targets`;
  return {
    code: 'exporter/down',
    makes: 'missing',
    what: `${called} does not answer: ${count} of the job ${jobs.join(', ')} ${targets === 1 ? 'is' : 'are'} down`,
    mend: why,
  };
}

function jobProblems(state: ExporterState, { jobToSet }: ExporterContext): readonly Problem[] {
  if (state.hasConfiguredJob) return [];
  const { exporter, configuredJob, jobs, sharedWith } = state;
  const named = `${EXPORTER_HINTS[exporter].called} is scraped under the job ${jobs.join(', ')}, not ${configuredJob}`;
  if (sharedWith.length > 0) {
    const what = `${named}, together with ${sharedWith.join(', ')}`;
    return [{ code: 'job/other-name', makes: 'partly', what, mend: ownJob(exporter) }];
  }
  const path = `bundle.jobs.${exporter}`;
  const value = jobToSet.get(exporter) ?? jobs.join('|');
  const mend = `set ${path}: ${value} and render the rules again`;
  return [{ code: 'job/other-name', makes: 'partly', what: named, mend, setting: { path, value } }];
}

/** A job that carries several exporters can't tell that one of them is gone. */
function ownJob(exporter: ExporterName): string {
  return `give ${exporter} a job of its own: a relabel_config with target_label: job, replacement: ${exporter}`;
}

function upProblems(state: ExporterState, readsUp: boolean, context: ExporterContext): readonly Problem[] {
  const { exporter, jobs, targets, down: notAnswering, sharedWith } = state;
  const { called, down: why } = EXPORTER_HINTS[exporter];
  const job = jobs.join(', ');
  if (targets === 0) {
    return [
      {
        code: 'up/absent',
        makes: readsUp ? 'missing' : 'partly',
        what: `the store has metrics of the job ${job} and no series "up" of it`,
        mend: `let "up" of the job ${job} through, with its cluster label: metric_relabel_configs do not reach it, relabel_configs and write_relabel_configs do`,
      },
    ];
  }
  const problems: Problem[] = [];
  if (notAnswering / targets > context.mostDown) {
    problems.push({
      code: 'exporter/targets-down',
      makes: 'partly',
      what: `${called}: ${notAnswering} of ${targets} targets of the job ${job} are down`,
      mend: why,
    });
  }
  if (readsUp && state.hasConfiguredJob && sharedWith.length > 0) {
    problems.push({
      code: 'job/shared',
      makes: 'partly',
      what: `the job ${job} carries ${sharedWith.join(', ')} too: that ${exporter} is gone would not show`,
      mend: ownJob(exporter),
    });
  }
  return problems;
}

function intervalProblems(
  signal: AnySignal,
  state: ExporterState,
  context: ExporterContext,
): readonly Problem[] {
  const { intervalSeconds: seconds, jobs } = state;
  const isCounted = signal.kind === 'ratio' || signal.kind === 'latency' || signal.kind === 'events';
  if (!isCounted || seconds === undefined || seconds <= context.intervalSeconds * JITTER) return [];
  const what = `the job ${jobs.join(', ')} is scraped every ${seconds} s`;
  if (seconds > MINUTE * JITTER) {
    return [
      {
        code: 'scrape/too-slow',
        makes: 'missing',
        what: `${what}; events can’t be counted by the minute`,
        mend: `set scrape_interval: ${MINUTE}s or less for the job ${jobs.join(', ')}`,
      },
    ];
  }
  const value = `${USUAL_INTERVALS.find((usual) => usual >= seconds * 0.9) ?? MINUTE}s`;
  return [
    {
      code: 'scrape/slower-than-set',
      makes: 'partly',
      what: `${what}, the rules count by ${context.intervalSeconds} s: a scrape that fails would leave minutes without a count`,
      mend: `set bundle.scrapeInterval: ${value} (and scrapeInterval of the source) and render the rules again, or scrape more often`,
      setting: { path: 'bundle.scrapeInterval', value },
    },
  ];
}
