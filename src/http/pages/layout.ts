import { createHash } from 'node:crypto';
import { type Html, html, trustedHtml } from './html.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #f2f5f8; --line: #cdd6df; --link: #075fa8; --mark: #a35200 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ef; --paper: #12171d; --soft: #1c242d; --line: #3a4654; --link: #7cc0ff; --mark: #f0a35a }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 56rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word }
a { color: var(--link) }
h1 { font-size: 1.6rem; line-height: 1.2 }
h2 { margin-top: 2rem; font-size: 1.2rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1.05rem }
pre { padding: .7rem .9rem; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; overflow-x: auto }
code { font: .92em/1.45 ui-monospace, monospace }
:not(pre) > code { background: var(--soft); padding: 0 .25em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line) }
/* A column is never narrower than its words; only the last one, which holds free text, breaks anywhere. */
td:last-child { overflow-wrap: anywhere }
.note { color: var(--mark) }
.small { font-size: .875rem }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** What a browser may do with our pages: show them with our own style, follow their links, and nothing else. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A whole page that needs no script and follows the reader's choice of light or dark. */
export function layout(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trustedHtml(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** A time as people on call read it: to the second, in UTC. */
export function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
