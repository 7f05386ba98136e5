import { html } from 'hono/html';
import type { AuditEntry } from '../../gate/ports.ts';
import type { Html } from './layout.ts';
import { runPath, table, utc } from './parts.ts';

/** What the log tells of a cluster, or why it could not be read. */
export type Changes = { readonly entries: readonly AuditEntry[] } | { readonly failed: string };

/** Facts of an entry that a person reads, in this order. */
const FACTS = ['app', 'digest', 'attempt', 'state', 'verdict', 'reason', 'reasons'] as const;

/** Longest fact that is shown whole; the run's page has the rest. */
const FACT_CHARACTERS = 80;

/** The list of what changed, newest first. */
export function changesList(changes: Changes): Html {
  if ('failed' in changes) {
    return html`<p class="note">What changed can't be told now: ${changes.failed}</p>`;
  }
  if (changes.entries.length === 0) return html`<p>Nothing that the gate knows of.</p>`;
  return table(['When', 'What', 'Who', 'More'], changes.entries.map(row), 'What changed');
}

function row({ at, kind, actor, runId, data }: AuditEntry): Html {
  const link = runId ? html` <a href="${runPath(runId)}">run</a>` : undefined;
  const facts = FACTS.flatMap((key) => {
    const text = factText(data[key]);
    return text === '' ? [] : [`${key} ${text}`];
  });
  return html`
<tr><td class="when">${utc(at)}</td><td>${kind}</td><td>${actor}</td><td>${facts.join(', ')}${link}</td></tr>`;
}

function factText(value: unknown): string {
  const parts = (Array.isArray(value) ? value : [value]).filter(
    (part) => typeof part === 'string' || typeof part === 'number',
  );
  const text = parts.join(' ');
  return text.length > FACT_CHARACTERS ? `${text.slice(0, FACT_CHARACTERS)}…` : text;
}
