import { InputError } from '../domain/errors.ts';

/** Something has no digest that everybody would compute alike. */
export class DigestError extends InputError {
  /** @param why what is in the way, where, and how it is mended */
  constructor(why: string, options?: ErrorOptions) {
    super('input/digest', why, undefined, options);
  }
}
