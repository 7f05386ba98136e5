import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Check, CountCheck, GaugeCheck, StateCheck } from '../src/domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../src/domain/reading.ts';
import type { Policy } from '../src/domain/run.ts';
import { summariseBefore } from '../src/judge/before.ts';
import type { ControlMinute } from '../src/judge/controls.ts';
import type { ClusterReadings } from '../src/judge/judge-input.ts';
import type { ClassHistory, ClusterHistory } from '../src/judge/learning/class-history.ts';
import { learnClass } from '../src/judge/learning/learn-class.ts';
import type { LearnedClass } from '../src/judge/learning/learned-class.ts';
import type { JudgeMinute } from '../src/judge/run-facts.ts';
import { judgeRun, type RunJudge } from '../src/judge/run-judge.ts';
import { quantile } from './median.ts';
import type { Report } from './report.ts';

const RUNS = 10_000;
const CLUSTERS = 50;
const CONTROLS = 8;
const DAY = 1_440;
const HISTORY = 2 * DAY;
/** Looks before the clock starts, so that the warm-up is over and scores exist, and looks that are measured. */
const LOOKS_BEFORE = 5;
const LOOKS = 15;
const SYNC = Date.UTC(2026, 10, 2, 12, 0);

const BASE = { halts: true, required: false, critical: false, weight: 1 / 20, on: 'change' } as const;
const COUNTS = Array.from(
  { length: 16 },
  (_, at): CountCheck => ({
    ...BASE,
    signal: `ratio-${at}`,
    kind: 'ratio',
    component: 'dns',
    title: `Errors ${at}`,
    required: at < 10,
    exposureUnit: 'request',
    objective: { target: 0.999 },
    series: [{ key: `ratio-${at}`, what: 'that failed', limit: 0.05, floor: 0.0005 }],
  }),
);
const STATES = [0, 1].map(
  (at): StateCheck => ({
    ...BASE,
    signal: `state-${at}`,
    kind: 'state',
    component: 'nodes',
    title: `Nodes ${at}`,
    required: true,
    item: 'node',
    forMinutes: 5,
  }),
);
const GAUGES = [0, 1].map(
  (at): GaugeCheck => ({
    ...BASE,
    signal: `gauge-${at}`,
    kind: 'gauge',
    component: 'nodes',
    title: `Memory ${at}`,
    worse: 'up',
    unit: 'percentunit',
    forMinutes: 5,
  }),
);
const CHECKS: readonly Check[] = [...COUNTS, ...STATES, ...GAUGES];

const POLICY: Policy = {
  name: 'standard',
  minSoakMs: 60 * MINUTE_MS,
  maxSoakMs: 60 * MINUTE_MS,
  maxSyncMs: 60 * MINUTE_MS,
  maxSettleMs: 60 * MINUTE_MS,
  maxBlindMs: 60 * MINUTE_MS,
  alpha: 0.01,
  onInconclusive: 'stop',
};

/** How fast the judge is: ten thousand soaking runs at a look, and what a class is learned from in a day. */
export async function benchJudgeSpeed(): Promise<Report> {
  const random = randomFrom(501);
  const history = drawHistory(random);
  const learning = cpuMs();
  const learned = learnClass(history, SYNC);
  const learnedMs = cpuMs() - learning;
  const gc = collector();
  gc();
  const heapBefore = process.memoryUsage();
  const runs = openRuns(history, learned);
  gc();
  const heapAfter = process.memoryUsage();
  const bytes = (at: NodeJS.MemoryUsage) => at.heapUsed + at.arrayBuffers;
  const times: number[] = [];
  for (let look = 1; look <= LOOKS_BEFORE + LOOKS; look++) {
    const minutes = Array.from({ length: 200 }, () => drawMinute(random, SYNC + look * MINUTE_MS));
    const elapsed = lookAtAll(runs, minutes, look);
    if (look > LOOKS_BEFORE) times.push(elapsed);
  }
  const share = (ms: number) => `${((100 * ms) / 1000).toFixed(0)} % of a second`;
  const perRun = (bytes(heapAfter) - bytes(heapBefore)) / RUNS;
  return {
    title: 'Speed of the judge',
    columns: ['what', 'measured', 'of what may be'],
    rows: [
      [
        `a look at ${RUNS.toLocaleString('en')} soaking runs x ${CHECKS.length} signals, median`,
        `${quantile(times, 0.5).toFixed(0)} ms`,
        share(quantile(times, 0.5)),
      ],
      ['the same, worst', `${quantile(times, 1).toFixed(0)} ms`, share(quantile(times, 1))],
      [
        'memory of a run',
        `${(perRun / 1024).toFixed(1)} KiB`,
        `${((perRun * RUNS) / 2 ** 20).toFixed(0)} MiB for all`,
      ],
      [
        `learning a class: ${CLUSTERS} clusters x ${CHECKS.length} signals x 48 h`,
        `${(learnedMs / 1000).toFixed(1)} s`,
        `${((100 * learnedMs) / 60_000).toFixed(0)} % of a minute`,
      ],
    ],
    note:
      `Time of one core, spent by the judging thread: what else the machine does is not in it. A look takes in one minute of every run and decides; ${COUNTS.length} signals are counts with ` +
      `${CONTROLS} controls and learned quiet hours, ${STATES.length} states, ${GAUGES.length} gauges; nothing is told in words. ` +
      `Median and worst of ${LOOKS} looks after ${LOOKS_BEFORE}. A run's memory holds its plan, its state and the day before, summed up.`,
  };
}

function lookAtAll(runs: readonly RunJudge[], minutes: readonly JudgeMinute[], look: number): number {
  const moments = { settledAt: SYNC, syncEndedAt: SYNC };
  const instant = {
    ...moments,
    now: SYNC + look * MINUTE_MS,
    soakMs: look * MINUTE_MS,
    alertsNow: { is: 'value', value: [] } as const,
  };
  let open = 0;
  const start = cpuMs();
  for (let at = 0; at < runs.length; at++) {
    const run = runs[at] as RunJudge;
    run.advance(minutes[at % minutes.length] as JudgeMinute, moments);
    if (run.decide(instant).verdict === 'hold') open += 1;
  }
  const elapsed = cpuMs() - start;
  if (open < 0.9 * runs.length) throw new Error(`only ${open} of ${runs.length} quiet runs are still open`);
  return elapsed;
}

function openRuns(history: ClassHistory, learned: LearnedClass): readonly RunJudge[] {
  const befores = history.clusters.map((_, cluster) => {
    const minutes = Array.from({ length: DAY }, (__, at) => SYNC - (DAY - 1 - at) * MINUTE_MS);
    const row = <T>(value: (at: number) => T) =>
      minutes.map(
        (minute, at): MinuteReading<T> => ({
          minute,
          reading: { is: 'value', value: value(HISTORY - DAY + at) },
        }),
      );
    const countOf = (key: string, at: number, of: number) => ({
      events: history.clusters[of]?.counts.get(key)?.events[at] ?? 0,
      exposure: history.clusters[of]?.counts.get(key)?.exposure[at] ?? 0,
    });
    const readings: ClusterReadings = {
      counts: new Map(COUNTS.map(({ signal }) => [signal, row((at) => countOf(signal, at, cluster))])),
      items: new Map(STATES.map(({ signal }) => [signal, row(() => ({ bad: 0, among: 40 }))])),
      values: new Map(
        GAUGES.map(({ signal }) => [
          signal,
          row((at) => history.clusters[cluster]?.gauges.get(signal)?.[at] ?? 0),
        ]),
      ),
    };
    const others = Array.from({ length: CONTROLS }, (__, i) => (cluster + 1 + i) % CLUSTERS);
    const controls = minutes.map((minute, index): ControlMinute => {
      const at = HISTORY - DAY + index;
      const pooled = COUNTS.map(({ signal }) => {
        const counts = others.map((of) => countOf(signal, at, of));
        const events = counts.reduce((sum, each) => sum + each.events, 0);
        const exposure = counts.reduce((sum, each) => sum + each.exposure, 0);
        return [signal, { clusters: CONTROLS, events, causes: events, exposure }] as const;
      });
      const values = GAUGES.map(({ signal }) => [signal, { clusters: CONTROLS, mean: 0.5 }] as const);
      return { minute, counts: Object.fromEntries(pooled), items: {}, values: Object.fromEntries(values) };
    });
    return summariseBefore(CHECKS, readings, SYNC, { learned, controls });
  });
  return Array.from({ length: RUNS }, (_, at) =>
    judgeRun({
      policy: POLICY,
      components: ['dns', 'nodes'],
      baselineEnd: SYNC,
      syncedAt: SYNC,
      checks: CHECKS,
      alerts: [],
      covered: CHECKS.map(({ signal }) => signal),
      before: structuredClone(befores[at % befores.length] as (typeof befores)[number]),
      alertsBefore: [],
      controls: Array.from({ length: CONTROLS }, (__, i) => `control-${i}`),
      learned,
    }),
  );
}

function drawHistory(random: () => number): ClassHistory {
  const clusters = Array.from({ length: CLUSTERS }, (_, at): ClusterHistory => {
    const rows = COUNTS.map(({ signal }, i) => {
      const mean = [0.3, 1, 5, 20][i % 4] as number;
      const events = Float64Array.from({ length: HISTORY }, () => poisson(mean, random));
      return [signal, { events, exposure: new Float64Array(HISTORY).fill(2_000) }] as const;
    });
    const gauges = GAUGES.map(({ signal }) => {
      let level = 0;
      const values = Float64Array.from({ length: HISTORY }, () => {
        level = 0.9 * level + 0.02 * (random() - 0.5);
        return 0.5 + level;
      });
      return [signal, values] as const;
    });
    return {
      cluster: `cluster-${String(at).padStart(2, '0')}`,
      unfit: new Uint8Array(HISTORY),
      counts: new Map(rows),
      gauges: new Map(gauges),
    };
  });
  const worse = new Map(GAUGES.map(({ signal }) => [signal, 'up'] as const));
  return { class: 'bench', first: SYNC - (HISTORY - 1) * MINUTE_MS, minutes: HISTORY, clusters, worse };
}

function drawMinute(random: () => number, minute: number): JudgeMinute {
  const counts = COUNTS.map(({ signal }, i) => {
    const mean = [0.3, 1, 5, 20][i % 4] as number;
    const value = { events: poisson(mean, random), exposure: 2_000 };
    const events = poisson(CONTROLS * mean, random);
    const control = { clusters: CONTROLS, events, causes: events, exposure: CONTROLS * 2_000 };
    return { signal, reading: { is: 'value', value } as const, control };
  });
  return {
    minute,
    counts: Object.fromEntries(counts.map(({ signal, reading }) => [signal, reading])),
    items: Object.fromEntries(
      STATES.map(({ signal }) => [signal, { is: 'value', value: { bad: 0, among: 40 } } as const]),
    ),
    values: Object.fromEntries(
      GAUGES.map(({ signal }) => [signal, { is: 'value', value: 0.5 + 0.05 * (random() - 0.5) } as const]),
    ),
    controls: {
      minute,
      counts: Object.fromEntries(counts.map(({ signal, control }) => [signal, control])),
      items: {},
      values: Object.fromEntries(GAUGES.map(({ signal }) => [signal, { clusters: CONTROLS, mean: 0.5 }])),
    },
  };
}

/** Time that this thread has spent computing, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The collector of garbage, so that memory is what is held and not what is left over. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** Mulberry32: numbers in 0..1 from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A Poisson number by inversion; means of a few dozen at most. */
function poisson(mean: number, random: () => number): number {
  let left = random();
  let chance = Math.exp(-mean);
  let events = 0;
  while (left > chance && events < 1_000) {
    left -= chance;
    events += 1;
    chance *= mean / events;
  }
  return events;
}
