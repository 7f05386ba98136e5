import { fadedShape, type LevelModel, startLevel } from './level-model.ts';
import { isRead, longRunRate, type StreamHistory } from './open-stream.ts';

const MEMORIES = [0.8, 0.9, 0.95, 0.98, 0.995];
const VARIANCES = [0.003, 0.01, 0.03, 0.08, 0.15, 0.3];
const WALKS = [3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2];

/** Every level model that is tried. */
const MODELS: readonly LevelModel[] = [
  ...MEMORIES.flatMap((memory) => VARIANCES.map((variance) => ({ memory, variance, walk: 0 }))),
  ...WALKS.map((walk) => ({ memory: 1, variance: 0, walk })),
];

/**
 * The level model that foretells the next step best, on average over some clusters' histories.
 *
 * @param histories events and expectations up to a factor, per cluster
 * @param phi       overdispersion that counts and expectations are divided by
 */
export function fitLevel(histories: readonly StreamHistory[], phi: number): LevelModel {
  const scaled = histories.map((history) => scaledHistory(history, phi));
  let best = MODELS[0] as LevelModel;
  let least = Number.POSITIVE_INFINITY;
  for (const model of MODELS) {
    let surprise = 0;
    for (const { events, exposure } of scaled) surprise += oneStepSurprise(events, exposure, model);
    if (surprise < least) {
      least = surprise;
      best = model;
    }
  }
  return best;
}

/** Counts and expectations in units of phi; steps that were not read have the expectation 0. */
function scaledHistory(
  history: StreamHistory,
  phi: number,
): { events: Float64Array; exposure: Float64Array } {
  const { length } = history.events;
  const events = new Float64Array(length);
  const exposure = new Float64Array(length);
  let allEvents = 0;
  let allExposure = 0;
  for (let i = 0; i < length; i++) {
    if (!isRead(history, i)) continue;
    allEvents += history.events[i] as number;
    allExposure += history.exposure[i] as number;
  }
  const rate = longRunRate(allEvents, allExposure);
  for (let i = 0; i < length; i++) {
    if (!isRead(history, i)) continue;
    events[i] = (history.events[i] as number) / phi;
    exposure[i] = ((history.exposure[i] as number) * rate) / phi;
  }
  return { events, exposure };
}

/** Gaussian one-step score of the filter: squared error over variance, plus the variance's logarithm. */
function oneStepSurprise(events: Float64Array, expected: Float64Array, model: LevelModel): number {
  let { shape, logLevel } = startLevel(model);
  let sum = 0;
  for (let i = 0; i < events.length; i++) {
    shape = fadedShape(shape, model);
    logLevel *= model.memory;
    const before = expected[i] as number;
    if (!(before > 0)) continue;
    const mean = before * Math.exp(logLevel);
    const variance = mean + (mean * mean) / shape;
    const seen = events[i] as number;
    sum += (seen - mean) ** 2 / variance + Math.log(variance);
    logLevel += Math.log((shape + seen) / (shape + mean));
    shape += seen;
  }
  return sum;
}
