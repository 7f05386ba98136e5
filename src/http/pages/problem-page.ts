import type { Problem } from '../problem.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/** An error for whoever followed a link in a browser. */
export function problemPage({ status, title, detail, code }: Problem): Html {
  return layout(
    `${status} ${title}`,
    html`<p class="small"><a href="/">tidegate</a> · <a href="/runbooks">runbooks</a></p>
<h1>${status} ${title}</h1>
<p>${detail}</p>
<p class="small"><code>${code}</code></p>`,
  );
}
