import type { Command } from 'commander';
import { createInventory } from '../config/inventory.ts';
import { InputError } from '../domain/errors.ts';
import type { Policy } from '../domain/run.ts';
import { backtest } from '../gate/backtest/backtest.ts';
import { type PastSync, soakEnd } from '../gate/backtest/judge-past.ts';
import { type Span, spansOf } from '../gate/learning/moves.ts';
import type { LedgerRun } from '../gate/ports.ts';
import { harmFrom } from '../gate/run-times.ts';
import { judgeRun } from '../judge/run-judge.ts';
import { renderCheckedAlerts, renderChecks } from '../render/checks/render-checks.ts';
import { type BacktestFlags, clusterAndClass, clusterAndTime, spanOf } from './backtest/flags.ts';
import { runsOfLedger } from './backtest/past-runs.ts';
import { pastOf } from './backtest/past-sources.ts';
import { backtestJson, backtestText } from './backtest/text.ts';
import { bundleOf } from './bundle.ts';
import { systemClock } from './system-clock.ts';

/** `tidegate backtest`: what a policy would have said of the past; only asks. */
export function addBacktestCommand(program: Command): void {
  program
    .command('backtest')
    .description('what a policy would have said of past syncs and of quiet windows; only asks')
    .option(
      '--config <file>',
      'a tidegate.yaml: its fleet, sources and policies, and the syncs of its ledger',
    )
    .option('--prometheus <url>', 'without a configuration: base of the query API')
    .option(
      '--class-of <cluster=class>',
      'with --prometheus: a cluster and its class; clusters of a class are compared; may be repeated',
      clusterAndClass,
      [],
    )
    .option('--simulate', 'the demo’s fleet, with a bad and a harmless sync')
    .option('--learn', 'judge by the quiet hours of the two days before the span, as the gate does')
    .option('--policy <name>', 'judge by this policy (default: the wave’s, or standard)')
    .option(
      '--from <time>',
      'begin of the span: 2026-11-03, 2026-11-03T14:00Z, or 2d ago (default: 1d, or the first --sync)',
    )
    .option('--to <time>', 'end of the span (default: now)')
    .option('--cluster <name...>', 'judge these clusters only; the others are compared with')
    .option(
      '--sync <cluster=time>',
      'a sync that the ledger does not have; may be repeated',
      clusterAndTime,
      [],
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 when it could look, whatever it found; with 1 when not, 64 for a wrong call.',
    )
    .action(backtestAction);
}

async function backtestAction(flags: BacktestFlags): Promise<void> {
  const now = systemClock.now();
  const tell = (text: string) => process.stderr.write(`tidegate: ${text}\n`);
  const past = await pastOf(flags, now);
  const { config } = past;
  const bundle = bundleOf(config);
  const [checks, alerts] = [renderChecks(bundle), renderCheckedAlerts(bundle)];
  const inventory = createInventory(config);
  const names = inventory.clusters.map(({ name }) => name);
  const clusters = flags.cluster ?? names;
  const given = [...flags.sync, ...past.syncs];
  refuseUnknown([...clusters, ...given.map(({ cluster }) => cluster)], names);
  const runs = past.hasLedger ? await runsOfLedger(config, tell) : [];
  const { from, to } = spanOf(flags, given, now);
  const everything = [...new Set(checks.map(({ component }) => component))];
  const policyOf = (app: string, cluster: string): Policy => inventory.policyFor(app, cluster);
  const appOn = (cluster: string) => inventory.apps.find((app) => app.clusters.includes(cluster));
  const pretended = (cluster: string, at: number): PastSync => {
    const app = appOn(cluster);
    const policy = policyOf(app?.name ?? '', cluster);
    return { cluster, at, components: app?.components ?? everything, policy };
  };
  const ledger = runs
    .filter((run) => clusters.includes(run.cluster) && harmFrom(run) >= from && harmFrom(run) < to)
    .filter((run) => inventory.cluster(run.cluster) !== undefined)
    .map((run) => syncOf(run, policyOf(run.app, run.cluster)));
  const named = given.map(({ cluster, at }) => pretended(cluster, at));
  const syncs = [...ledger, ...named].sort((a, b) => a.at - b.at);
  const { sources } = past.open({ bundle, checks, alerts });
  const report = await backtest({
    checks,
    alerts,
    judge: judgeRun,
    fleet: inventory,
    sources: (cluster) => sources.get(inventory.cluster(cluster)?.source ?? ''),
    clusters,
    pretended,
    syncs,
    moves: movesOf(names, runs, named),
    from,
    to,
    now,
    onProgress: tell,
    learns: flags.learn === true,
  });
  process.stdout.write(flags.json ? backtestJson(report) : backtestText(report));
}

function syncOf(run: LedgerRun, policy: Policy): PastSync {
  const at = harmFrom(run);
  const { cluster, app, components, syncedAt, settledAt = syncedAt } = run;
  return {
    cluster,
    app,
    at,
    components,
    policy,
    ...(syncedAt !== undefined && { syncEndedAt: syncedAt }),
    ...(settledAt !== undefined && { settledAt }),
  };
}

function movesOf(
  names: readonly string[],
  runs: readonly LedgerRun[],
  given: readonly PastSync[],
): ReadonlyMap<string, readonly Span[]> {
  return new Map(
    names.map((name) => {
      const own = given.filter(({ cluster }) => cluster === name);
      const known = spansOf(runs.filter(({ cluster }) => cluster === name));
      return [name, [...known, ...own.map((sync) => ({ from: sync.at, to: soakEnd(sync) }))]];
    }),
  );
}

function refuseUnknown(asked: readonly string[], names: readonly string[]): void {
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InputError(
    'input/cluster',
    `there is no cluster ${unknown}; the fleet has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ' ...' : ''}`,
    'cluster',
  );
}
