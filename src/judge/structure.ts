import type { PresenceCheck, StateCheck } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import { isBeyondNow, lastsUntilNow } from './breach.ts';
import type { Cause } from './cause.ts';
import type { Finding } from './finding.ts';
import type { ItemsPlan } from './judge-plan.ts';
import type { ItemsState } from './judge-state.ts';
import { type Look, minuteAt } from './look.ts';
import { countText, minutesText, plainNumber } from './numbers.ts';
import { toleratedBad } from './tolerated.ts';
import { sentence } from './wording.ts';

/** How many bad items of a check are tolerated; without history no more than a healthy set would have. */
export function toleratedItems({ badBefore }: ItemsPlan, among: number): number {
  return toleratedBad(badBefore ?? 0, among);
}

/** Minutes in a row that make a breach of a check's, 1 or more. */
export function breachMinutes(check: StateCheck | PresenceCheck): number {
  return check.kind === 'state' ? Math.max(1, check.forMinutes) : 1;
}

/** Judges bad items: a lasting excess over before halts, a short one is suspicion. */
export function weighItems(plan: ItemsPlan, state: ItemsState, look: Look): Finding {
  const { check } = plan;
  // Without history nobody knows that it was better before, and not knowing convicts nobody.
  const mayHalt = check.halts && plan.badBefore !== undefined;
  const forMinutes = breachMinutes(check);
  const lasts = mayHalt && lastsUntilNow(state.breach, forMinutes);
  // What has ended on the controls and goes on here is no incident of the fleet any more.
  const isShared = state.sharedAt >= Math.max(0, look.minutes - forMinutes);
  const halts = lasts && !isShared;
  const suspected = mayHalt && !lasts && isBeyondNow(state.breach, state.row);
  const evidence = () => itemEvidence(plan, state, look);
  const text = () => itemText(plan, state);
  const cause = <C extends 'structure' | 'suspicion'>(stage: C) => {
    const code = `${stage}/${check.signal}` as const;
    return {
      code,
      tell() {
        const [seen] = evidence();
        return { code, text: sentence(text()), ...(seen && { evidence: seen }) };
      },
    };
  };
  return {
    check,
    harms: halts ? [{ stage: 'structure', cause: cause('structure') }] : [],
    ...(suspected && { suspicion: cause('suspicion') }),
    ...(lasts && isShared && { incident: incidentOf(plan, state, look) }),
    isShared,
    wasSuspicious: suspected,
    text,
    evidence,
  };
}

function incidentOf(plan: ItemsPlan, state: ItemsState, look: Look): Cause {
  const code = 'fleet/incident';
  const tell = () => {
    const [evidence] = itemEvidence(plan, state, look);
    const text = `${itemText(plan, state)}; clusters without the change show the same`;
    return {
      code,
      text: sentence(text),
      ...(evidence && { evidence }),
    } as const;
  };
  return { code, tell };
}

function itemText(plan: ItemsPlan, { row, breach }: ItemsState): string {
  const { check, badBefore } = plan;
  if (row.numberAt < 0) return `${check.title}: nothing read since the sync`;
  const now = `${check.title}: ${countText(row.amount)} of ${countText(row.whole)}`;
  const before =
    badBefore === undefined ? 'nothing known before the sync' : `${countText(badBefore)} before the sync`;
  if (!breach.isBeyond) return `${now}, ${before}`;
  const minutes = minutesText(Math.max(1, breach.rowThen));
  const tolerated = plainNumber(toleratedItems(plan, row.whole));
  return `${now} for ${minutes} in a row, ${before}, more than the ${tolerated} tolerated`;
}

function itemEvidence(plan: ItemsPlan, { row }: ItemsState, look: Look): readonly Evidence[] {
  const { check, badBefore } = plan;
  if (row.numberAt < 0) return [];
  return [
    {
      signal: check.signal,
      window: { from: look.plan.first, to: minuteAt(look.plan, row.numberAt) },
      ...(badBefore !== undefined && { before: { events: badBefore, exposure: row.whole } }),
      since: { events: row.amount, exposure: row.whole },
      value: row.amount,
      limit: toleratedItems(plan, row.whole),
    },
  ];
}
