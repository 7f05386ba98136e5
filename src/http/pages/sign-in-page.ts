import { html } from 'hono/html';
import type { KnownCaller } from '../../identity/caller.ts';
import { type Html, layout } from './layout.ts';

/** Who is asked to sign in, and where it goes on afterwards. */
export interface SignInView {
  /** Path to go on to. */
  readonly to: string;
  /** What was typed into a form before the session ended; nothing of it is lost. */
  readonly typed?: Readonly<Record<string, string>>;
  /** What was wrong with the token or the sign-in. */
  readonly refused?: string;
  /** Where people can sign in without a token. */
  readonly provider: string | undefined;
}

/** Where the sign-in at the provider begins. */
export const PROVIDER_PATH = '/sign-in/oidc';

/** A person shows a token once, or signs in at the provider, and the browser keeps it for a working day. */
export function signInPage({ to, typed = {}, refused, provider }: SignInView): Html {
  const kept = Object.entries(typed);
  return layout(
    { title: 'Sign in', section: '/sign-in' },
    html`<h1>Sign in</h1>
${refused === undefined ? '' : html`<p class="note" role="alert">${refused}</p>`}
${kept.length === 0 ? '' : html`<p class="note">The session is over. What you typed is kept: after signing in with a token the form is here again, filled in.</p>`}
${provider === undefined ? '' : html`<p class="lead"><a href="${PROVIDER_PATH}?to=${encodeURIComponent(to)}">Sign in at ${provider}</a></p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="to" value="${to}">
${kept.map(([name, value]) => html`<input type="hidden" name="typed.${name}" value="${value}">\n`)}
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required${provider === undefined ? html` autofocus` : ''}>
<p class="small">A token of this gate of kind <code>person</code> or <code>reader</code>; <code>tidegate token</code> makes one.</p>
<button>Sign in</button>
</form>`,
  );
}

/** Who is signed in, with what rights, and the way out. */
export function sessionPage({ name, rights }: KnownCaller): Html {
  const own = [...rights];
  return layout(
    { title: 'Session', section: '/sign-in' },
    html`<h1>Session</h1>
<p class="lead">You are <strong>${name}</strong>.</p>
<p>${own.length === 0 ? 'None of your groups has a right here.' : html`Your rights: ${own.map((right, at) => html`${at === 0 ? '' : ', '}<code>${right}</code>`)}.`}</p>
<form method="post" action="/sign-out"><button>Sign out</button></form>`,
  );
}

/**
 * After the provider has sent somebody back. A page and no redirect: only what our own page leads to counts as ours for
 * the browser, and brings the session along.
 */
export function signedInPage(to: string): Html {
  return layout(
    { title: 'Signed in', goOn: to },
    html`<h1>Signed in</h1>\n<p class="lead"><a href="${to}">Go on</a></p>`,
  );
}
