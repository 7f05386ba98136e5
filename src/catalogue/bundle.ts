import type { Duration } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import type { PrintContext } from '../promql/print.ts';
import { type UnknownName, type UsedNames, unknownNames } from './bundle-names.ts';
import { defineSignal } from './define-signal.ts';
import { EXPORTERS, type ExporterName } from './exporters.ts';
import type { Alert, AnyAlert, AnySignal, Limit, Setting } from './signal.ts';

/** What differs between fleets; everything has a default. */
export interface BundleParameters {
  readonly urls: {
    /** Where runbook links lead; the alert's name is appended. */
    readonly runbooks: string;
    /** Root of Grafana. */
    readonly grafana: string;
  };
  /** `job` label of each exporter; alternatives are separated by `|`. */
  readonly jobs: Readonly<Record<ExporterName, string>>;
  /** Of all exporters; at most 60s. */
  readonly scrapeInterval: Duration;
  readonly settings: Readonly<Record<Setting, number>>;
  /** Other numbers for single alerts, by alert name. */
  readonly limits: Readonly<Record<string, number>>;
  readonly for: Readonly<Record<string, Duration>>;
  readonly over: Readonly<Record<string, Duration>>;
  /** Signals to leave out, by id. */
  readonly leaveOut: readonly string[];
  /** How Alertmanager shows the gate who it is. */
  readonly alertmanager: {
    /** Path, where Alertmanager runs, of the file with the token that the webhook sends. */
    readonly tokenFile?: string;
  };
  /** Clusters that should exist. */
  readonly clusters: readonly InventoryCluster[];
}

export interface InventoryCluster {
  readonly name: string;
  readonly wave: string;
  readonly class: string;
  readonly region: string;
}

/** Signals with the parameters already in them; what every renderer takes. */
export interface Bundle {
  readonly signals: readonly AnySignal[];
  readonly parameters: BundleParameters;
  readonly print: PrintContext;
}

/** Gibibytes in bytes. */
const GIB = 1024 ** 3;

export const DEFAULT_PARAMETERS: BundleParameters = {
  urls: { runbooks: 'http://127.0.0.1:8080/runbooks', grafana: 'http://127.0.0.1:3000' },
  jobs: Object.fromEntries(Object.entries(EXPORTERS).map(([name, { job }]) => [name, job])) as Record<
    ExporterName,
    string
  >,
  scrapeInterval: '30s',
  settings: {
    // The database limit of a standard EKS control plane; provisioned tiers have more.
    'etcd.limitBytes': 8 * GIB,
    // EKS ships CoreDNS with two replicas; one is none while its node is replaced.
    'coredns.minReplicas': 2,
  },
  limits: {},
  for: {},
  over: {},
  leaveOut: [],
  alertmanager: {},
  clusters: [],
};

/** At most this many signals of a component are required, and this many of all are critical: go must stay reachable. */
const MAX_REQUIRED = 3;
const MAX_CRITICAL = 5;

/**
 * Signals and parameters as one bundle, checked as a whole.
 *
 * @throws DefinitionError `bundle/...`, or `signal/...` where a parameter makes a signal mean nothing
 */
export function defineBundle(
  signals: readonly AnySignal[],
  given: Partial<Omit<BundleParameters, 'urls' | 'jobs' | 'settings'>> & {
    readonly urls?: Partial<BundleParameters['urls']>;
    readonly jobs?: Partial<BundleParameters['jobs']>;
    readonly settings?: Partial<BundleParameters['settings']>;
  } = {},
): Bundle {
  const parameters: BundleParameters = {
    ...DEFAULT_PARAMETERS,
    ...given,
    urls: { ...DEFAULT_PARAMETERS.urls, ...given.urls },
    jobs: { ...DEFAULT_PARAMETERS.jobs, ...given.jobs },
    settings: { ...DEFAULT_PARAMETERS.settings, ...given.settings },
  };
  refuseUnknownNames(signals, parameters);
  const kept = signals.filter(({ id }) => !parameters.leaveOut.includes(id));
  const resolved = kept.map((signal) => withParameters(signal, parameters));
  refuseDuplicates(
    resolved.map(({ id }) => id),
    'signal',
  );
  refuseDuplicates(
    resolved.flatMap(({ alerts }) => alerts.map((alert: AnyAlert) => alert.name)),
    'alert',
  );
  refuseTooMany(resolved);
  return { signals: resolved, parameters, print: { jobs: parameters.jobs } };
}

/** Said before the catalogue's reasons where its numbers are not in force. */
const OWN_NUMBERS = 'The configuration has numbers of its own here; those of the catalogue were chosen so:';

/** The signal with the bundle's numbers for its alerts, checked again: a limit from a file may be a percentage too. */
function withParameters(signal: AnySignal, { limits, for: lasting, over }: BundleParameters): AnySignal {
  const alerts = signal.alerts.map((alert: AnyAlert): AnyAlert => {
    const limit = limits[alert.name];
    const window = over[alert.name];
    const when = {
      ...alert.when,
      ...(limit === undefined ? {} : { limit }),
      ...(window === undefined ? {} : { over: window }),
    } as Alert['when'];
    const wait = lasting[alert.name];
    const isOwn = [limit, window, wait].some((number) => number !== undefined);
    const because = isOwn ? `${OWN_NUMBERS} ${alert.because}` : alert.because;
    return { ...alert, for: wait ?? alert.for, when, because };
  });
  return defineSignal({ ...signal, alerts } as AnySignal);
}

function refuseUnknownNames(signals: readonly AnySignal[], parameters: BundleParameters): void {
  const problems = bundleNameProblems(signals, parameters);
  if (problems[0] === undefined) return;
  throw new DefinitionError(
    problems[0].code,
    problems.map(({ path, message }) => `${path}: ${message}`).join('; '),
  );
}

/** Names in a bundle's parameters that mean nothing; reads what is there, right or wrong in shape. */
export function bundleNameProblems(
  signals: readonly AnySignal[],
  parameters: { readonly [K in keyof UsedNames]?: unknown },
): readonly UnknownName[] {
  const namesIn = (section: Exclude<keyof UsedNames, 'leaveOut'>) => {
    const value = parameters[section];
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  };
  const { leaveOut } = parameters;
  return unknownNames(
    signals,
    {
      jobs: namesIn('jobs'),
      settings: namesIn('settings'),
      limits: namesIn('limits'),
      for: namesIn('for'),
      over: namesIn('over'),
      leaveOut: Array.isArray(leaveOut) ? leaveOut.filter((id) => typeof id === 'string') : [],
    },
    { jobs: Object.keys(DEFAULT_PARAMETERS.jobs), settings: Object.keys(DEFAULT_PARAMETERS.settings) },
  );
}

function refuseDuplicates(names: readonly string[], what: string): void {
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) {
    throw new DefinitionError('bundle/duplicate', `two ${what}s are called ${twice.join(', ')}`);
  }
}

function refuseTooMany(signals: readonly AnySignal[]): void {
  const required = signals.filter(({ check }) => 'halts' in check && check.required);
  for (const { component } of required) {
    const ids = required.filter((signal) => signal.component === component).map(({ id }) => id);
    if (ids.length > MAX_REQUIRED) {
      throw new DefinitionError(
        'bundle/required',
        `${component} requires ${ids.join(', ')}; ${MAX_REQUIRED} at most, or go is never reached`,
      );
    }
  }
  const critical = signals.filter(({ check }) => 'halts' in check && check.critical).map(({ id }) => id);
  if (critical.length > MAX_CRITICAL) {
    throw new DefinitionError(
      'bundle/critical',
      `${critical.join(', ')} are critical; ${MAX_CRITICAL} at most, or nothing is`,
    );
  }
}

/** An alert's limit as a number, with settings filled in; undefined where its condition has none. */
export function limitOf(alert: AnyAlert, parameters: BundleParameters): number | undefined {
  if (!('limit' in alert.when)) return undefined;
  const limit: Limit = alert.when.limit;
  return typeof limit === 'number' ? limit : limit.share * parameters.settings[limit.of];
}

/** The page of an alert. */
export function runbookUrl(alertName: string, parameters: BundleParameters): string {
  return `${parameters.urls.runbooks}/${alertName}`;
}
