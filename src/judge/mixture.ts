/**
 * The effect sizes that a test weighs against "nothing changed", each with the share of the bet placed on it.
 * Betting on several sizes at once costs a constant factor and needs no guess of the true one.
 */
export interface Mixture {
  /** Hypothesised rate divided by the rate under the null. */
  readonly effects: readonly number[];
  readonly logEffects: readonly number[];
  readonly logWeights: readonly number[];
}

/**
 * A mixture from effects and weights.
 *
 * @param effects positive factors
 * @param weights shares of the bet, positive, sum 1
 */
export function mixtureOf(effects: readonly number[], weights: readonly number[]): Mixture {
  return { effects, logEffects: effects.map(Math.log), logWeights: weights.map(Math.log) };
}

/** "It got worse": from a quarter more to a hundredfold; small effects are the likelier ones. */
export const WORSE: Mixture = mixtureOf(
  [1.25, 1.5, 2, 3, 5, 10, 30, 100],
  [0.15, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05],
);

/** "It is below the limit": from just below to a fiftieth of it; a healthy signal lies far below. */
export const BELOW_LIMIT: Mixture = mixtureOf([0.02, 0.1, 0.25, 0.5, 0.7], [0.3, 0.2, 0.2, 0.15, 0.15]);

/** "It is not that many times worse": even bets on anything from a tenth to nearly all of it. */
export const NOT_THAT_BAD: Mixture = mixtureOf([0.1, 0.2, 0.35, 0.5, 0.7, 0.85], Array(6).fill(1 / 6));

/** log(sum of exp), without overflow; -Infinity for an empty list. */
export function logSumExp(logs: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const log of logs) if (log > top) top = log;
  if (top === Number.NEGATIVE_INFINITY) return top;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - top);
  return top + Math.log(sum);
}
