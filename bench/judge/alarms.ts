import type { CheckedAlert } from '../../src/domain/check.ts';
import type { AlertReading } from '../../src/domain/reading.ts';
import type { Random } from '../../src/simulator/random.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { NOISES, TRAFFICS } from './families.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { continueFrom, createPast } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { type AlertsOfLook, judgeWhole, type KnownClass, openRun } from './whole-judge.ts';

export const ALARM_TABLE = 'alarms';

const CLUSTERS = 9;
const SOAK_MINUTES = 30;
const WEEK_MINUTES = 7 * 24 * 60;
/** How long a false firing lasts. */
const FIRING_MINUTES = 20;
const FLEETS = 6;
const SOAKS = 20;

/** What the alerts do in a soak. */
const ALARMS = {
  'one false firing a cluster and week': (random) => {
    // As many begin in a soak as fall into its length.
    const start = random() * WEEK_MINUTES;
    return start < SOAK_MINUTES ? { here: start, fleet: false, ours: random() < 0.5 } : undefined;
  },
  'a false firing in every soak, half of them elsewhere': (random) => ({
    here: random() * SOAK_MINUTES,
    fleet: false,
    ours: random() < 0.5,
  }),
  'an incident of the fleet: fires everywhere': (random) => ({
    here: random() * SOAK_MINUTES,
    fleet: true,
    ours: true,
  }),
  'the change broke it: fires from minute 5': () => ({ here: 5, fleet: false, ours: true }),
} as const satisfies Readonly<Record<string, (random: Random) => Firing | undefined>>;

interface Firing {
  /** Minute of the soak in which it begins. */
  readonly here: number;
  readonly fleet: boolean;
  /** Whether it is about what the change touches. */
  readonly ours: boolean;
}

/** Rows of the table. */
export const ALARM_ROWS: readonly string[] = Object.keys(ALARMS);

/** Rows in which nothing halts by design: the background, and what happens to the whole fleet. */
export const BACKGROUND_ROWS: readonly string[] = [
  'one false firing a cluster and week',
  'an incident of the fleet: fires everywhere',
] satisfies readonly (keyof typeof ALARMS)[];

const alert = (name: string, component: 'workloads' | 'dns'): CheckedAlert => ({
  name,
  signal: 'errors',
  component,
  severity: 'critical',
  summary: 'Fires',
  halts: true,
  critical: false,
  runbookUrl: '/runbooks/x',
});
const OURS = alert('WorkloadsBad', 'workloads');
const ELSEWHERE = alert('DnsBad', 'dns');

/** Alerts that fire without reason, everywhere, or because of the change, over healthy error ratios. */
export const alarmSection: Section = {
  jobs: (size) =>
    Array.from({ length: partOf(FLEETS, size) }, (_, at) => ({ what: 'alerts', at, given: {} })),
  run: (job, randomFor) => {
    const tallies: Tallies = new Map();
    const name = ['alarms', job.at] as const;
    const spec = { noise: NOISES.iid, traffic: TRAFFICS.mid, clusters: CLUSTERS };
    const past = createPast(spec, randomFor(...name));
    const rows = new Map([['errors', past.rows]]);
    const known: KnownClass = {
      checks: [ratioCheck('errors', 1, false)],
      alerts: [OURS, ELSEWHERE],
      policy: policyOf(SOAK_MINUTES, SOAK_MINUTES),
      past: rows,
      learned: learnPast(rows, new Map()),
    };
    for (let treated = 0; treated < CLUSTERS; treated++) {
      const others = Array.from({ length: CLUSTERS }, (_, at) => at).filter((at) => at !== treated);
      const run = openRun(known, treated, others);
      for (const [row, firingOf] of Object.entries(ALARMS)) {
        for (let soak = 0; soak < SOAKS; soak++) {
          const random = randomFor(...name, treated, row, soak);
          const firing: Firing | undefined = firingOf(random);
          const since = new Map([['errors', continueFrom(past, SOAK_MINUTES, () => 1, random)]]);
          const { halt } = judgeWhole(run, since, { alertsAt: (at) => alertsAt(firing, at) });
          count(tallies, tallyKey(ALARM_TABLE, row, 'ours'), { halt });
          const any =
            firing && Math.ceil(firing.here) < SOAK_MINUTES ? Math.ceil(firing.here) + 1 : undefined;
          count(tallies, tallyKey(ALARM_TABLE, row, 'any firing alert halts'), { halt: any });
        }
      }
    }
    return tallies;
  },
};

function alertsAt(firing: Firing | undefined, at: number): AlertsOfLook {
  if (firing === undefined || at < firing.here || at >= firing.here + FIRING_MINUTES) {
    return { here: [], onControls: [] };
  }
  const { name } = firing.ours ? OURS : ELSEWHERE;
  const here: AlertReading = { name, cluster: 'treated', state: 'firing', labels: {} };
  return { here: [here], onControls: firing.fleet ? [name] : [] };
}
