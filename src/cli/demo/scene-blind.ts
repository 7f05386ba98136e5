import type { ToldRun } from './ask-demo-gate.ts';
import { DEMO_WAVES } from './fleet.ts';
import { pushFixed } from './push-fixed.ts';
import { areAll, COMMITS, type Scene, untilRuns, untilSoaking } from './stage.ts';
import { tellWaves } from './wave-story.ts';

const STAGING = ['staging-eu-1', 'staging-us-1'];

/** For how long the metric source does not answer, in fleet time. */
const AWAY_MS = 300_000;

/** How far into the soak. */
const AFTER_MS = 120_000;

/** The metric source is away in the middle of a soak. */
export const blind: Scene = {
  name: 'blind',
  title: 'The metric source is away for five minutes in mid-soak',
  async play(stage) {
    const { clock, tell, inject } = stage;
    const commit = COMMITS.fixed;
    await pushFixed(stage);
    await tellWaves(stage, commit, DEMO_WAVES.slice(0, 1));
    const soaking = await untilSoaking(stage, commit, STAGING, AFTER_MS);
    const names = soaking.map(({ cluster }) => cluster);
    const from = clock.now();
    const to = from + AWAY_MS;
    inject({ kind: 'source-away', cause: 'the store answers 503', from, to });
    tell('staging soaks, and the metric source stops answering (503).');
    const held = await untilRuns(stage, commit, (runs) => names.every((name) => isBlind(runs, name)));
    const reason = held.find(({ cluster }) => cluster === names[0])?.reasons[0];
    tell(`staging HOLD, neither halt nor go  [${reason?.code}]`);
    const runs = await tellWaves(stage, commit, DEMO_WAVES.slice(1, 2));
    const decided = runs.filter(({ cluster }) => names.includes(cluster));
    const during = decided.filter(({ decidedAt }) => {
      const at = Date.parse(decidedAt ?? '');
      return at >= from && at < to;
    });
    const blindSeconds = Math.min(...decided.map((run) => run.blindSeconds));
    return {
      claims: [
        { text: 'nothing was decided while the source was away', holds: during.length === 0 },
        {
          text: `the ${Math.round(blindSeconds / 60)} min without readings did not count as soak`,
          holds: blindSeconds > AWAY_MS / 2_000,
        },
        { text: 'afterwards staging has its go', holds: areAll(runs, STAGING, 'go') },
      ],
      facts: { blindSeconds, reason },
    };
  },
};

function isBlind(runs: readonly ToldRun[], name: string): boolean {
  const run = runs.find(({ cluster }) => cluster === name);
  return run?.blindSince !== undefined || (run?.state !== 'soaking' && run !== undefined);
}
