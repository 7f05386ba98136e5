import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alphaShare, type WaveSize } from '../../src/config/alpha-share.ts';

const sizes = (...clusters: number[]): WaveSize[] =>
  clusters.map((n, at) => ({ name: `w${at}`, clusters: n }));

test.each<[string, WaveSize[], string, number]>([
  ['the only cluster of the only wave has all of it', sizes(1), 'w0', 1],
  ['the first of two waves has half', sizes(1, 1), 'w0', 1 / 2],
  ['the last of two waves has the rest', sizes(1, 1), 'w1', 1 / 2],
  ['the second of three waves has a quarter', sizes(1, 1, 1), 'w1', 1 / 4],
  ['the last of three waves has the rest', sizes(1, 1, 1), 'w2', 1 / 4],
  ['two clusters of a wave split half of its share', sizes(2, 1), 'w0', 1 / 8],
  ['a wave without clusters takes nothing', sizes(0, 1, 0, 4), 'w1', 1 / 2],
  ['nor does one at the end', sizes(1, 0), 'w0', 1],
  ['a wave that is not there has none', sizes(1), 'w9', 0],
])('%s', (_what, waves, wave, share) => {
  expect(alphaShare(waves, wave)).toBeCloseTo(share, 12);
});

test('clusters and pooled tests together spend all of it, and never more', () => {
  const someSizes = fc
    .array(fc.nat(20), { minLength: 1, maxLength: 8 })
    .filter((list) => list.some((n) => n > 0));
  fc.assert(
    fc.property(someSizes, (list) => {
      const waves = sizes(...list);
      const spent = waves
        .filter(({ clusters }) => clusters > 0)
        // As much as the clusters of a wave of several get is left for its pooled test.
        .map(({ name, clusters }) => alphaShare(waves, name) * clusters * (clusters > 1 ? 2 : 1));
      expect(spent.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    }),
  );
});
