import { z } from 'zod';
import { IdentityError, NotFoundError } from '../../domain/errors.ts';
import { PUBLIC_READER } from '../../identity/caller.ts';
import type { Identify } from '../../identity/identity.ts';
import { SIGN_IN_SECONDS, type SignIn } from '../../identity/oidc.ts';
import { ENDED_SESSION, loginCookie, loginOf, sessionCookie } from '../../identity/session.ts';
import type { PersonForm } from '../forms/person-form.ts';
import { keptFields, typedFields, typedText, viewOf } from '../forms/typed.ts';
import { formPage } from '../pages/form-page.ts';
import { PROVIDER_PATH, sessionPage, signedInPage, signInPage } from '../pages/sign-in-page.ts';
import { page, seeOther } from '../reply.ts';
import { type Route, route } from '../route.ts';

/** What sessions are made of. */
export interface SessionParts {
  readonly forms: readonly PersonForm[];
  readonly identify: Identify;
  /** Where people can sign in without a token, as it is configured now. */
  readonly signIn: () => SignIn | undefined;
  /** Where people reach this gate. */
  readonly publicUrl: string;
}

/** What a provider sends back; some have long codes and words of their own. */
const providerAnswer = z.record(z.string().max(100), z.string().max(8_000));

const about = { tag: 'pages', access: 'open' } as const;
const answers = { 200: { description: 'A page.', contentType: 'text/html' } };

/** Signing in with a token or at a provider, and out. */
export function sessionRoutes(parts: SessionParts): Route[] {
  return [...tokenRoutes(parts), ...providerRoutes(parts)];
}

function tokenRoutes({ forms, identify, signIn, publicUrl }: SessionParts): Route[] {
  const secure = publicUrl.startsWith('https:');
  return [
    route({
      ...about,
      method: 'get',
      path: '/sign-in',
      id: 'showSignIn',
      summary: 'Where a person signs in, or out',
      query: z.strictObject({ to: typedText.exactOptional() }),
      answers,
      handle: ({ query, caller }) =>
        caller === undefined || caller === PUBLIC_READER
          ? page(signInPage({ to: localPath(query.to), provider: signIn()?.provider }))
          : page(sessionPage(caller)),
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
          const refused = 'This gate knows no such token, or it has expired.';
          const again = signInPage({ to, typed, refused, provider: signIn()?.provider });
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
      summary: 'Forgets who this browser is',
      isForm: true,
      body: typedFields,
      answers: { 303: { description: 'Signed out.' } },
      handle: () => seeOther('/sign-in', { 'set-cookie': ENDED_SESSION }),
    }),
  ];
}

function providerRoutes({ signIn, publicUrl }: SessionParts): Route[] {
  const secure = publicUrl.startsWith('https:');
  return [
    route({
      ...about,
      method: 'get',
      path: PROVIDER_PATH,
      id: 'beginSignIn',
      summary: 'Leads to where people sign in without a token',
      query: z.strictObject({ to: typedText.exactOptional() }),
      answers: { 303: { description: 'Goes on at the provider.' } },
      problems: [404, 503],
      async handle({ query }) {
        const { location, login } = await configured(signIn()).begin(localPath(query.to));
        const cookie = loginCookie(login, PROVIDER_PATH, SIGN_IN_SECONDS, secure);
        return seeOther(location, { 'set-cookie': cookie });
      },
    }),
    route({
      ...about,
      method: 'get',
      path: CALLBACK_PATH,
      id: 'endSignIn',
      summary: 'Where the provider sends people back to',
      query: providerAnswer,
      answers,
      problems: [404, 503],
      async handle({ query, cookie }) {
        const own = configured(signIn());
        try {
          const { session, to } = await own.finish(new URLSearchParams(query), loginOf(cookie));
          return {
            ...(await page(signedInPage(to))),
            headers: { 'set-cookie': sessionCookie(session, secure), 'cache-control': 'no-store' },
          };
        } catch (error) {
          if (!(error instanceof IdentityError)) throw error;
          const again = signInPage({ to: '/', refused: error.message, provider: own.provider });
          return { ...(await page(again, error.status)), refusal: error };
        }
      },
    }),
  ];
}

/** Path that the provider sends people back to. */
export const CALLBACK_PATH: string = `${PROVIDER_PATH}/callback`;

function configured(signIn: SignIn | undefined): SignIn {
  if (signIn) return signIn;
  const message = 'People sign in with a token here; identity.people.oidc is not configured.';
  throw new NotFoundError('sign-in/none', message);
}

/** A path of this gate; whatever leads elsewhere leads home. */
function localPath(to = '/'): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(to) ? to : '/';
}
