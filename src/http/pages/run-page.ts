import type { RunEvidence } from '../../gate/use-cases.ts';
import { rolloutPath } from '../rollout-views.ts';
import { type Html, html } from './html.ts';
import { layout, utc } from './layout.ts';

/**
 * One run for people: the verdict first, then why, then what every check saw.
 *
 * @param isObserved the app is in observe mode: its hooks hear go, whatever stands here
 */
export function runPage(
  { run, checks, lookedAt, alertsBefore, covered }: RunEvidence,
  isObserved: boolean,
): Html {
  const title = `${run.app} on ${run.cluster}: ${run.verdict}`;
  const api = `/v1/runs/${encodeURIComponent(run.id)}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['State', run.ungated ? `${run.state}, ungated` : run.state],
    ['Digest', run.digest],
    ['Revision', run.revision],
    ['Attempt', String(run.attempt)],
    ['Intent', run.intent],
    ['Components', run.components.join(', ')],
    ['Policy', run.policy.name],
    ['Asked', utc(run.askedAt)],
    ['Admitted', time(run.admittedAt)],
    ['Synced', time(run.syncedAt)],
    ['Settled', time(run.settledAt)],
    ['Decided', time(run.decidedAt)],
    ['Decided by', run.decidedBy],
    ['Last look', lookedAt],
    ['Alerts that fired before', alertsBefore.join('; ') || 'none'],
    ['Covered signals', covered.join(', ') || 'none'],
  ];
  return layout(
    title,
    html`<p class="small"><a href="/">tidegate</a> · <a href="${api}">run as JSON</a> · <a href="${api}/evidence">evidence as JSON</a> · <a href="/clusters/${encodeURIComponent(run.cluster)}">${run.cluster}</a></p>
<h1>${title}</h1>
${isObserved ? html`<p class="note"><strong>Not protected</strong>: ${run.app} is in observe mode, its hooks hear go whatever stands here.</p>` : undefined}
<p class="small">Part of <a href="${rolloutPath(run)}">the rollout of this digest</a>.</p>
<ul>${run.reasons.map(({ code, text }) => html`<li>${text} <code>${code}</code></li>\n`)}</ul>
<h2>Checks</h2>
${checksTable(checks)}
<h2>Run</h2>
<table><tbody>${facts.map(([name, value]) => value && html`\n<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody></table>`,
  );
}

function checksTable(checks: RunEvidence['checks']): Html {
  if (checks.length === 0) return html`<p>There was no look yet.</p>`;
  return html`<table>
<thead><tr><th>Signal</th><th>Outcome</th><th>What was seen</th></tr></thead>
<tbody>${checks.map(
    ({ signal, outcome, text, promise }) => html`
<tr><td>${signal}</td><td>${outcome}</td><td>${text}${promise && html`<br><span class="small">Go needs: ${promise}</span>`}</td></tr>`,
  )}</tbody>
</table>`;
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : utc(ms);
}
