import { MINUTE_MS, type MinuteReading } from '../../../src/domain/reading.ts';
import type { Reason, Verdict } from '../../../src/domain/verdict.ts';
import { alertIdentity } from '../../../src/judge/alert-identity.ts';
import type { JudgeInput, Judgement } from '../../../src/judge/judge-input.ts';

/**
 * A judge with rules that a test can foresee: more than 10 % DNS errors in a minute halt, so does an alert that can and
 * did not fire before; go is `minSoak` with a value of every required count in every minute since settling. It fails a
 * test whose gate hands it what no judge should get.
 */
export function testJudge(input: JudgeInput): Judgement {
  refuse(input);
  const { settledAt, soakMs, policy } = input;
  const say = (verdict: Verdict, code: Reason['code'], text: string): Judgement => ({
    verdict,
    reasons: [{ code, text }],
    checks: [{ signal: 'dns-errors', outcome: verdict === 'halt' ? 'harm' : 'shown', text, evidence: [] }],
    extended: false,
  });
  const bad = since(input, 'dns-errors', input.syncedAt).find(
    ({ reading }) => reading.is === 'value' && reading.value.events > reading.value.exposure * 0.1,
  );
  if (bad) return say('halt', 'regression/dns-errors', `bad in the minute that ended at ${bad.minute}`);
  const alert = newAlert(input);
  if (alert !== undefined) return say('halt', 'alert/firing', `${alert} fires`);
  if (settledAt === undefined) return say('hold', 'run/settling', 'settling');
  const soaked = since(input, 'dns-errors', settledAt);
  const values = soaked.filter(({ reading }) => reading.is === 'value').length;
  if (soakMs >= policy.minSoakMs && values > 0 && values === soaked.length) {
    return say('go', 'evidence/complete', `${values} minutes`);
  }
  if (soakMs >= policy.maxSoakMs) return say('inconclusive', 'run/max-soak', 'no evidence');
  return say('hold', 'evidence/gathering/dns-errors', `${values} of ${soaked.length} minutes`);
}

function since(input: JudgeInput, key: string, from: number): readonly MinuteReading<CountValue>[] {
  const start = Math.max(from, input.baselineEnd);
  return (input.readings.counts.get(key) ?? []).filter(({ minute }) => minute - MINUTE_MS >= start);
}

type CountValue = { readonly events: number; readonly exposure: number };

function newAlert({ alertsNow, alertsBefore, alerts }: JudgeInput): string | undefined {
  if (alertsNow.is !== 'value') return undefined;
  const halting = alertsNow.value.filter(
    (alert) =>
      alert.state === 'firing' &&
      !alertsBefore.includes(alertIdentity(alert)) &&
      alerts.some(({ name, halts }) => halts && name === alert.name),
  );
  return halting[0]?.name;
}

function refuse({ readings, now, baselineEnd, syncedAt, settledAt, soakMs }: JudgeInput): void {
  for (const rows of [readings.counts, readings.items, readings.values]) {
    for (const [key, row] of rows) refuseRow(key, row, now);
  }
  if (syncedAt < baselineEnd || syncedAt > now) throw new Error(`synced at ${syncedAt}, now ${now}`);
  if (settledAt !== undefined && (settledAt < syncedAt || settledAt > now)) {
    throw new Error(`settled at ${settledAt}, synced at ${syncedAt}, now ${now}`);
  }
  if (soakMs < 0 || soakMs > now - (settledAt ?? now)) throw new Error(`a soak of ${soakMs} ms`);
}

function refuseRow(key: string, row: readonly MinuteReading<unknown>[], now: number): void {
  row.forEach(({ minute, reading }, index) => {
    const before = row[index - 1]?.minute;
    if (minute % MINUTE_MS !== 0 || minute > now) throw new Error(`${key} has a minute ${minute} at ${now}`);
    if (before !== undefined && before + MINUTE_MS !== minute) {
      throw new Error(`${key} goes from minute ${before} to ${minute}`);
    }
    if (reading === undefined) throw new Error(`${key} has no reading in minute ${minute}`);
  });
}
