import type { PresenceCheck, StateCheck } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import { type BreachRule, isBeyondNow, lastsUntilNow, rowUntil } from './breach.ts';
import type { Finding } from './finding.ts';
import type { ItemsView } from './look.ts';
import { countText, minutesText, plainNumber } from './numbers.ts';
import { toleratedBad } from './tolerated.ts';
import { lastNumber, minuteAt } from './track.ts';
import { sentence } from './wording.ts';

/** What is tolerated of a state or presence signal, from what was before. */
export interface ItemRule extends BreachRule {
  /** Median bad items before the sync, rounded up; undefined when nothing is known. */
  readonly badBefore: number | undefined;
  readonly tolerated: (among: number) => number;
}

/** The rule of a state or presence check; without history it tolerates no more than a healthy set would have. */
export function itemRule(check: StateCheck | PresenceCheck, { badBefore, since }: ItemsView): ItemRule {
  const usual = badBefore ?? 0;
  const tolerated = (among: number) => toleratedBad(usual, among);
  return {
    track: since,
    forMinutes: check.kind === 'state' ? Math.max(1, check.forMinutes) : 1,
    badBefore,
    tolerated,
    beyond: (index) => (since.amounts[index] ?? 0) > tolerated(since.wholes[index] ?? 0),
  };
}

/** Judges bad items: a lasting excess over before halts, a short one is suspicion. */
export function weighItems(check: StateCheck | PresenceCheck, view: ItemsView): Finding {
  const rule = itemRule(check, view);
  const text = itemText(check, rule);
  const evidence = itemEvidence(check.signal, rule);
  // Without history nobody knows that it was better before, and not knowing convicts nobody.
  const mayHalt = check.halts && rule.badBefore !== undefined;
  const halts = mayHalt && lastsUntilNow(rule);
  const reason = { text: sentence(text), ...(evidence && { evidence }) };
  const suspected = mayHalt && !halts && isBeyondNow(rule);
  return {
    check,
    harms: halts ? [{ stage: 'structure', reason: { code: `structure/${check.signal}`, ...reason } }] : [],
    ...(suspected && { suspicion: { code: `suspicion/${check.signal}`, ...reason } }),
    wasSuspicious: suspected,
    text,
    evidence: evidence ? [evidence] : [],
  };
}

function itemText(check: StateCheck | PresenceCheck, rule: ItemRule): string {
  const newest = lastNumber(rule.track);
  if (newest === undefined) return `${check.title}: nothing read since the sync`;
  const bad = rule.track.amounts[newest] ?? 0;
  const among = rule.track.wholes[newest] ?? 0;
  const now = `${check.title}: ${countText(bad)} of ${countText(among)}`;
  const before =
    rule.badBefore === undefined
      ? 'nothing known before the sync'
      : `${countText(rule.badBefore)} before the sync`;
  if (!rule.beyond(newest)) return `${now}, ${before}`;
  const row = minutesText(Math.max(1, rowUntil(rule, newest)));
  return `${now} for ${row} in a row, ${before}, more than the ${plainNumber(rule.tolerated(among))} tolerated`;
}

function itemEvidence(signal: string, rule: ItemRule): Evidence | undefined {
  const newest = lastNumber(rule.track);
  if (newest === undefined) return undefined;
  const among = rule.track.wholes[newest] ?? 0;
  return {
    signal,
    window: { from: minuteAt(rule.track, 0), to: minuteAt(rule.track, newest) },
    ...(rule.badBefore !== undefined && { before: { events: rule.badBefore, exposure: among } }),
    since: { events: rule.track.amounts[newest] ?? 0, exposure: among },
    value: rule.track.amounts[newest] ?? 0,
    limit: rule.tolerated(among),
  };
}
