import { html, raw } from 'hono/html';
import { Marked } from 'marked';
import { fillCommand, type ShellVariables } from '../runbooks/fill-command.ts';
import type { Html } from './layout.ts';

/** Tags that our pages use for what is folded away; they carry no attributes. */
const OWN_TAGS = /&lt;(\/?(?:details|summary))&gt;/g;

/** What a page is rendered with. */
export interface MarkdownContext {
  /** Filled into the shell commands. */
  readonly variables: ShellVariables;
  /** Put behind links to other pages: `?cluster=prod-1`, or nothing. */
  readonly query: string;
}

/**
 * A runbook's markdown as HTML. Its first heading is left out: the page around it has one. Comments vanish, HTML other
 * than a fold is shown as text, and links lead to the web or to other runbooks only.
 */
export function renderMarkdown(markdown: string, { variables, query }: MarkdownContext): Html {
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ depth, tokens }) {
        return depth === 1 ? '' : `<h${depth}>${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      code({ text, lang }) {
        const shown = lang === 'sh' ? fillCommand(text, variables) : text;
        return `<pre><code>${escaped(shown)}</code></pre>\n`;
      },
      html({ text }) {
        return escaped(text.replaceAll(/<!--[\s\S]*?-->/g, '')).replaceAll(OWN_TAGS, '<$1>');
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const target = linkTarget(href, query);
        if (target === undefined) return inner;
        return `<a href="${escaped(fillUrl(target, variables))}">${fillUrl(inner, variables)}</a>`;
      },
      table({ header, rows }) {
        const cells = (row: typeof header, tag: 'th' | 'td') =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
        // A table of facts has no heads; an empty one would be read out as nothing.
        const hasHead = header.some(({ text }) => text.trim() !== '');
        const head = hasHead ? `<thead><tr>${cells(header, 'th')}</tr></thead>` : '';
        const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>\n`).join('');
        return `<div class="wide" tabindex="0"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
      image: ({ text }) => escaped(text),
    },
  });
  return raw(marked.parse(markdown, { async: false }));
}

function escaped(text: string): string {
  return html`${text}`.toString();
}

function linkTarget(href: string, query: string): string | undefined {
  const sibling = /^(?:\.\/)?([A-Za-z0-9]+)\.md$/.exec(href);
  if (sibling) return `/runbooks/${sibling[1]}${query}`;
  return /^https?:\/\//.test(href) ? href : undefined;
}

function fillUrl(text: string, variables: ShellVariables): string {
  return Object.entries(variables).reduce(
    (filled, [name, value]) =>
      filled.replaceAll(new RegExp(`\\$${name}\\b`, 'g'), () => encodeURIComponent(value)),
    text,
  );
}
