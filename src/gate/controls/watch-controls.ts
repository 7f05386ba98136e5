import type { Check } from '../../domain/check.ts';
import { alertIdentity } from '../../judge/alert-identity.ts';
import type { ControlMinute } from '../../judge/controls.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import type { Observation } from '../../sources/signal-source.ts';
import { coveredChecks, type OpeningFacts } from '../opening.ts';
import type { Sight } from '../sight.ts';
import { causesBy } from './causes.ts';
import type { FleetMoves } from './fleet-moves.ts';
import { cleanReadings, poolMinute } from './pool-controls.ts';
import { REST_MS } from './standstill.ts';

/** The controls of a run that have not been changed since it opened, nor in the day before. */
export function stillControls(
  { controls, baselineEnd }: OpeningFacts,
  moves: Pick<FleetMoves, 'movedAt'>,
): readonly string[] {
  return (controls?.clusters ?? []).filter((cluster) => moves.movedAt(cluster) < baselineEnd - REST_MS);
}

/** What the controls of one look's runs did: runs with the same controls share what is pooled of them. */
export interface ControlsSeen {
  of(
    opening: OpeningFacts,
    still: readonly string[],
    learned: LearnedClass | undefined,
  ): Pick<Sight, 'controls' | 'controlAlerts'>;
}

/** Pools the controls in an observation. */
export function seeControls(observation: Observation, checks: readonly Check[]): ControlsSeen {
  const readings = cleanReadings(observation);
  const pools = new Map<string, Map<number, ControlMinute>>();
  return {
    of({ controls, covered, learned: known }, clusters, learned) {
      if (controls === undefined) return {};
      const { usualBad, alertsBefore } = controls;
      const key = JSON.stringify([clusters, usualBad, covered, known]);
      const pool = pools.get(key) ?? new Map<number, ControlMinute>();
      pools.set(key, pool);
      const pooling = {
        clusters,
        usualBad,
        checks: coveredChecks(checks, covered),
        causesOf: causesBy(learned),
      };
      return {
        controls(minute) {
          const pooled = pool.get(minute) ?? poolMinute(readings, minute, pooling);
          pool.set(minute, pooled);
          return pooled;
        },
        controlAlerts: newlyFiring(observation, clusters, alertsBefore),
      };
    },
  };
}

function newlyFiring(
  { alerts }: Observation,
  clusters: readonly string[],
  before: readonly string[],
): readonly string[] {
  if (alerts.is !== 'value' && alerts.is !== 'partial') return [];
  const firing = alerts.value.filter(
    (alert) =>
      alert.state === 'firing' && clusters.includes(alert.cluster) && !before.includes(alertIdentity(alert)),
  );
  return [...new Set(firing.map(({ name }) => name))].sort();
}
