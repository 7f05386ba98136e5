import type { Evidence } from '../../domain/evidence.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import { createSimulatedSource } from '../../sources/simulated/simulated-source.ts';
import type { Sync } from './argo-cd.ts';
import type { ToldRun } from './ask-demo-gate.ts';
import { DEMO_WAVES, PRODUCTION } from './fleet.ts';
import { rolloutTable } from './rollout-table.ts';
import { areAll, type Claim, COMMITS, type Scene, type Stage, untilRuns } from './stage.ts';
import { tellWaves, wavesKeptApart } from './wave-story.ts';
import { clockTime, whole } from './words.ts';

/** Minutes of production's traffic that are averaged. */
const TRAFFIC_MINUTES = 10;

/** Longest look ahead for the alert. */
const ALERT_MINUTES = 60;

const STAGING = ['staging-eu-1', 'staging-us-1'];

/** A change that slows one query in fifty, halted before production. */
export const badDns: Scene = {
  name: 'bad-dns',
  title: 'A bad one: CoreDNS with an upstream that is slow for one query in fifty',
  async play(stage) {
    const { argo, gate, tell, add } = stage;
    const commit = COMMITS.badDns;
    argo.push(commit);
    tell(`Commit ${commit.revision}. The sandbox does not use that upstream, and nobody tells the gate.`);
    await tellWaves(stage, commit, DEMO_WAVES.slice(0, 1));
    const halted = (name: string) => name === 'halted';
    await untilRuns(stage, commit, (all) => all.some(({ state }) => halted(state)));
    const runs = await untilRuns(stage, commit, (all) =>
      areAll(all, STAGING, 'halted', 'asked', 'inconclusive'),
    );
    const first = runs.filter(({ state }) => halted(state)).toSorted(byDecision)[0];
    const alert = first && alertOf(stage, first, syncedAt(stage, first));
    if (first) {
      const reason = first.reasons[0];
      tell(
        `staging HALT, ${first.cluster} ${clockTime(secondsToVerdict(stage, first))} min after the sync  [${reason?.code}]`,
      );
      add(reason?.text ?? '', ...(alert === undefined ? [] : [alert.text]));
      add(...(await harmAvoided(stage, reason?.evidence)));
      if (alert) add(`Runbook: ${gate.url}/runbooks/${alert.name}?cluster=${first.cluster}`);
    }
    const production = argo.syncs.filter(
      ({ cluster, digest }) => digest === commit.digest && PRODUCTION.includes(cluster),
    );
    add('', ...rolloutTable(await gate.rollout(commit.digest)));
    const claims: Claim[] = [
      {
        text: 'halted in staging, by the counts',
        holds: first?.reasons[0]?.code === 'regression/dns-latency',
      },
      { text: 'before the alert fired', holds: alert?.state !== undefined && alert.state !== 'firing' },
      {
        text: `production unchanged: ${PRODUCTION.length} clusters asked, ${production.length} synced`,
        holds: production.length === 0,
      },
      wavesKeptApart(stage, commit, runs),
    ];
    return {
      claims,
      facts: {
        reasons: first?.reasons ?? [],
        secondsToVerdict: first && secondsToVerdict(stage, first),
        alert,
        productionSyncs: production.length,
      },
    };
  },
};

function byDecision(a: ToldRun, b: ToldRun): number {
  return Date.parse(a.decidedAt ?? '') - Date.parse(b.decidedAt ?? '');
}

function secondsToVerdict(stage: Stage, run: ToldRun): number {
  return (Date.parse(run.decidedAt ?? '') - syncedAt(stage, run)) / 1000;
}

/** When the change came to the cluster; a halt may come before the PostSync hook tells the gate. */
function syncedAt({ argo }: Stage, { cluster }: ToldRun): number {
  const isIt = (sync: Sync) => sync.cluster === cluster && sync.digest === COMMITS.badDns.digest;
  return argo.syncs.find(isIt)?.at ?? Number.NaN;
}

interface AlertThen {
  readonly name: string;
  readonly state: 'firing' | 'pending' | 'inactive';
  readonly text: string;
}

/** What the alert of the signal that halted says at that time, and when it would fire if nobody acted. */
function alertOf(
  { fleet, checks }: Stage,
  { cluster, reasons, decidedAt }: ToldRun,
  from: number,
): AlertThen | undefined {
  const name = checks.find(({ signal }) => signal === reasons[0]?.evidence?.signal)?.limitOf;
  if (name === undefined) return undefined;
  const world = fleet();
  const stateAt = (at: number) => world.alerts(cluster, at).find((alert) => alert.name === name)?.state;
  const at = Date.parse(decidedAt ?? '');
  const state = stateAt(at) ?? 'inactive';
  const minutes = Array.from({ length: ALERT_MINUTES }, (_, minute) => minute + 1);
  const firing = minutes.find((minute) => stateAt(from + minute * MINUTE_MS) === 'firing');
  const later =
    firing === undefined ? 'would not fire within the hour' : `would fire ${firing} min after the sync`;
  const now = state === 'inactive' ? 'not even pending' : state;
  return { name, state, text: `The alert ${name} is ${now}; without a halt it ${later}.` };
}

/** How many of production's queries a minute the measured excess would have hurt. */
async function harmAvoided(
  { fleet, checks, clock }: Stage,
  evidence: Evidence | undefined,
): Promise<readonly string[]> {
  const { signal = '', edge, before, since } = evidence ?? {};
  if (before === undefined || since === undefined) return [];
  const source = createSimulatedSource({ name: 'simulated', fleet: fleet(), checks });
  const to = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
  const window = { from: to - (TRAFFIC_MINUTES - 1) * MINUTE_MS, to };
  const seen = await source.observe(PRODUCTION, window, clock.now());
  const counts = PRODUCTION.flatMap((cluster) => seen.counts.get(cluster)?.get(`${signal}@${edge}`) ?? []);
  const exposure = counts.reduce(
    (sum, { reading }) => sum + (reading.is === 'value' ? reading.value.exposure : 0),
    0,
  );
  const perMinute = exposure / TRAFFIC_MINUTES;
  const excess = since.events / since.exposure - before.events / before.exposure;
  return [
    `At the rate measured so far it would have slowed ${whole(excess * perMinute)} of ${whole(perMinute)} queries a minute in production.`,
  ];
}
