/** Bad items beyond those of before that are tolerated: one, or this share of a large set. */
const TOLERATED_ITEMS = 1;
const TOLERATED_SHARE = 0.02;

/**
 * How many bad items a set may have before they are too many.
 *
 * @param usual bad items before
 * @param among size of the set
 */
export function toleratedBad(usual: number, among: number): number {
  const few = usual + Math.max(TOLERATED_ITEMS, TOLERATED_SHARE * among);
  // Never all of them: a set of one has no room for a tolerated one.
  return Math.max(usual, Math.min(few, among - 1));
}
