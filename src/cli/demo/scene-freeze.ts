import { DEMO_WAVES } from './fleet.ts';
import { pushFixed } from './push-fixed.ts';
import { areAll, COMMITS, type Scene, untilRuns } from './stage.ts';
import { tellWaves } from './wave-story.ts';

const STAGING = ['staging-eu-1', 'staging-us-1'];

/** A person freezes a wave, and thaws it again. */
export const freeze: Scene = {
  name: 'freeze',
  title: 'A person freezes staging while the sandbox soaks',
  async play(stage) {
    const { gate, tell } = stage;
    const commit = COMMITS.fixed;
    await pushFixed(stage);
    const id = await gate.freezeWave('staging', 'a load test runs there until noon');
    tell('staging frozen: "a load test runs there until noon".');
    await tellWaves(stage, commit, DEMO_WAVES.slice(0, 1));
    const held = await untilRuns(stage, commit, (runs) =>
      STAGING.every((name) =>
        runs.find(({ cluster }) => cluster === name)?.reasons.some(({ code }) => code === 'freeze/active'),
      ),
    );
    const reason = held
      .find(({ cluster }) => cluster === STAGING[0])
      ?.reasons.find(({ code }) => code === 'freeze/active');
    tell(`staging HOLD  [${reason?.code}]`);
    stage.add(reason?.text ?? '');
    const wasLetIn = !areAll(held, STAGING, 'asked');
    await gate.thaw(id, 'the load test is over');
    tell('staging thawed; Argo CD asks again by itself.');
    const after = await untilRuns(stage, commit, (runs) =>
      areAll(runs, STAGING, 'admitted', 'settling', 'soaking', 'go'),
    );
    return {
      claims: [
        {
          text: 'the sandbox went on soaking and had its go meanwhile',
          holds: areAll(held, ['sandbox-eu-1'], 'go'),
        },
        { text: 'nothing was let onto staging while it was frozen', holds: !wasLetIn },
        {
          text: 'after the thaw it was admitted without anybody starting it',
          holds: after.every(({ attempt }) => attempt === 1),
        },
      ],
      facts: { reason },
    };
  },
};
