import { DefinitionError } from './errors.ts';

declare const isRatio: unique symbol;

/** A share between 0 and 1, never a percentage. */
export type Ratio = number & { readonly [isRatio]: true };

/**
 * A number as a share.
 *
 * @throws DefinitionError `definition/ratio` outside 0..1, which is what a percentage written by mistake looks like
 */
export function ratio(value: number): Ratio {
  if (!(value >= 0 && value <= 1)) {
    throw new DefinitionError(
      'definition/ratio',
      `${value} is no ratio; ratios are 0..1 (write 0.01 for 1 %)`,
    );
  }
  return value as Ratio;
}
