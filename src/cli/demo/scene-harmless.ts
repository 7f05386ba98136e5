import { PRESETS } from '../../config/policies.ts';
import { milliseconds } from '../../domain/duration.ts';
import { DEMO_CLUSTERS, DEMO_WAVES } from './fleet.ts';
import { areAll, COMMITS, type Scene, untilRuns } from './stage.ts';
import { tellWaves, wavesKeptApart } from './wave-story.ts';
import { length } from './words.ts';

/** A change that does no harm, through all waves. */
export const harmless: Scene = {
  name: 'harmless',
  title: 'A harmless change: CoreDNS 1.11.4 -> 1.12.1',
  async play(stage) {
    const { argo, clock, gate, tell, add } = stage;
    const startedAt = clock.now();
    const commit = COMMITS.harmless;
    argo.push(commit);
    tell(`Commit ${commit.revision}. Argo CD starts all four waves at once and runs every hook twice.`);
    const asked = await untilRuns(stage, commit, (runs) => runs.length === DEMO_CLUSTERS.length);
    const held = asked.filter(({ state }) => state === 'asked').length;
    tell(`${asked.length} PreSync hooks asked; ${held} were told to hold (exit 43) and are tried again.`);
    const runs = await tellWaves(stage, commit);
    const seconds = (clock.now() - startedAt) / 1000;
    const fixedSeconds = DEMO_WAVES.reduce(
      (sum, { policy }) => sum + milliseconds(PRESETS[policy].maxSoak) / 1000,
      0,
    );
    const example = runs.find(({ cluster }) => cluster === 'prod-eu-1');
    const checks = example === undefined ? [] : (await gate.evidence(example.id)).checks;
    const latency = checks.find(({ signal }) => signal === 'dns-latency');
    if (latency) add(`go on prod-eu-1 stands on: ${latency.text}`);
    add(
      `All waves took ${length(seconds)}, for soaks end when the evidence suffices; soaks of fixed length (30 min, 1 h, 2 h, 2 h) would have taken ${length(fixedSeconds)}.`,
    );
    const ofCommit = argo.hooks.filter(({ digest }) => digest === commit.digest);
    const syncs = argo.syncs.filter(({ digest }) => digest === commit.digest).length;
    return {
      claims: [
        {
          text: `go on ${runs.filter(({ state }) => state === 'go').length} of 12 clusters`,
          holds: areAll(runs, DEMO_CLUSTERS, 'go'),
        },
        wavesKeptApart(stage, commit, runs),
        {
          text: `${ofCommit.length} hook processes made ${runs.length} runs: asking again changes nothing`,
          holds: runs.length === 12 && syncs === 12 && runs.every(({ attempt }) => attempt === 1),
        },
      ],
      facts: {
        fleetSeconds: Math.round(seconds),
        fixedSoakSeconds: fixedSeconds,
        hooks: ofCommit.length,
        syncs,
      },
    };
  },
};
