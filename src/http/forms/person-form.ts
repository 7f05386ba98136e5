import type { Right } from '../../domain/rights.ts';
import type { KnownCaller } from '../../identity/caller.ts';
import type { FormField } from '../pages/form-page.ts';

/** What was typed into a form, by field. */
export type Typed = Readonly<Record<string, string>>;

/** A person's word as a form: what is typed, what it would do, and doing it. */
export interface PersonForm {
  /** Last part of its path: `/act/override`. */
  readonly id: string;
  readonly title: string;
  readonly right: Right;
  /** The first of them is what the form is about. */
  readonly fields: readonly FormField[];
  /**
   * What would happen, in sentences.
   *
   * @throws what `act` would throw for what can be known before
   */
  effects(typed: Typed, caller: KnownCaller): Promise<readonly string[]>;
  /**
   * @returns the path of the page that shows what happened
   * @throws InputError with the field that is wrong, and whatever the use case throws
   */
  act(typed: Typed, caller: KnownCaller): Promise<string>;
}

/** The field that every word of a person has. */
export const REASON_FIELD: FormField = {
  name: 'reason',
  label: 'Reason',
  hint: 'Stands in the audit log under your name, for those who ask why.',
  kind: 'reason',
};
