import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { parseConfig } from '../config/load-config.ts';
import { renderCheckedAlerts, renderChecks } from '../render/checks/render-checks.ts';
import { createFleet } from '../simulator/fleet.ts';
import { seededRandom } from '../simulator/random.ts';
import { createSimulatedSource } from '../sources/simulated/simulated-source.ts';
import { createLog } from '../telemetry/log.ts';
import { bundleOf } from './bundle.ts';
import { type RunningGate, startGate } from './compose-gate.ts';
import { DEMO_CLUSTER, DEMO_PROFILES, demoConfigText } from './demo/fleet.ts';
import { playScene } from './demo/play.ts';
import { SCENES, type Scene } from './demo/scenes.ts';
import { epilogue, prologue, type SceneResult, sceneEnd, sceneHead } from './demo/story.ts';
import { CommandEnd } from './exit.ts';
import { freeAddress } from './free-address.ts';
import { untilTold } from './signals.ts';
import { fastClock } from './system-clock.ts';
import { endTracing, startTracing } from './tracing.ts';

/** Seconds of the fleet in one second of the demo: fast enough for a minute of patience, slow enough to be measured. */
const FACTOR = 60;

/** Longest that the end waits for traces to be taken. */
const TRACE_PATIENCE_MS = 1_500;

interface Flags {
  readonly scenario?: string;
  readonly list?: true;
  readonly json?: true;
  readonly keep?: true;
}

/** `tidegate demo`: the embedded default. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'a simulated cluster in fast-forward, a real gate, real hooks: one change goes, one is halted',
    )
    .addOption(new Option('--scenario <name>', 'play one scene only').choices(SCENES.map(({ name }) => name)))
    .option('--list', 'list the scenes')
    .option('--json', 'print what happened as JSON')
    .option('--keep', 'stay up at the end, as on a terminal')
    .action(demoAction);
}

async function demoAction(flags: Flags): Promise<void> {
  const scenes = SCENES.filter(({ name }) => flags.scenario === undefined || name === flags.scenario);
  if (flags.list) {
    const list = SCENES.map(({ name, title }) => ({ name, title }));
    process.stdout.write(
      flags.json ? `${JSON.stringify(list)}\n` : `${list.map((s) => `${s.name}: ${s.title}`).join('\n')}\n`,
    );
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-demo-'));
  const say = (lines: readonly string[]) => {
    if (!flags.json) process.stdout.write(`${lines.join('\n')}\n`);
  };
  try {
    await play(scenes, { folder, say, flags });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Playing {
  readonly folder: string;
  readonly say: (lines: readonly string[]) => void;
  readonly flags: Flags;
}

async function play(scenes: readonly Scene[], { folder, say, flags }: Playing): Promise<void> {
  const config = parseConfig(demoConfigText(await freeAddress(), join(folder, 'ledger.sqlite')), {
    source: 'the demo',
    folder,
    environment: { logLevel: 'error' },
  });
  const bundle = bundleOf(config);
  const checks = renderChecks(bundle);
  const alerts = renderCheckedAlerts(bundle);
  const random = seededRandom(20);
  const fleet = createFleet({
    clusters: [{ name: DEMO_CLUSTER }],
    checks,
    alerts,
    random,
    profiles: DEMO_PROFILES,
  });
  const clock = fastClock(FACTOR);
  // A receiver that is away the hooks tell of.
  const { tracing } = await startTracing('tidegate', TRACE_PATIENCE_MS, () => undefined);
  const gate: RunningGate = await startGate({
    config,
    bundle,
    clock,
    log: createLog('error'),
    tracing,
    createSource: ({ source }) => createSimulatedSource({ name: source.name, fleet, checks }),
  });
  const results: SceneResult[] = [];
  try {
    say(prologue(gate.url, FACTOR));
    for (const [at, scene] of scenes.entries()) {
      say(sceneHead(scene, at));
      const progress = (line: string) => say([`   ... ${line}`]);
      const result = await playScene(scene, { url: gate.url, fleet, clock, alerts, progress });
      results.push(result);
      say(sceneEnd(result));
    }
    say(epilogue(gate.url));
    if (flags.json) process.stdout.write(`${JSON.stringify({ url: gate.url, scenes: results }, null, 2)}\n`);
    if (flags.keep || (process.stdout.isTTY && !flags.json)) {
      say(['', 'The gate stays up; Ctrl-C ends it.']);
      await untilTold();
    }
  } finally {
    await gate.stop();
    await endTracing(tracing);
  }
  const asTold = scenes.every(({ expected }, at) => results[at]?.postSync.end === expected);
  if (!asTold) throw new CommandEnd(1);
}
