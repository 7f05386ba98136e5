import { html } from 'hono/html';
import { SCRIPT_PATH } from './script.ts';
import { STYLE_PATH } from './style.ts';

/** HTML in which every value was escaped. */
export type Html = ReturnType<typeof html>;

/** Where the pages of the gate begin. */
const SECTIONS = [
  ['/', 'Now'],
  ['/rollouts', 'Rollouts'],
  ['/clusters', 'Clusters'],
  ['/runbooks', 'Runbooks'],
  ['/catalogue', 'Catalogue'],
  ['/sign-in', 'Session'],
] as const;

/** What stands around a page. */
export interface Shell {
  readonly title: string;
  /** Path of the section that the page belongs to. */
  readonly section?: (typeof SECTIONS)[number][0];
  /** The same as data. */
  readonly json?: string;
  /** Path that the browser goes on to by itself. */
  readonly goOn?: string;
}

/** A whole page that needs no script and follows the reader's choice of light or dark. */
export function layout({ title, section, json, goOn }: Shell, body: Html): Html {
  const links = SECTIONS.map(
    ([path, name]) =>
      html`<a href="${path}"${path === section ? html` aria-current="page"` : ''}>${name}</a>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${
  goOn === undefined
    ? ''
    : html`<meta http-equiv="refresh" content="0;url=${goOn}">
`
}<title>${title}${title === 'tidegate' ? '' : ' · tidegate'}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
<script src="${SCRIPT_PATH}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><strong>tidegate</strong><nav aria-label="Sections">${links}</nav></header>
<main id="main" tabindex="-1">
${body}
</main>
<footer>Times are UTC.${json === undefined ? '' : html` <a href="${json}">This page as JSON</a>.`}</footer>
</body>
</html>
`;
}
