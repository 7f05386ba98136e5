import type { CheckedAlert } from '../../domain/check.ts';
import type { Component } from '../../domain/component.ts';
import { isWorkloadOf } from '../../domain/component-workloads.ts';
import { neededBy } from '../../domain/dependencies.ts';
import type { AlertReading, Reading } from '../../domain/reading.ts';
import { blockedBy, type Finding } from './finding.ts';
import type { Place } from './preflight.ts';
import { lackingBadly, workloadsOf } from './workloads.ts';

/** A place, and which alerts fire there. */
export interface DependenciesPlace extends Place {
  readonly alerts: readonly CheckedAlert[];
  readonly sight: { readonly alerts: Reading<readonly AlertReading[]> };
}

/** What the change stands on must be well before it: Karpenter that gets no credentials would be blamed for it. */
export function dependenciesHealthy(place: DependenciesPlace): readonly Finding[] {
  const { cluster, components } = place;
  const blockers = neededBy(components).flatMap((component) => {
    const why = troubleOf(component, place);
    return why === undefined ? [] : [{ finding: `dependency/${component}`, what: `${component} (${why})` }];
  });
  return blockedBy(place, blockers, {
    code: 'dependency/unhealthy',
    text: (names) => `The change stands on components of ${cluster.name} that are not well: ${names}.`,
    whoCanAct: 'whoever looks after those components',
  });
}

function troubleOf(
  component: Component,
  { preflight, alerts, sight }: DependenciesPlace,
): string | undefined {
  const lacking = workloadsOf(preflight.facts)
    .filter(({ name }) => isWorkloadOf(component, name))
    .find(lackingBadly);
  if (lacking) return `${lacking.name} has ${lacking.arrived} of ${lacking.wanted} pods`;
  if (sight.alerts.is !== 'value') return undefined;
  // Those that can halt hold a change whatever it touches: they are told by themselves.
  const serious = alerts.filter(
    (alert) => alert.component === component && !alert.halts && alert.severity === 'critical',
  );
  const firing = sight.alerts.value.find(
    ({ name, state }) => state === 'firing' && serious.some((alert) => alert.name === name),
  );
  return firing && `${firing.name} is firing`;
}
