import type { Bundle } from '../../catalogue/bundle.ts';
import type { Config } from '../../config/config.ts';
import { parseConfig } from '../../config/load-config.ts';
import type { Check, CheckedAlert } from '../../domain/check.ts';
import { InputError } from '../../domain/errors.ts';
import type { SignalSource } from '../../sources/signal-source.ts';
import { createSimulatedSource } from '../../sources/simulated/simulated-source.ts';
import { NO_TRACING } from '../../telemetry/tracing.ts';
import { loadWithFleet } from '../argocd-fleet.ts';
import { demoConfigText } from '../demo/fleet.ts';
import { fleetOf } from '../demo/world.ts';
import { prometheusSource } from '../prometheus-source.ts';
import type { BacktestFlags, GivenSync } from './flags.ts';

/** Where the past is read: a configuration, its sources, and syncs that are known beside a ledger. */
export interface Past {
  /** With the policy of the call in every wave. */
  readonly config: Config;
  readonly hasLedger: boolean;
  readonly syncs: readonly GivenSync[];
  /** The sources by name. */
  open(parts: SourceParts): { readonly sources: ReadonlyMap<string, SignalSource> };
}

interface SourceParts {
  readonly bundle: Bundle;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
}

const HOUR_MS = 3_600_000;

/**
 * The past that a call names.
 *
 * @throws InputError `usage/past` when it names none or several, `input/policy`; ConfigError
 */
export async function pastOf(flags: BacktestFlags, now: number): Promise<Past> {
  const { config, prometheus, simulate, classOf, policy } = flags;
  if ([config, prometheus, simulate].filter((one) => one !== undefined).length !== 1) {
    throw new InputError(
      'usage/past',
      'name one past: --config with a tidegate.yaml, --prometheus with an address and --class-of, or --simulate',
    );
  }
  if ((prometheus !== undefined) !== classOf.length > 0) {
    throw new InputError(
      'usage/past',
      '--prometheus and --class-of belong together: name each cluster and its class, such as --class-of prod-eu-1=standard',
    );
  }
  if (simulate) return simulatedPast(policy, now);
  const known = prometheus === undefined ? await loadWithFleet(config ?? '') : bareConfig(prometheus, flags);
  return {
    config: withPolicy(known, policy),
    hasLedger: config !== undefined,
    syncs: [],
    open(parts) {
      const context = { ...parts, tracing: NO_TRACING, onQuestion: () => undefined };
      const open = known.sources.map(
        (source) => [source.name, prometheusSource({ ...context, source })] as const,
      );
      return { sources: new Map(open) };
    },
  };
}

/** The demo's fleet; 6 h ago it got bad DNS on one cluster, and something harmless on another. */
function simulatedPast(policy: string | undefined, now: number): Past {
  const text = demoConfigText({ listen: '127.0.0.1:8080', sqlite: 'none', wavesApart: true });
  const at = Math.floor(now / HOUR_MS) * HOUR_MS - 6 * HOUR_MS;
  const bad = { cluster: 'staging-eu-1', at };
  const world = {
    seed: 1,
    time: { factor: 1, realStart: at, start: at },
    faults: [
      {
        kind: 'slow',
        share: 0.01,
        seconds: 2,
        component: 'dns',
        cluster: bad.cluster,
        from: at,
        to: at + HOUR_MS,
      },
    ],
  } as const;
  return {
    config: withPolicy(parse(text, '--simulate'), policy),
    hasLedger: false,
    syncs: [bad, { cluster: 'staging-us-1', at }],
    open({ checks, alerts }) {
      const fleet = fleetOf(world, { checks, alerts });
      return {
        sources: new Map([['simulated', createSimulatedSource({ name: 'simulated', fleet, checks })]]),
      };
    },
  };
}

/** A configuration with nothing but one Prometheus and its clusters, all of one wave. */
function bareConfig(url: string, { classOf }: BacktestFlags): Config {
  const clusters = classOf.map(({ cluster, class: className }) => ({
    name: cluster,
    wave: 'all',
    class: className,
    region: 'unknown',
    source: 'prometheus',
  }));
  const file = {
    gate: { listen: '127.0.0.1:8080' },
    sources: [{ name: 'prometheus', kind: 'prometheus', url }],
    fleet: { clusters },
    waves: [{ name: 'all', policy: 'standard' }],
  };
  // JSON is YAML.
  return parse(JSON.stringify(file), '--prometheus and --class-of');
}

function parse(text: string, source: string): Config {
  return parseConfig(text, { source, folder: process.cwd(), environment: { logLevel: 'error' } });
}

function withPolicy(config: Config, policy: string | undefined): Config {
  if (policy === undefined) return config;
  if (!Object.hasOwn(config.policies, policy)) {
    const known = Object.keys(config.policies).join(', ');
    throw new InputError('input/policy', `there is no policy ${policy}; there are ${known}`, 'policy');
  }
  return { ...config, waves: config.waves.map((wave) => ({ ...wave, policy })) };
}
