import type { Check, CheckedAlert } from '../domain/check.ts';
import { type Component, touches } from '../domain/component.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import type { Cluster } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { coverageReason } from '../judge/coverage.ts';
import { deprecatedApis, evictionsBlocked, policyFindings } from './preflight/blockers.ts';
import { budgetsLeft } from './preflight/budgets.ts';
import { clusterBusy } from './preflight/busy.ts';
import { factsCovered, factsKnown, targetKnown } from './preflight/coverage.ts';
import { dependenciesHealthy } from './preflight/dependencies.ts';
import type { Finding } from './preflight/finding.ts';
import type { Preflight } from './preflight/preflight.ts';
import { placeAt, placesOf, type Sight } from './sight.ts';
import type { Turn } from './turn.ts';

/** What admission is decided by. */
export interface AdmissionFacts {
  readonly cluster: Cluster;
  readonly components: readonly Component[];
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  readonly sight: Sight;
  readonly preflight: Preflight;
  /** Whether the rollout has come to the cluster. */
  readonly turn: Turn;
  /** Signals that the cluster delivered in the last day; absent while that has not been asked. */
  readonly covered?: readonly string[];
}

/** A condition of admission: what stands against it, and what is to be said beside a go; nothing, when it holds. */
export type AdmissionRule = (facts: AdmissionFacts) => readonly Finding[];

/** The newest final minutes in which a cluster must have been heard of. */
export const FRESH_MINUTES = 5;

/** Every condition, in the order in which a person should read what is missing. */
export const ADMISSION_RULES: readonly AdmissionRule[] = [
  inTurn,
  clusterBusy,
  readable,
  known,
  fresh,
  covered,
  healthyBefore,
  dependenciesHealthy,
  budgetsLeft,
  evictionsBlocked,
  deprecatedApis,
  policyFindings,
  targetKnown,
  factsCovered,
];

/** Everything that is found about letting a change onto a cluster now; without one that holds it is yes. */
export function findingsOf(
  facts: AdmissionFacts,
  rules: readonly AdmissionRule[] = ADMISSION_RULES,
): readonly Finding[] {
  return rules.flatMap((rule) => rule(facts));
}

/** Why a change is let onto a cluster. */
export function admissionReasons(cluster: Cluster, { because }: Turn): readonly [Reason, ...Reason[]] {
  const text = `Every condition holds; the change may be applied to ${cluster.name}.`;
  return [{ code: 'admission/admitted', text }, because];
}

function inTurn({ turn }: AdmissionFacts): readonly Reason[] {
  return turn.against;
}

function readable({ sight }: AdmissionFacts): readonly Reason[] {
  return sight.blind ? [sight.blind] : [];
}

// One source tells signals and facts: what is said of the one need not be said of the other.
function known(facts: AdmissionFacts): readonly Finding[] {
  return facts.sight.blind ? [] : factsKnown(facts);
}

function fresh({ cluster, checks, sight }: AdmissionFacts): readonly Reason[] {
  if (sight.blind) return [];
  const { to } = sight.window;
  const places = checks.filter(({ required }) => required).flatMap(placesOf);
  for (let minute = to; minute > to - FRESH_MINUTES * MINUTE_MS; minute -= MINUTE_MS) {
    for (const place of places) {
      const { is } = placeAt(sight.readings, place, minute);
      if (is === 'value' || is === 'no-traffic') return [];
    }
  }
  return [
    {
      code: 'baseline/stale',
      text: `No required signal of ${cluster.name} has a reading in its ${FRESH_MINUTES} newest minutes; check its scraping and its rules.`,
    },
  ];
}

function covered({ components, checks, covered: signals }: AdmissionFacts): readonly Reason[] {
  if (signals === undefined) return [];
  const delivered = checks.filter(({ required, signal }) => required && signals.includes(signal));
  const isWatched = (component: Component) =>
    delivered.some((check) => touches([component], check.component));
  return components.filter((component) => !isWatched(component)).map(coverageReason);
}

function healthyBefore({ alerts, sight }: AdmissionFacts): readonly Reason[] {
  if (sight.alerts.is !== 'value') return [];
  const halting = new Map(alerts.filter(({ halts }) => halts).map((alert) => [alert.name, alert]));
  const firing = sight.alerts.value.filter(({ name, state }) => state === 'firing' && halting.has(name));
  return firing.map(({ name, labels }) => {
    const alert = halting.get(name);
    return {
      code: 'baseline/unhealthy',
      text: `${name} is firing before the change: ${alert?.summary ?? 'see its runbook'}`,
      evidence: {
        signal: alert?.signal ?? name,
        alert: name,
        labels,
        ...(alert && { links: { runbook: alert.runbookUrl } }),
      },
    };
  });
}
