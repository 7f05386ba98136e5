import type { CheckedAlert } from '../domain/check.ts';
import { touches } from '../domain/component.ts';
import type { AlertReading } from '../domain/reading.ts';
import type { Reason, ReasonCode } from '../domain/verdict.ts';
import { alertIdentity } from './alert-identity.ts';
import { type Cause, told } from './cause.ts';
import type { Finding } from './finding.ts';
import type { LookInstant, RunFacts } from './run-facts.ts';
import { sentence } from './wording.ts';

/** What the alerts say at a look. */
export interface AlertFindings {
  readonly halts: readonly Cause[];
  /** Firing, and no reason to halt: the change isn't to blame, but nobody goes on beside it. */
  readonly holds: readonly Cause[];
  /** Would halt if they fired; the soak waits for their end. */
  readonly pending: readonly Cause[];
  /** Set when it isn't completely known which alerts fire. */
  readonly unknown?: Cause;
}

interface Seen {
  readonly alert: CheckedAlert;
  readonly reading: AlertReading;
  readonly identity: string;
}

/** Sorts the alerts that can halt by what they may do here: new or old, the change's business or not. */
export function weighAlerts(
  facts: RunFacts,
  { alertsNow, controlAlerts = [] }: LookInstant,
  findings: readonly Pick<Finding, 'check' | 'isShared'>[],
): AlertFindings {
  const { alertsBefore, components } = facts;
  const before = new Set(alertsBefore);
  const seen = haltingAlerts(facts, alertsNow);
  const isNew = ({ identity }: Seen) => !before.has(identity);
  const isOurs = ({ alert }: Seen) => alert.critical || touches(components, alert.component);
  const firing = seen.filter(({ reading }) => reading.state === 'firing');
  const firingIdentities = new Set(firing.map(({ identity }) => identity));
  const firesThere = ({ alert }: Seen) => controlAlerts.includes(alert.name);
  // An incident of the fleet takes one cluster over an alert's limit minutes before the next, and lets go of it later.
  const shared = new Set(findings.filter(({ isShared }) => isShared).map(({ check }) => check.signal));
  const isShared = (each: Seen) => firesThere(each) || shared.has(each.alert.signal);
  const pending = seen.filter(
    (each) =>
      each.reading.state === 'pending' && !firingIdentities.has(each.identity) && isNew(each) && isOurs(each),
  );
  const unknown = unknownReason(alertsNow);
  return {
    halts: reasons(
      'alert/firing',
      firing.filter((each) => isNew(each) && isOurs(each) && !isShared(each)),
      'is firing and did not fire before the sync',
    ),
    holds: [
      ...reasons(
        'fleet/incident',
        firing.filter((each) => isNew(each) && isOurs(each) && firesThere(each)),
        'is firing, and newly on clusters without the change too',
      ),
      ...reasons(
        'fleet/incident',
        firing.filter((each) => isNew(each) && isOurs(each) && isShared(each) && !firesThere(each)),
        'is firing, and clusters without the change got worse by as much',
      ),
      ...reasons(
        'alert/unrelated',
        firing.filter((each) => isNew(each) && !isOurs(each)),
        'is firing on a component that the change does not touch',
      ),
      ...reasons(
        'baseline/unhealthy',
        firing.filter((each) => !isNew(each)),
        'is firing as it did before the sync',
      ),
    ],
    pending: reasons('alert/pending', pending, 'is pending; the soak waits until it fires or ends'),
    ...(unknown && { unknown: told(unknown) }),
  };
}

/** Alerts that can halt, one per identity and state, in the order of their identities. */
function haltingAlerts({ alerts }: RunFacts, alertsNow: LookInstant['alertsNow']): readonly Seen[] {
  if (alertsNow.is !== 'value' && alertsNow.is !== 'partial') return [];
  if (alertsNow.value.length === 0) return [];
  const halting = new Map(alerts.filter(({ halts }) => halts).map((alert) => [alert.name, alert]));
  const byIdentity = new Map<string, Seen>();
  for (const reading of alertsNow.value) {
    const alert = halting.get(reading.name);
    if (alert === undefined) continue;
    const identity = alertIdentity(reading);
    const key = `${reading.state} ${identity}`;
    const known = byIdentity.get(key);
    const isFirst = known === undefined || JSON.stringify(reading) < JSON.stringify(known.reading);
    if (isFirst) byIdentity.set(key, { alert, reading, identity });
  }
  return [...byIdentity.values()].sort((a, b) => (a.identity < b.identity ? -1 : 1));
}

function reasons(code: ReasonCode, seen: readonly Seen[], what: string): readonly Cause[] {
  return seen.map((each) => ({ code, tell: () => alertReason(code, each, what) }));
}

function alertReason(code: ReasonCode, { alert, reading }: Seen, what: string): Reason {
  const labels = Object.entries(reading.labels).map(([name, value]) => `${name}=${value}`);
  const where = labels.length === 0 ? '' : ` (${labels.sort().join(', ')})`;
  return {
    code,
    text: sentence(`${alert.name}${where} ${what}: ${alert.summary}`),
    evidence: {
      signal: alert.signal,
      alert: alert.name,
      labels: reading.labels,
      links: { runbook: alert.runbookUrl },
    },
  };
}

function unknownReason(alertsNow: LookInstant['alertsNow']): Reason | undefined {
  switch (alertsNow.is) {
    case 'value':
      return undefined;
    case 'partial':
      return {
        code: 'data/partial',
        text: sentence(`the list of firing alerts is incomplete: ${alertsNow.cause}`),
      };
    case 'unknown':
      return { code: 'data/unknown', text: sentence(`which alerts fire is not known: ${alertsNow.cause}`) };
    default:
      return { code: 'data/unknown', text: 'Which alerts fire is not known: the store has no answer.' };
  }
}
