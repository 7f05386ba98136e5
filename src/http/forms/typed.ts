import { z } from 'zod';
import { formSeal } from '../../identity/session.ts';
import type { FormView } from '../pages/form-page.ts';
import type { PersonForm, Typed } from './person-form.ts';

const MAX_TYPED = 2_000;

/** One field of a form. */
export const typedText = z.string().max(MAX_TYPED);

/** The fields of a form, whatever they are called. */
export const typedFields = z.record(z.string().max(100), typedText);

/**
 * A form with what was typed into it.
 *
 * @param session what it is sealed with
 */
export function viewOf({ id, title, fields }: PersonForm, typed: Typed, session: string): FormView {
  return { title, action: `/act/${id}`, fields, typed, problems: {}, seal: formSeal(session) };
}

/** How fields of another form are called while somebody signs in. */
const KEPT = 'typed.';

/** What was typed into another form before its session was over. */
export function keptFields(body: Typed): Typed {
  const kept = Object.entries(body).filter(([field]) => field.startsWith(KEPT));
  return Object.fromEntries(kept.map(([field, value]) => [field.slice(KEPT.length), value]));
}
