import { z } from 'zod';
import { IdentityError, InputError, isTidegateError, NotFoundError } from '../../domain/errors.ts';
import { type KnownCaller, requireAccess } from '../../identity/caller.ts';
import type { Identify } from '../../identity/identity.ts';
import { ENDED_SESSION, formSeal, isSealed, sessionCookie } from '../../identity/session.ts';
import type { PersonForm, Typed } from '../forms/person-form.ts';
import { confirmPage, type FormView, formPage } from '../pages/form-page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { page, type Reply } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';

/** What forms and sessions are made of. */
export interface FormParts {
  readonly forms: readonly PersonForm[];
  readonly identify: Identify;
  /** Where people reach this gate. */
  readonly publicUrl: string;
}

const MAX_TYPED = 2_000;
const typedText = z.string().max(MAX_TYPED);
const typedFields = z.record(z.string().max(100), typedText);
const byForm = z.strictObject({ form: name });

/** Longest reason of a person. */
const MAX_REASON = 1_000;

/** Signing in with a token, and a person's words as forms. */
export function formRoutes(parts: FormParts): Route[] {
  return [...sessionRoutes(parts), ...actRoutes(parts)];
}

function sessionRoutes({ forms, identify, publicUrl }: FormParts): Route[] {
  const about = { tag: 'pages', access: 'open' } as const;
  const answers = { 200: { description: 'A page.', contentType: 'text/html' } };
  const secure = publicUrl.startsWith('https:');
  return [
    route({
      ...about,
      method: 'get',
      path: '/sign-in',
      id: 'showSignIn',
      summary: 'Where a person signs in with a token',
      query: z.strictObject({ to: typedText.exactOptional() }),
      answers,
      handle: ({ query }) => page(signInPage({ to: localPath(query.to) })),
    }),
    route({
      ...about,
      method: 'post',
      path: '/sign-in',
      id: 'signIn',
      summary: 'Keeps a token in this browser for a working day',
      isForm: true,
      body: typedFields,
      answers: { ...answers, 303: { description: 'Signed in; goes on where it was.' } },
      async handle({ body }) {
        const { token = '' } = body;
        const to = localPath(body['to']);
        const typed = keptFields(body);
        try {
          await identify({ authorization: `Bearer ${token}` });
        } catch (error) {
          if (!(error instanceof IdentityError)) throw error;
          const again = signInPage({
            to,
            typed,
            refused: 'This gate knows no such token, or it has expired.',
          });
          return { ...(await page(again, 401)), refusal: error };
        }
        const headers = { 'set-cookie': sessionCookie(token, secure) };
        const form = forms.find(({ id }) => to === `/act/${id}`);
        if (form === undefined || Object.keys(typed).length === 0) return seeOther(to, headers);
        return { ...(await page(formPage(viewOf(form, typed, token)))), headers };
      },
    }),
    route({
      ...about,
      method: 'post',
      path: '/sign-out',
      id: 'signOut',
      summary: 'Forgets the token that this browser keeps',
      isForm: true,
      body: typedFields,
      answers: { 303: { description: 'Signed out.' } },
      handle: () => seeOther('/sign-in', { 'set-cookie': ENDED_SESSION }),
    }),
  ];
}

function actRoutes({ forms }: FormParts): Route[] {
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
        const stranger = await strangerReply(form, caller, { to: `/act/${form.id}?${asked}` });
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
        const stranger = await strangerReply(form, caller, { to: `/act/${form.id}`, typed });
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

function viewOf({ id, title, fields }: PersonForm, typed: Typed, session: string): FormView {
  return { title, action: `/act/${id}`, fields, typed, problems: {}, seal: formSeal(session) };
}

function ownFields({ fields }: PersonForm, body: Typed): Typed {
  return Object.fromEntries(
    fields.flatMap(({ name: field }) => (body[field] === undefined ? [] : [[field, body[field]]])),
  );
}

const KEPT = 'typed.';

function keptFields(body: Typed): Typed {
  const kept = Object.entries(body).filter(([field]) => field.startsWith(KEPT));
  return Object.fromEntries(kept.map(([field, value]) => [field.slice(KEPT.length), value]));
}

/** A path of this gate; whatever leads elsewhere leads home. */
function localPath(to = '/'): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(to) ? to : '/';
}

function seeOther(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status: 303,
    contentType: 'text/plain; charset=utf-8',
    body: '',
    headers: { ...headers, location },
  };
}
