import { html } from 'hono/html';
import type { Run } from '../../domain/run.ts';
import { waitsForWord } from '../../gate/run-times.ts';
import type { RunEvidence } from '../../gate/use-cases.ts';
import { rolloutPath } from '../rollout-views.ts';
import { type Html, layout } from './layout.ts';
import { clusterPath, facts, lasting, runPath, state, table, utc } from './parts.ts';
import type { RunCharts } from './run-charts.ts';

/** What a run's page shows beside its evidence. */
export interface RunPageFacts {
  /** The app is in observe mode: its hooks hear go, whatever stands here. */
  readonly isObserved: boolean;
  readonly charts: RunCharts;
  readonly now: number;
}

/** One run for people: the verdict and why, its story in time, the evidence with charts, and every fact. */
export function runPage(evidence: RunEvidence, { isObserved, charts, now }: RunPageFacts): Html {
  const { run, checks } = evidence;
  const title = `${run.app} on ${run.cluster}: ${run.verdict}`;
  return layout(
    { title, section: '/rollouts', json: `/v1${runPath(run.id)}/evidence` },
    html`<h1>${run.app} on <a href="${clusterPath(run.cluster)}">${run.cluster}</a>: ${state(run.verdict)}</h1>
${isObserved ? html`<p class="note"><strong>Not protected</strong>: ${run.app} is in observe mode, its hooks hear go whatever stands here.</p>` : ''}
<ul class="lead">${run.reasons.map(({ code, text, evidence: seen }) => html`<li>${text} <code>${code}</code>${links(seen?.links)}</li>\n`)}</ul>
<p>Part of <a href="${rolloutPath(run)}">the rollout of this digest</a>. <a href="/act/override?run=${encodeURIComponent(run.id)}">Decide this run</a>${RETRIED.includes(run.state) ? html`, or <a href="/act/retry?run=${encodeURIComponent(run.id)}">open another attempt</a>` : ''}${waitsForWord(run) ? html`, or <a href="/act/acknowledge?run=${encodeURIComponent(run.id)}">take note of it</a>` : ''}.</p>
<h2>What happened</h2>
${story(run, now)}
<h2>Evidence</h2>
${charts.telling}
${evidence.retiredAt === undefined ? checksTable(checks) : retired(evidence.retiredAt)}
${charts.others.length === 0 ? '' : html`<details><summary>Charts of the other ${charts.others.length} checks</summary>${charts.others}</details>`}
<h2>All facts</h2>
${allFacts(evidence)}`,
  );
}

/** States whose attempt a person may follow with another one. */
const RETRIED: readonly string[] = ['halted', 'inconclusive'];

function links(named: Readonly<Record<string, string>> | undefined): Html | string {
  if (named === undefined) return '';
  return html`${Object.entries(named).map(([label, url]) => html` · <a href="${url}">${label}</a>`)}`;
}

/** The run in the order of time, with how long each stage took. */
function story(run: Run, now: number): Html {
  const moments = [
    ['asked', run.askedAt],
    ['admitted', run.admittedAt],
    ['synced', run.syncedAt],
    ['settled', run.settledAt],
    [run.state, run.decidedAt],
    ['revoked', run.revokedAt],
  ] as const;
  const happened = moments.flatMap(([what, at]) => (at === undefined ? [] : [{ what, at }]));
  const rows = happened.map(({ what, at }, index) => {
    const next = happened[index + 1]?.at ?? (run.decidedAt === undefined ? now : undefined);
    return html`
<tr><td class="when">${utc(at)}</td><td>${state(what)}</td><td>${next === undefined ? '' : `then ${lasting(next - at)}`}</td></tr>`;
  });
  return html`${table(['When', 'What', 'How long'], rows, 'The story of the run')}
${run.state === 'soaking' && run.settledAt !== undefined ? soakBar(run, now) : ''}`;
}

/** How far a soak has come, as a picture and in words. */
function soakBar({ settledAt = 0, blindMs, policy }: Run, now: number): Html {
  const elapsed = Math.max(0, now - settledAt - blindMs);
  const share = Math.min(1, elapsed / policy.maxSoakMs);
  const words = `${lasting(elapsed)} of ${lasting(policy.minSoakMs)} at least and ${lasting(policy.maxSoakMs)} at most`;
  return html`<p><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="10"/><rect class="done" width="${(share * 100).toFixed(1)}" height="10"/></svg> Soaked ${words}.</p>`;
}

function retired(at: string): Html {
  return html`<p>The minutes that this run was judged by were old and were deleted on ${utc(Date.parse(at))}. What was decided and why stays here and in the audit log.</p>`;
}

function checksTable(checks: RunEvidence['checks']): Html {
  if (checks.length === 0) return html`<p>There was no look yet.</p>`;
  return table(
    ['Signal', 'Outcome', 'What was seen'],
    checks.map(
      ({ signal, outcome, text, promise }) => html`
<tr><td><a href="/catalogue#${signal}">${signal}</a></td><td>${state(outcome)}</td><td>${text}${promise === undefined ? '' : html`<br><span class="small">Go needs: ${promise}</span>`}</td></tr>`,
    ),
    'Checks',
  );
}

function allFacts({ run, lookedAt, alertsBefore, covered }: RunEvidence): Html {
  return facts([
    ['State', run.ungated ? `${run.state}, ungated` : run.state],
    ['Digest', html`<code>${run.digest}</code>`],
    ['Revision', html`<code>${run.revision}</code>`],
    ['Attempt', String(run.attempt)],
    ['Intent', run.intent],
    ['Components', run.components.join(', ')],
    ['Policy', run.policy.name],
    ['Decided by', run.decidedBy],
    ['Last look', lookedAt],
    ['Alerts that fired before', alertsBefore.join('; ') || 'none'],
    ['Covered signals', covered.join(', ') || 'none'],
  ]);
}
