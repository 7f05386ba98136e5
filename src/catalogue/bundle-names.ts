import type { ConfigProblem } from '../domain/errors.ts';
import type { AnyAlert, AnySignal } from './signal.ts';

/** A name in a bundle's parameters that means nothing, with its path below the bundle and a stable code. */
export interface UnknownName extends ConfigProblem {
  readonly code: string;
}

/** The names that parameters use, by section. */
export interface UsedNames {
  readonly jobs: readonly string[];
  readonly settings: readonly string[];
  readonly limits: readonly string[];
  readonly for: readonly string[];
  readonly over: readonly string[];
  readonly leaveOut: readonly string[];
}

/** The names that are there for exporters and settings; those of alerts and signals come from the catalogue. */
export type KnownNames = Pick<UsedNames, 'jobs' | 'settings'>;

/** Every name that the catalogue does not have, and every number for an alert that has none; all of them at once. */
export function unknownNames(
  signals: readonly AnySignal[],
  used: UsedNames,
  known: KnownNames,
): readonly UnknownName[] {
  const alerts = signals.flatMap((signal) => signal.alerts as readonly AnyAlert[]);
  const numbers = (['limits', 'for', 'over'] as const).flatMap((section) =>
    used[section].flatMap((name) => numberProblem(section, name, alerts)),
  );
  const strangers = (['jobs', 'settings'] as const).flatMap((section) =>
    used[section]
      .filter((name) => !known[section].includes(name))
      .map((name) => ({
        code: 'bundle/unknown-name',
        path: name.includes('.') ? `${section}["${name}"]` : `${section}.${name}`,
        message: `there is no such name; there are ${known[section].join(', ')}`,
      })),
  );
  const signalIds = signals.map(({ id }) => id);
  const leftOut = used.leaveOut
    .filter((id) => !signalIds.includes(id))
    .map((id) => ({ code: 'bundle/unknown-signal', path: 'leaveOut', message: `there is no signal ${id}` }));
  return [...numbers, ...strangers, ...leftOut];
}

function numberProblem(
  section: 'limits' | 'for' | 'over',
  name: string,
  alerts: readonly AnyAlert[],
): readonly UnknownName[] {
  const path = `${section}.${name}`;
  const alert = alerts.find((candidate) => candidate.name === name);
  if (alert === undefined) {
    return [{ code: 'bundle/unknown-alert', path, message: 'there is no alert of this name' }];
  }
  const has = section === 'for' || (section === 'limits' ? 'limit' : 'over') in alert.when;
  if (has) return [];
  return [
    {
      code: 'bundle/no-such-number',
      path,
      message: `this alert is "${alert.when.is}" and has no such number`,
    },
  ];
}
