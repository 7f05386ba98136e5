import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BURN_TIERS, burnRate, burnThreshold } from '../../src/domain/burn-rate.ts';
import { seconds } from '../../src/domain/duration.ts';
import { ratio } from '../../src/domain/ratio.ts';
import { absGoLogE, absLogE } from '../../src/judge/abs.ts';
import { gpLogE } from '../../src/judge/gp.ts';
import { BELOW_LIMIT, type Mixture, mixtureOf, WORSE } from '../../src/judge/mixture.ts';
import { BLOCK_MINUTES, MIN_BLOCKS, overdispersion } from '../../src/judge/phi.ts';
import { adjacentPhi } from '../../src/judge/statistics/adjacent-phi.ts';
import { controlOffset } from '../../src/judge/statistics/control-offset.ts';
import { burstTable } from '../../src/judge/statistics/declustering.ts';
import { didLength, didLogE, openDid, type Pair, stepDid } from '../../src/judge/statistics/did.ts';
import { PLACEBO_NEEDS, placeboChance } from '../../src/judge/statistics/placebo.ts';
import { GO_EFFECTS, GO_LENGTH, goEffects, trackGoLogE } from '../../src/judge/statistics/track-go.ts';
import {
  idleTrack,
  openTrack,
  stepTrack,
  TRACK,
  trackEstimate,
  trackLength,
  trackLogE,
} from '../../src/judge/statistics/track-state.ts';
import { outsideCases } from '../support/outside-cases.ts';

interface Vector {
  readonly kind: string;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: every kind has its own input, and a wrong field fails its assertion
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly expected: any;
}

/** Kinds of formulas that the judge uses; vectors of other kinds are shown as skipped. */
const KINDS: Readonly<Record<string, (vector: Vector) => void>> = {
  gp({ input, expected }) {
    const { x0, n0, x1, n1, rho, phi, prior } = input;
    const before = { events: x0, exposure: n0 };
    const since = { events: x1, exposure: n1 };
    expectEvidence(gpLogE({ before, since, rho, phi, prior, ...mixtureIn(input) }), expected);
  },
  poissonAbsolute({ input, expected }) {
    const { x, n, p0, phi = 1 } = input;
    const count = { events: x, exposure: n };
    expectEvidence(absLogE({ count, limit: p0, phi, ...mixtureIn(input) }), expected);
  },
  absGo({ input, expected }) {
    const { x, n, limit, phi } = input;
    const count = { events: x, exposure: n };
    expectEvidence(absGoLogE({ count, limit, phi, ...mixtureIn(input) }), expected);
  },
  trk({ input: { a, l, f, v, q, y, e, skip = 0 }, expected }) {
    const model = { memory: f, variance: v, walk: q };
    const numbers = new Float64Array(trackLength(8));
    openTrack(numbers, 0, { shape: a, logLevel: l }, 8);
    const path = (y as number[]).map((seen, i) => {
      if (i < skip || e[i] === 0) {
        idleTrack(numbers, 0, model, 8);
        return null;
      }
      stepTrack(numbers, 0, model, WORSE, seen, e[i]);
      return trackLogE(numbers, 0, WORSE);
    });
    expectNumbers(path, expected.path);
    expectNumbers(
      [path.at(-1), numbers[TRACK.shape], numbers[TRACK.logLevel], trackEstimate(numbers, 0)],
      [expected.logE, expected.a, expected.level, expected.estimate],
    );
  },
  did({ input: { pre, rows, rho, phi }, expected }) {
    expect(rho).toBe(1);
    const pair = ([xt, nt, xc, nc]: readonly number[]) =>
      ({ treated: { events: xt, exposure: nt }, controls: { events: xc, exposure: nc } }) as Pair;
    const start = openDid(pair([pre.xt, pre.nt, pre.xc, pre.nc]), phi);
    const sums = new Float64Array(didLength(start));
    for (const row of rows) stepDid(sums, start, pair(row), phi);
    expectEvidence(didLogE(sums, start), expected);
  },
  trkGo({ input: { a, l, f, v, q, y, e, R, grid, w }, expected }) {
    expect(BELOW_LIMIT).toEqual(mixtureOf(grid, w));
    const numbers = new Float64Array(GO_LENGTH);
    openTrack(numbers, 0, { shape: a, logLevel: l }, GO_EFFECTS);
    for (let i = 0; i < y.length; i++) {
      stepTrack(numbers, 0, { memory: f, variance: v, walk: q }, goEffects(R), y[i], e[i]);
    }
    expect(trackGoLogE(numbers, 0)).toBeCloseTo(expected.logE, 6);
  },
  burstTable({ input: { m, lambda, x }, expected }) {
    const table = burstTable({ size: m, perStep: lambda });
    expectNumbers(
      (x as number[]).map((count) => table[count]),
      expected.d,
    );
  },
  phiAdj({ input: { y, e }, expected }) {
    expect(adjacentPhi(y, e)).toBeCloseTo(expected.phi, 6);
  },
  placeboP({ input: { scores, live }, expected }) {
    const chances = (live as number[]).map((score) =>
      placeboChance({ scores, overlap: 1, needs: { ...PLACEBO_NEEDS.counts, beyond: 0 } }, score),
    );
    chances.forEach((chance, i) => {
      expect((chance.reached + 1) / (chance.windows + 1)).toBeCloseTo(expected.rank[i], 6);
      expect(chance.p).toBeCloseTo(expected.tail[i] ?? expected.rank[i], 6);
      expect(chance.extrapolated).toBe(expected.tail[i] !== null);
    });
  },
  offset({ input: { yc, nc, mu }, expected }) {
    expectNumbers(
      (yc as number[]).map((events, i) => controlOffset(events, nc[i], mu)),
      expected.c,
    );
  },
  phiDiff({ input: { x, n, blocks, minBlocks, q }, expected }) {
    expect({ blocks, minBlocks, q }).toEqual({ blocks: [...BLOCK_MINUTES], minBlocks: MIN_BLOCKS, q: 0.1 });
    const { phi } = overdispersion({ events: x, exposure: n, trials: true });
    expect(phi).toBeCloseTo(expected.phi, 6);
  },
  burnRate({ input: { slo, periodDays, longWindowHours, budgetFraction }, expected }) {
    expect(burnRate(ratio(expected.errorRatioThreshold), ratio(slo))).toBeCloseTo(expected.burnRate, 6);
    const tier = Object.entries(BURN_TIERS).find(
      ([, { long, budget }]) => seconds(long) === longWindowHours * 3600 && budget === budgetFraction,
    );
    if (tier === undefined || periodDays !== 30) return;
    expect(burnThreshold(tier[0] as keyof typeof BURN_TIERS)).toBeCloseTo(expected.burnRate, 9);
  },
};

/** The mixture that a vector names; without one the formula's own is tested. */
function mixtureIn(input: Vector['input']): { mixture?: Mixture } {
  return input.grid ? { mixture: mixtureOf(input.grid, input.w) } : {};
}

function expectNumbers(
  actual: readonly (number | null | undefined)[],
  expected: readonly (number | null)[],
): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((each, i) => {
    if (each === null) expect(actual[i]).toBeNull();
    else expect(actual[i]).toBeCloseTo(each, 6);
  });
}

function expectEvidence(logE: number, expected: { logE: number; e?: number; pAnytime?: number }): void {
  expect(logE).toBeCloseTo(expected.logE, 6);
  if (expected.e !== undefined) expect(Math.exp(logE) / expected.e).toBeCloseTo(1, 5);
  if (expected.pAnytime !== undefined) expect(Math.min(1, Math.exp(-logE))).toBeCloseTo(expected.pAnytime, 6);
}

const OURS = join(import.meta.dirname, '../vectors');
const FILES = ['judge.json', 'judge-placebo.json'].map((name) => join(OURS, name));
const MORE = outsideCases();

/** An operator's own vectors: a folder with `vectors/*.json`, named by TIDEGATE_CASES. */
function moreFiles(folder: string): string[] {
  const vectors = join(folder, 'vectors');
  if (!existsSync(vectors)) return [];
  return readdirSync(vectors)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(vectors, name));
}

for (const file of [...FILES, ...(MORE ? moreFiles(MORE) : [])]) {
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors?: readonly Vector[] };
  // A folder may hold vectors for other tests too; those have another shape.
  if (vectors === undefined) continue;
  const kinds = [...new Set(vectors.map(({ kind }) => kind))];
  describe(basename(file), () => {
    for (const kind of kinds) {
      const check = KINDS[kind];
      const ofKind = vectors.filter((vector) => vector.kind === kind);
      if (check === undefined) {
        it.skip(`${kind}: ${ofKind.length} vectors of a formula that is not in use`, () => undefined);
      } else {
        it.each(ofKind.map((vector) => [vector.id, vector] as const))(`${kind}: %s`, (_, vector) =>
          check(vector),
        );
      }
    }
  });
}
