import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Check, CheckedAlert } from '../../../src/domain/check.ts';
import type { Component } from '../../../src/domain/component.ts';
import { milliseconds, parseDuration } from '../../../src/domain/duration.ts';
import { type AlertReading, MINUTE_MS, type Reading } from '../../../src/domain/reading.ts';
import type { Policy } from '../../../src/domain/run.ts';
import type { Verdict } from '../../../src/domain/verdict.ts';
import { alertIdentity } from '../../../src/judge/alert-identity.ts';
import type { ControlMinute } from '../../../src/judge/controls.ts';
import { coveredSignals } from '../../../src/judge/coverage.ts';
import type { CheckResult, ClusterReadings, JudgeInput } from '../../../src/judge/judge-input.ts';
import { readingsOf } from './notation.ts';

/** Minute 0 of every case: the sync, on a day of no importance. */
export const SYNC = Date.UTC(2026, 10, 2, 12, 0);

/** A case as written; README.md beside the cases explains every field. */
export interface JudgeCase {
  readonly name: string;
  readonly policy?: string | Readonly<Record<string, unknown>>;
  readonly components?: readonly Component[];
  readonly checks: readonly (string | ({ readonly use: string } & Readonly<Record<string, unknown>>))[];
  readonly alerts?: readonly string[];
  readonly syncEnded?: number;
  readonly settled?: number | 'never';
  readonly covered?: readonly string[];
  readonly readings: Readonly<Record<string, { readonly before?: string; readonly since?: string }>>;
  /** Clusters without the change, pooled: how many, and what they showed in the same notation. */
  readonly controls?: {
    readonly clusters: number;
    readonly readings: Readonly<Record<string, { readonly before?: string; readonly since?: string }>>;
    /** Alerts that newly fire on one of them. */
    readonly alerts?: readonly { readonly name: string; readonly from?: number; readonly to?: number }[];
  };
  readonly firedBefore?: readonly AlertWriting[];
  readonly alertsNow?: 'unknown' | 'no-data' | 'partial' | readonly AlertWriting[];
  readonly expect: readonly Expectation[];
  readonly never?: readonly Verdict[];
}

interface AlertWriting {
  readonly name: string;
  readonly state?: 'firing' | 'pending';
  readonly labels?: Readonly<Record<string, string>>;
  /** First and last minute in which it is so. */
  readonly from?: number;
  readonly to?: number;
}

/** What a look at one minute must say. */
export interface Expectation {
  readonly at: number;
  readonly verdict: Verdict;
  /** Codes that must be among the reasons; the first one must be the first. */
  readonly reasons?: readonly string[];
  readonly without?: readonly string[];
  /** Parts of texts of reasons or checks. */
  readonly says?: readonly string[];
  readonly outcomes?: Readonly<Record<string, CheckResult['outcome']>>;
  readonly extended?: boolean;
}

interface Fixtures {
  readonly policies: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly alerts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Cases of a file. */
export function readCases(path: string): readonly JudgeCase[] {
  return parse(readFileSync(path, 'utf8')) as readonly JudgeCase[];
}

/** Checks, alerts and policies that cases refer to. */
export function readFixtures(path: string): Fixtures {
  return parse(readFileSync(path, 'utf8')) as Fixtures;
}

/** The judge's input as it is at a minute of a case: nothing that came later is in it. */
export function inputAt(written: JudgeCase, at: number, fixtures: Fixtures): JudgeInput {
  const now = SYNC + at * MINUTE_MS;
  const checks = written.checks.map((each) => checkOf(each, fixtures));
  const readings = clusterReadings(checks, written, now);
  const settled = written.settled ?? 0;
  const isSettled = settled !== 'never' && settled <= at;
  const fullDay = { from: SYNC - 24 * 60 * MINUTE_MS, to: SYNC };
  return {
    now,
    policy: policyOf(written.policy ?? 'standard', fixtures),
    components: written.components ?? [],
    baselineEnd: SYNC,
    syncedAt: SYNC,
    ...(written.syncEnded !== undefined && {
      syncEndedAt: SYNC + Math.min(at, written.syncEnded) * MINUTE_MS,
    }),
    ...(isSettled && { settledAt: SYNC + settled * MINUTE_MS }),
    soakMs: isSettled ? (at - settled) * MINUTE_MS : 0,
    checks,
    alerts: (written.alerts ?? Object.keys(fixtures.alerts)).map((name) => alertOf(name, fixtures)),
    covered: written.covered ?? coveredSignals(checks, readings, fullDay),
    readings,
    alertsNow: alertsAt(written, at),
    ...controlsAt(written, checks, { at, now }),
    alertsBefore: (written.firedBefore ?? []).map((alert) => alertIdentity(readingOf(alert))),
  };
}

function checkOf(written: JudgeCase['checks'][number], fixtures: Fixtures): Check {
  const { use, ...overrides } = typeof written === 'string' ? { use: written } : written;
  const check = fixtures.checks[use];
  if (check === undefined) throw new Error(`no check "${use}" in fixtures.yaml`);
  return { signal: use, ...check, ...overrides } as unknown as Check;
}

function alertOf(name: string, fixtures: Fixtures): CheckedAlert {
  const alert = fixtures.alerts[name];
  if (alert === undefined) throw new Error(`no alert "${name}" in fixtures.yaml`);
  return { name, runbookUrl: `https://gate.example/runbooks/${name}`, ...alert } as unknown as CheckedAlert;
}

function policyOf(written: NonNullable<JudgeCase['policy']>, fixtures: Fixtures): Policy {
  const name = typeof written === 'string' ? written : String(written['use'] ?? 'standard');
  const fields = { ...fixtures.policies[name], ...(typeof written === 'string' ? {} : written) };
  const ms = (field: string, otherwise: string) =>
    milliseconds(parseDuration(String(fields[field] ?? otherwise)));
  return {
    name,
    minSoakMs: ms('minSoak', '15m'),
    maxSoakMs: ms('maxSoak', '60m'),
    maxSyncMs: ms('maxSync', '2h'),
    maxSettleMs: ms('maxSettle', '4h'),
    maxBlindMs: ms('maxBlind', '60m'),
    alpha: Number(fields['alpha'] ?? 0.01),
    onInconclusive: fields['onInconclusive'] === 'go-with-note' ? 'go-with-note' : 'stop',
  };
}

function clusterReadings(checks: readonly Check[], { readings }: JudgeCase, now: number): ClusterReadings {
  const first = (value: number | readonly [number, number]) => (typeof value === 'number' ? value : value[0]);
  const second = (value: number | readonly [number, number]) =>
    typeof value === 'number' ? value : value[1];
  const until = <T>(key: string, shape: (value: number | readonly [number, number]) => T) =>
    readingsOf(readings[key] ?? {}, SYNC, shape).filter(({ minute }) => minute <= now);
  const signals = (kinds: readonly Check['kind'][]) =>
    checks.filter(({ kind }) => kinds.includes(kind)).map(({ signal }) => signal);
  const keys = checks.flatMap((check) => ('series' in check ? check.series.map(({ key }) => key) : []));
  return {
    counts: new Map(keys.map((key) => [key, until(key, (v) => ({ events: first(v), exposure: second(v) }))])),
    items: new Map(
      signals(['state', 'presence']).map((id) => [
        id,
        until(id, (v) => ({ bad: first(v), among: second(v) })),
      ]),
    ),
    values: new Map(signals(['gauge']).map((id) => [id, until(id, first)])),
  };
}

function controlsAt(
  { controls }: JudgeCase,
  checks: readonly Check[],
  { at, now }: { readonly at: number; readonly now: number },
): Pick<JudgeInput, 'controls' | 'controlAlerts'> {
  if (controls === undefined) return {};
  const { clusters, readings, alerts = [] } = controls;
  const byMinute = new Map<number, { counts: object; items: object; values: object }>();
  const put = (
    kind: 'counts' | 'items' | 'values',
    key: string,
    shape: (pair: readonly number[]) => object,
  ) => {
    const rows = readingsOf(readings[key] ?? {}, SYNC, (value) =>
      typeof value === 'number' ? [value] : value,
    );
    for (const { minute, reading } of rows) {
      if (minute > now || reading.is !== 'value') continue;
      const pooled = byMinute.get(minute) ?? { counts: {}, items: {}, values: {} };
      byMinute.set(minute, { ...pooled, [kind]: { ...pooled[kind], [key]: shape(reading.value) } });
    }
  };
  for (const check of checks) {
    if ('series' in check) {
      for (const { key } of check.series) {
        put('counts', key, ([events = 0, exposure = 0]) => ({ clusters, events, causes: events, exposure }));
      }
    } else if (check.kind === 'gauge') put('values', check.signal, ([mean = 0]) => ({ clusters, mean }));
    else put('items', check.signal, ([beyond = 0, of = clusters]) => ({ clusters: of, beyond }));
  }
  const minutes = [...byMinute].sort(([a], [b]) => a - b).map(([minute, pooled]) => ({ minute, ...pooled }));
  const firing = alerts.filter(({ from = 0, to = Number.POSITIVE_INFINITY }) => from <= at && at <= to);
  return {
    controls: {
      clusters: Array.from({ length: clusters }, (_, index) => `control-${index}`),
      minutes: minutes as unknown as readonly ControlMinute[],
    },
    controlAlerts: firing.map(({ name }) => name),
  };
}

function alertsAt({ alertsNow = [] }: JudgeCase, at: number): Reading<readonly AlertReading[]> {
  if (alertsNow === 'unknown') return { is: 'unknown', cause: 'the store answered 503' };
  if (alertsNow === 'no-data') return { is: 'no-data' };
  if (alertsNow === 'partial')
    return { is: 'partial', value: [], cause: 'one of three stores did not answer' };
  const on = alertsNow.filter(({ from = 0, to = Number.POSITIVE_INFINITY }) => from <= at && at <= to);
  return { is: 'value', value: on.map(readingOf) };
}

function readingOf({ name, state = 'firing', labels = {} }: AlertWriting): AlertReading {
  return { name, cluster: 'prod-1', state, labels };
}
