import { z } from 'zod';
import { IdentityError, InputError, isTidegateError, NotFoundError } from '../../domain/errors.ts';
import { type KnownCaller, requireAccess } from '../../identity/caller.ts';
import { isSealed } from '../../identity/session.ts';
import type { PersonForm, Typed } from '../forms/person-form.ts';
import { typedFields, viewOf } from '../forms/typed.ts';
import { confirmPage, type FormView, formPage } from '../pages/form-page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { page, type Reply, seeOther } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';

/** What forms are made of. */
export interface FormParts {
  readonly forms: readonly PersonForm[];
  /** Where people can sign in beside showing a token, if anywhere. */
  readonly provider: () => string | undefined;
}

const byForm = z.strictObject({ form: name });

/** Longest reason of a person. */
const MAX_REASON = 1_000;

/** A person's words as forms. */
export function formRoutes({ forms, provider }: FormParts): Route[] {
  const about = { tag: 'pages', access: 'open', params: byForm, problems: [404] } as const;
  const answers = { 200: { description: 'A page.', contentType: 'text/html' } };
  return [
    route({
      ...about,
      method: 'get',
      path: '/act/{form}',
      id: 'showForm',
      summary: 'A person’s word as a form',
      query: typedFields,
      answers,
      async handle({ params, query, caller, session }) {
        const form = formOf(forms, params.form);
        const asked = new URLSearchParams(query).toString();
        const stranger = await strangerReply(form, caller, {
          to: `/act/${form.id}?${asked}`,
          provider: provider(),
        });
        return stranger ?? page(formPage(viewOf(form, query, session)));
      },
    }),
    route({
      ...about,
      method: 'post',
      path: '/act/{form}',
      id: 'sendForm',
      summary: 'Shows what a person’s word would do, then does it',
      isForm: true,
      body: typedFields,
      answers: { ...answers, 303: { description: 'Done; goes on to what happened.' } },
      async handle({ params, body, caller, session }) {
        const form = formOf(forms, params.form);
        const typed = ownFields(form, body);
        const stranger = await strangerReply(form, caller, {
          to: `/act/${form.id}`,
          typed,
          provider: provider(),
        });
        if (stranger || caller === undefined) return stranger ?? seeOther('/sign-in');
        const view = viewOf(form, typed, session);
        if (!isSealed(session, body['seal'] ?? '')) {
          const problems = {
            form: 'This form was opened in another session. Look it over and send it again.',
          };
          return page(formPage({ ...view, problems }), 403);
        }
        return step(form, view, { typed, caller, step: body['step'] });
      },
    }),
  ];
}

/** One step of a form: back to the fields, on to what it would do, or doing it. */
async function step(
  form: PersonForm,
  view: FormView,
  {
    typed,
    caller,
    step: wanted,
  }: { readonly typed: Typed; readonly caller: KnownCaller; readonly step: string | undefined },
): Promise<Reply> {
  if (wanted === 'edit') return page(formPage(view));
  try {
    refuseEmptyReason(typed);
    if (wanted === 'do') return seeOther(await form.act(typed, caller));
    return await page(confirmPage(view, await form.effects(typed, caller)));
  } catch (error) {
    if (!isTidegateError(error) || error instanceof IdentityError) throw error;
    const field = error instanceof InputError ? error.field : undefined;
    const at = field !== undefined && form.fields.some((each) => each.name === field) ? field : 'form';
    return page(formPage({ ...view, problems: { [at]: error.message } }), 422);
  }
}

function refuseEmptyReason({ reason = '' }: Typed): void {
  const length = reason.trim().length;
  if (length > 0 && length <= MAX_REASON) return;
  throw new InputError(
    'input/invalid-field',
    `Give a reason of 1 to ${MAX_REASON} characters; this one has ${length}.`,
    'reason',
  );
}

/** Who is not signed in is asked to, and comes back to where it was; who may not do this is refused. */
async function strangerReply(
  { right }: PersonForm,
  caller: KnownCaller | undefined,
  signIn: Parameters<typeof signInPage>[0],
): Promise<Reply | undefined> {
  try {
    requireAccess(caller, right);
    return undefined;
  } catch (error) {
    if (!(error instanceof IdentityError) || error.status !== 401) throw error;
    return { ...(await page(signInPage(signIn), 401)), refusal: error };
  }
}

function formOf(forms: readonly PersonForm[], id: string): PersonForm {
  const form = forms.find((each) => each.id === id);
  if (form) return form;
  const known = forms.map((each) => each.id).join(', ');
  throw new NotFoundError('form/unknown', `There is no form ${id}; there are ${known}.`);
}

function ownFields({ fields }: PersonForm, body: Typed): Typed {
  return Object.fromEntries(
    fields.flatMap(({ name: field }) => (body[field] === undefined ? [] : [[field, body[field]]])),
  );
}
