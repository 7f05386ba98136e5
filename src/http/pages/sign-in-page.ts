import { html } from 'hono/html';
import { type Html, layout } from './layout.ts';

/** Who is asked to sign in, and where it goes on afterwards. */
export interface SignIn {
  /** Path to go on to. */
  readonly to: string;
  /** What was typed into a form before the session ended; nothing of it is lost. */
  readonly typed?: Readonly<Record<string, string>>;
  /** What was wrong with the token that was given. */
  readonly refused?: string;
}

/** A person shows a token once, and the browser keeps it for a working day. */
export function signInPage({ to, typed = {}, refused }: SignIn): Html {
  const kept = Object.entries(typed);
  return layout(
    { title: 'Sign in' },
    html`<h1>Sign in</h1>
${refused === undefined ? '' : html`<p class="note" role="alert">${refused}</p>`}
${kept.length === 0 ? '' : html`<p class="note">The session is over. What you typed is kept: after signing in the form is here again, filled in.</p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="to" value="${to}">
${kept.map(([name, value]) => html`<input type="hidden" name="typed.${name}" value="${value}">\n`)}
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<p class="small">A token of this gate of kind <code>person</code> or <code>reader</code>; <code>tidegate token</code> makes one.</p>
<button>Sign in</button>
</form>`,
  );
}
