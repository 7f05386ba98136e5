import { seconds } from '../domain/duration.ts';
import { TARGET_CLUSTER, TARGET_METRICS } from '../domain/target-metrics.ts';
import { WATCHDOG_MISSING } from '../domain/watchdog.ts';
import { counter, rate } from '../promql/counter.ts';
import { gauge, gaugeAbout, test, times } from '../promql/vector.ts';
import { defineSignal } from './define-signal.ts';

/** What the gate tells of itself; several replicas tell the same of what they share. */
const own = <const L extends string>(metric: string, labels: readonly L[]) =>
  gauge('tidegate', metric, {}, labels);

const NO_CHECK = { none: 'the gate never gates itself' };

const halted = gaugeAbout(TARGET_CLUSTER, own(TARGET_METRICS.haltedRuns, []), ['app']);

export const gateHaltedRuns = defineSignal({
  kind: 'state',
  id: 'gate-halted-runs',
  component: 'gate',
  title: 'Rollouts halted on a cluster',
  why: 'A halt is sticky: nothing moves until a person retries, overrides or rolls out another digest. Apps in observe mode are left out, because nobody waits for them.',
  by: ['app'],
  requires: ['tidegate'],
  bad: test(halted, '>', 0),
  among: halted,
  item: 'run',
  alerts: [
    {
      name: 'GateRunHalted',
      severity: 'warning',
      for: '0s',
      summary: 'A rollout is halted and waits for a person.',
      because:
        'A halt is a decision and not a measurement: there is nothing to wait for, and nothing moves until a person does.',
      when: { is: 'any' },
    },
  ],
  check: NO_CHECK,
});

export const gateStalledRollouts = defineSignal({
  kind: 'gauge',
  id: 'gate-stalled-rollouts',
  component: 'gate',
  title: 'Rollouts that could go on and that nobody asks for',
  why: 'The next clusters would be admitted, and no hook asks: Argo CD gave up retrying, or never saw the change. Nobody is told by a rollout that just stands.',
  by: ['app'],
  requires: ['tidegate'],
  value: own('tidegate_stalled_rollouts', ['app']),
  worse: 'up',
  unit: 'short',
  alerts: [
    {
      name: 'GateRolloutStalled',
      severity: 'warning',
      for: '0s',
      summary: 'A rollout could go on, and nobody asks the gate.',
      because:
        'The gate itself calls a rollout stalled only after nobody asked for ten minutes, several times the pause between two retries of Argo CD: no more waiting is needed.',
      when: { is: 'above', limit: 0 },
    },
  ],
  check: NO_CHECK,
});

export const gateBlindRuns = defineSignal({
  kind: 'gauge',
  id: 'gate-blind-runs',
  component: 'gate',
  title: 'Open runs that can’t be judged',
  why: 'A change is on these clusters, and the gate can’t see what it does there. Nothing goes and nothing halts until the source can be read again; after the policy’s time the runs end inconclusive.',
  by: ['source'],
  requires: ['tidegate'],
  value: own('tidegate_blind_runs', ['source']),
  worse: 'up',
  unit: 'short',
  alerts: [
    {
      name: 'GateBlind',
      severity: 'critical',
      for: '2m',
      summary: 'The gate can’t see what a change does on clusters that just got it.',
      because:
        'Several looks in a row could read nothing, so a dropped connection has passed; and of the time after which blind runs end undecided (an hour by default) nearly all is left to mend the source.',
      when: { is: 'above', limit: 0 },
    },
  ],
  check: NO_CHECK,
});

const reachable = own('tidegate_source_reachable', ['source']);

export const gateSources = defineSignal({
  kind: 'state',
  id: 'gate-sources',
  component: 'gate',
  title: 'Metric sources that the gate can’t read',
  why: 'Without its source the gate admits nobody: fresh metrics are a condition of every admission.',
  by: ['source'],
  requires: ['tidegate'],
  bad: test(reachable, '==', 0),
  among: reachable,
  item: 'source',
  alerts: [
    {
      name: 'GateSourceUnreachable',
      severity: 'warning',
      for: '5m',
      summary: 'The gate can’t read a metric source.',
      because:
        'A Prometheus that restarts replays its log for minutes. Meanwhile the gate admits nobody, which is no harm yet: it warns, and GateBlind pages where a change is under way.',
      when: { is: 'any' },
    },
  ],
  check: NO_CHECK,
});

const issuerReachable = own('tidegate_issuer_reachable', ['issuer']);

export const gateIssuers = defineSignal({
  kind: 'state',
  id: 'gate-issuers',
  component: 'gate',
  title: 'Issuers of tokens whose keys the gate can’t read',
  why: 'Hooks of the cluster are known by what their issuer signs. The last keys are good for a day; then, or as soon as the issuer signs with a new one, nobody of that cluster gets an answer.',
  by: ['issuer'],
  requires: ['tidegate'],
  bad: test(issuerReachable, '==', 0),
  among: issuerReachable,
  item: 'issuer',
  alerts: [
    {
      name: 'GateIssuerUnreachable',
      severity: 'warning',
      for: '15m',
      summary: 'The gate can’t read the keys of an issuer of tokens.',
      because:
        'Keys are asked for again every minute while hooks come, and an issuer that throttles has its quarter of an hour; of the day for which the last keys are good nearly all is left.',
      when: { is: 'any' },
    },
  ],
  check: NO_CHECK,
});

const reloaded = own('tidegate_config_last_reload_successful', ['instance']);

export const gateConfig = defineSignal({
  kind: 'state',
  id: 'gate-config',
  component: 'gate',
  title: 'Configuration files that are not in force',
  why: 'A file that is refused changes nothing: the gate goes on with the one before, and whoever edited it believes otherwise.',
  by: ['instance'],
  requires: ['tidegate'],
  bad: test(reloaded, '==', 0),
  among: reloaded,
  item: 'file',
  alerts: [
    {
      name: 'GateConfigRejected',
      severity: 'warning',
      for: '5m',
      summary: 'The gate refused its configuration file and goes on with the one before.',
      because:
        'The Prometheus mixin’s PrometheusBadConfig waits ten minutes for the same. Half of that lets a second file follow a typo, and is soon enough for who is still at the keyboard.',
      when: { is: 'any' },
    },
  ],
  check: NO_CHECK,
});

/** Learned once a day: twice that, and learning has failed for a day. */
const OLD_SECONDS = 2 * 86_400;

export const gateLearned = defineSignal({
  kind: 'gauge',
  id: 'gate-learned',
  component: 'gate',
  title: 'Age of what is known of the quiet hours of a class',
  why: 'Chances and promises are read off the quiet hours of a class. When they are days old, changes are judged by a traffic and a noise that may be gone.',
  by: ['class'],
  requires: ['tidegate'],
  value: own('tidegate_class_learned_age_seconds', ['class']),
  worse: 'up',
  unit: 's',
  alerts: [
    {
      name: 'GateLearnedHistoryOld',
      severity: 'warning',
      for: '15m',
      summary: 'What the gate knows of the quiet hours of a class is more than two days old.',
      because:
        'A class is learned anew once a day and tried again ten minutes after a failure: two days mean that a whole day of tries failed. It is late and no danger, so it warns.',
      when: { is: 'above', limit: OLD_SECONDS },
    },
  ],
  check: NO_CHECK,
});

/** One arrives a minute; two may be lost on the way without anybody being told. */
const WATCHDOG_WINDOW = '3m';

export const gateWatchdog = defineSignal({
  kind: 'gauge',
  id: 'gate-watchdog',
  component: 'gate',
  title: 'Watchdog alerts that reach the gate',
  why: 'An alert that always fires goes the way of all alerts, from the rules through Alertmanager to the gate. When it does not arrive, no other does: halts wait for the next look, and maybe nobody is paged at all.',
  by: [],
  requires: ['tidegate'],
  value: times(
    rate(counter('tidegate', 'tidegate_watchdogs_received_total'), WATCHDOG_WINDOW),
    seconds(WATCHDOG_WINDOW),
  ),
  worse: 'down',
  unit: 'short',
  alerts: [
    {
      name: WATCHDOG_MISSING,
      severity: 'warning',
      for: '3m',
      summary: 'The alert that always fires does not reach the gate any more.',
      because:
        'One arrives a minute, so several are expected in the window, and not one came: it is no single delivery that was late. kube-prometheus’ Watchdog is watched for its absence in the same way.',
      when: { is: 'below', limit: 0.5 },
    },
  ],
  check: NO_CHECK,
});

const unbroken = own('tidegate_audit_chain_valid', ['instance']);

export const gateAuditChain = defineSignal({
  kind: 'state',
  id: 'gate-audit-chain',
  component: 'gate',
  title: 'Audit logs that are no unbroken chain',
  why: 'Every verdict and every person’s word stands in it. A broken chain means that an entry was edited, removed or put in.',
  by: ['instance'],
  requires: ['tidegate'],
  bad: test(unbroken, '==', 0),
  among: unbroken,
  item: 'log',
  alerts: [
    {
      name: 'GateAuditChainBroken',
      severity: 'critical',
      for: '0s',
      summary: 'The audit log of the gate was tampered with or damaged.',
      because:
        'A hash fits or it does not: no share of a log is allowed to be wrong, and no entry mends itself.',
      when: { is: 'any' },
    },
  ],
  check: NO_CHECK,
});
