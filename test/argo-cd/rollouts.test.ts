import { expect, test } from 'vitest';
import { describeWith } from '../support/tool.ts';
import { rollouts, SETTINGS, settingName } from './rollouts.ts';

// A sample; a hundred of each by hand: npm run argo-cd -- --rollouts 100

const COUNT = 2;

/** With this one the second commit is bad. */
const SEED = 11;

describeWith(['helm'], 'rollouts with the real gate, hook client and charts', () => {
  const sample = SETTINGS.filter(({ version, webhook }) => webhook === (version !== '3.3'));

  test.each(sample.map((setting) => [settingName(setting), setting] as const))(
    '%s: waves keep their order, good commits arrive, a bad one stays in its wave',
    async (_, setting) => {
      const report = await rollouts({ ...setting, seed: SEED }, COUNT);
      expect(report.broken).toEqual([]);
      expect(report).toMatchObject({ bad: 1 });
    },
    240_000,
  );

  test('one run of every hook or three for a change: the same runs end the same', async () => {
    const setting = { version: '3.5', postSync: 'register', webhook: true, seed: SEED } as const;
    const once = await rollouts({ ...setting, syncsPerChange: 1 }, COUNT);
    const thrice = await rollouts({ ...setting, syncsPerChange: 3 }, COUNT);
    expect(thrice.hooks).toBeGreaterThan(1.5 * once.hooks);
    expect(thrice.broken).toEqual([]);
    expect(thrice.ends).toEqual(once.ends);
  }, 240_000);
});
