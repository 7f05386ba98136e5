import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../config/load-config.ts';
import { renderCheckedAlerts, renderChecks } from '../../render/checks/render-checks.ts';
import { bundleOf } from '../bundle.ts';
import { freeAddress } from '../free-address.ts';
import { fastClock, systemClock } from '../system-clock.ts';
import { type ArgoCd, createArgoCd } from './argo-cd.ts';
import { askDemoGate, type DemoGate } from './ask-demo-gate.ts';
import { DEMO_CLUSTERS, demoConfigText } from './fleet.ts';
import { type GateProcess, startGateProcess } from './gate-process.ts';
import { createHookRunner } from './hook-process.ts';
import type { Printer } from './printer.ts';
import type { Scene, SceneResult, Stage } from './stage.ts';
import { type World, watchFleet, writeWorld } from './world.ts';

/** What is played, and where. */
export interface StoryOptions {
  readonly scenes: readonly Scene[];
  /** Where the demo's files are. */
  readonly folder: string;
  readonly printer: Printer;
  /** Where the gate listens; a free port of loopback when absent. */
  readonly listen?: string;
  readonly wavesApart: boolean;
  /** Ends the story early. */
  readonly aborted: AbortSignal;
  /** Called when the gate answers. */
  readonly began: (url: string) => void;
  /** Seconds of the fleet in one second of the demo. */
  readonly factor: number;
  /** Called while the gate is still there, before everything ends. */
  readonly afterwards: (story: Story) => Promise<void>;
}

/** How the story went. */
export interface Story {
  readonly url: string;
  readonly scenes: readonly (SceneResult & { readonly scene: string })[];
  readonly hooks: number;
  /** Most memory that the gate was seen to hold, in bytes. */
  readonly residentBytes: number;
  readonly gate: DemoGate;
}

/** The same numbers at every start; chosen once, not for its outcome. */
const SEED = 20;

/** The fleet's clock starts this long ago, so that the story ends about now. */
const BEFORE_MS = 9_600_000;

/** Pause between two readings of the gate's memory, real time. */
const MEMORY_EVERY_MS = 2_000;

/** Starts the gate, plays the scenes, and ends every process that it started. */
export async function playStory(options: StoryOptions): Promise<void> {
  const { folder, scenes, printer, began, afterwards } = options;
  const files = { config: join(folder, 'tidegate.yaml'), world: join(folder, 'world.json') };
  const listen = options.listen ?? (await freeAddress());
  const text = demoConfigText({
    listen,
    sqlite: join(folder, 'ledger.sqlite'),
    wavesApart: options.wavesApart,
  });
  await writeFile(files.config, text);
  const realStart = Date.now();
  let world: World = {
    seed: SEED,
    time: { factor: options.factor, realStart, start: Math.floor((realStart - BEFORE_MS) / 60_000) * 60_000 },
    faults: [],
  };
  const change = (faults: World['faults']) => {
    world = { ...world, faults };
    writeWorld(files.world, world);
  };
  change([]);
  const over = new AbortController();
  const aborted = AbortSignal.any([over.signal, options.aborted]);
  let process: GateProcess = await startGateProcess(files);
  let driving: Promise<void> | undefined;
  let memory: MemoryWatch | undefined;
  try {
    const { url } = process;
    const clock = fastClock(world.time);
    const gate = askDemoGate(url, clock.now, aborted);
    const config = parseConfig(text, { source: 'the demo', folder, environment: { logLevel: 'error' } });
    const bundle = bundleOf(config);
    const parts = { checks: renderChecks(bundle), alerts: renderCheckedAlerts(bundle) };
    const argo: ArgoCd = createArgoCd({
      gateUrl: url,
      clock,
      clusters: [...DEMO_CLUSTERS.slice(-3), ...DEMO_CLUSTERS.slice(0, -3)],
      runHook: createHookRunner(join(folder, 'compiled'), aborted),
      applied(cluster, { fault }, at) {
        // What the commit before did to the cluster ends with it.
        const ended = world.faults.map((one) =>
          one.cluster === cluster && one.to === undefined ? { ...one, to: at } : one,
        );
        const isHurt = fault !== undefined && !cluster.startsWith('sandbox-');
        change([...ended, ...(isHurt ? [{ ...fault, cluster, component: 'dns', from: at } as const] : [])]);
      },
    });
    began(url);
    driving = argo.run(aborted);
    memory = watchMemory(gate, aborted);
    const begin = clock.now();
    const stage: Stage = {
      gate,
      argo,
      clock,
      ...parts,
      tell: (line) => printer.at((clock.now() - begin) / 1000, line),
      add(...lines) {
        for (const line of lines) printer.under(line);
      },
      fleet: watchFleet(files.world, parts),
      inject: (fault) => change([...world.faults, fault]),
      async killGate() {
        await process.kill();
        process = await startGateProcess(files);
      },
    };
    const story = (async () => {
      const results: (SceneResult & { scene: string })[] = [];
      for (const [at, scene] of scenes.entries()) {
        printer.head(`${at + 1}. ${scene.title}`);
        const result = await scene.play(stage);
        for (const claim of result.claims) printer.claim(claim);
        printer.line();
        results.push({ scene: scene.name, ...result });
      }
      await afterwards({
        url,
        scenes: results,
        hooks: argo.hooks.length,
        residentBytes: memory?.most() ?? 0,
        gate,
      });
    })();
    // A hook that is refused ends the story at once, and so does a person.
    // Whoever loses the race may still fail, when there is nothing left to ask.
    story.catch(() => undefined);
    await Promise.race([story, driving]);
  } finally {
    over.abort();
    await Promise.allSettled([driving, memory?.ended]);
    await process.stop();
  }
}

/** Looks how much memory the gate holds, now and then. */
interface MemoryWatch {
  readonly most: () => number;
  readonly ended: Promise<unknown>;
}

function watchMemory(gate: DemoGate, aborted: AbortSignal): MemoryWatch {
  let most = 0;
  const watch = async () => {
    while (!aborted.aborted) {
      most = Math.max(most, await gate.residentBytes());
      await systemClock.sleep(MEMORY_EVERY_MS, aborted);
    }
  };
  // A gate that is gone ends the story by itself; memory is of no interest then.
  return { most: () => most, ended: Promise.allSettled([watch()]) };
}
