import { html } from 'hono/html';
import type { CataloguedSignal } from '../../domain/catalogued.ts';
import type { Reason } from '../../domain/verdict.ts';
import { type Freeze, freezeTarget } from '../../gate/freezes.ts';
import type { ClusterStanding } from '../../gate/preflight/cluster-standing.ts';
import type { Html } from './layout.ts';
import { runPath, state, table, utc } from './parts.ts';

/** What stands against a change of a cluster, with the SLOs that its budgets are of; or why it could not be read. */
export type Standing =
  | {
      readonly is: 'read';
      readonly standing: ClusterStanding;
      readonly catalogue: readonly CataloguedSignal[];
    }
  | { readonly is: 'unread'; readonly cause: string };

/** What a cluster delivered before its last change: undefined before the first one. */
export type Coverage =
  | {
      readonly runId: string;
      readonly covered: readonly string[];
      /** What is asked for and was not there. */
      readonly missing: readonly Pick<CataloguedSignal, 'id' | 'requires'>[];
    }
  | undefined;

/** What stands against a change now, what people let stand, and how much of the error budgets is left. */
export function standingSections(standing: Standing, freezes: readonly Freeze[]): Html {
  return html`<h2>Could it change now?</h2>
${freezes.length === 0 ? '' : html`<ul>${freezes.map((freeze) => html`<li>${state('frozen')} ${freezeTarget(freeze)} by ${freeze.actor} until ${utc(freeze.expiresAt)}: ${freeze.reason}</li>\n`)}</ul>`}
${standing.is === 'unread' ? html`<p class="note">What stands against a change can't be read now: ${standing.cause}</p>` : readSections(standing)}`;
}

function readSections({ standing, catalogue }: Extract<Standing, { is: 'read' }>): Html {
  const { blockers, notes, waivers } = standing;
  return html`${blockers.length === 0 ? html`<p>Nothing in its metrics stands against a change that replaces nodes.</p>` : reasonList(blockers)}
${notes.length === 0 ? '' : html`<p>It would be said beside an admission:</p>${reasonList(notes)}`}
${
  waivers.length === 0
    ? ''
    : html`<h3>Waivers in force</h3>
${table(
  ['Finding', 'Owner', 'Until', 'Why'],
  waivers.map(
    ({ finding, owner, expires, reason }) => html`
<tr><td><code>${finding}</code></td><td>${owner}</td><td class="when">${utc(expires)}</td><td>${reason}</td></tr>`,
  ),
  'Waivers in force',
)}`
}
<h2>Error budgets</h2>
${budgets(standing.budgets, catalogue)}`;
}

function budgets(reading: ClusterStanding['budgets'], catalogue: readonly CataloguedSignal[]): Html {
  if (reading.is === 'unknown') return html`<p class="note">They can't be read now: ${reading.cause}</p>`;
  if (reading.is !== 'value' && reading.is !== 'partial') return html`<p>None is recorded.</p>`;
  const rows = reading.value
    .toSorted((a, b) => a.value - b.value)
    .map(({ labels, value }) => {
      const slo = labels['slo'] ?? '';
      const signal = catalogue.find((each) => each.slo === slo);
      const name =
        signal === undefined ? slo : html`<a href="/catalogue#${signal.id}">${signal.objective}</a>`;
      const left = `${Math.round(value * 1000) / 10} %`;
      return html`
<tr><td>${name}</td><td class="when">${left}${value <= 0 ? html` ${state('spent')}` : ''}</td></tr>`;
    });
  return html`${reading.is === 'partial' ? html`<p class="note">Not all of them: ${reading.cause}</p>` : ''}
${table(['SLO', 'Error budget left'], rows, 'Error budgets')}`;
}

function reasonList(reasons: readonly Reason[]): Html {
  return html`<ul>${reasons.map(({ code, text, whoCanAct }) => html`<li>${text} <code>${code}</code>${whoCanAct === undefined ? '' : html` <span class="small">Who can act: ${whoCanAct}.</span>`}</li>\n`)}</ul>`;
}

/** Which signals a cluster delivered before its last change, and which not. */
export function coverageSection(coverage: Coverage): Html {
  if (coverage === undefined) return html`<p>It is told when the first change is let onto it.</p>`;
  const { runId, covered, missing } = coverage;
  const link = (id: string) => html`<a href="/catalogue#${id}">${id}</a>`;
  const listed = html`${covered.map((id, at) => html`${at > 0 ? ', ' : ''}${link(id)}`)}`;
  const rows = missing.map(
    ({ id, requires }) => html`
<tr><td>${link(id)}</td><td>${requires.join(', ')}</td></tr>`,
  );
  return html`<p>${covered.length} of ${covered.length + missing.length} signals that the gate asks for, as of the day before <a href="${runPath(runId)}">its last change</a>: ${listed}.</p>
${missing.length === 0 ? '' : html`<details><summary>${missing.length} it does not deliver: nothing is known of them, and no go stands on them</summary>${table(['Signal', 'Needs'], rows, 'Signals that it does not deliver')}</details>`}`;
}
