import { html } from 'hono/html';
import type { Evidence } from '../../domain/evidence.ts';
import type { Run } from '../../domain/run.ts';
import { soakProgress } from '../../gate/rollout-cluster.ts';
import { waitsForWord } from '../../gate/run-times.ts';
import type { RunEvidence } from '../../gate/use-cases.ts';
import { rolloutPath } from '../rollout-views.ts';
import { type Html, layout } from './layout.ts';
import { clusterPath, facts, lasting, runPath, state, table, utc } from './parts.ts';
import { type RunCharts, rank } from './run-charts.ts';
import { shortenedText, soakBar } from './soak.ts';

/** What a run's page shows beside its evidence. */
export interface RunPageFacts {
  /** The app is in observe mode: its hooks hear go, whatever stands here. */
  readonly isObserved: boolean;
  readonly charts: RunCharts;
  /** How the evidence of harm grew. */
  readonly grown: Html;
  readonly now: number;
}

/** One run for people: the verdict and why, its story in time, the evidence with charts, and every fact. */
export function runPage(evidence: RunEvidence, { isObserved, charts, grown, now }: RunPageFacts): Html {
  const { run } = evidence;
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
${evidence.retiredAt === undefined ? judgedBy(evidence, { charts, grown }) : retired(evidence.retiredAt)}
<h2>All facts</h2>
${allFacts(evidence)}`,
  );
}

/** What the run was judged by: charts of what mattered, how the evidence grew, what go needs, and every check. */
function judgedBy(evidence: RunEvidence, { charts, grown }: Pick<RunPageFacts, 'charts' | 'grown'>): Html {
  const { checks } = evidence;
  return html`<p>${comparedText(evidence)}</p>
${charts.telling}
<h2>Evidence over time</h2>
${grown}
${promised(evidence)}
<h2>Checks</h2>
${checksTable(checks)}
${charts.others.length === 0 ? '' : html`<details><summary>Charts of the other ${charts.others.length} checks</summary>${charts.others}</details>`}`;
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
  const shortened =
    run.policy.shortened === undefined ? '' : html`<p>The soak was at least${shortenedText(run.policy)}</p>`;
  return html`${table(['When', 'What', 'How long'], rows, 'The story of the run')}
${run.state === 'soaking' && run.settledAt !== undefined ? html`<p>${soakBar(soakProgress(run, now))}</p>` : shortened}`;
}

/** What go has to prove, as it was said before the soak, and how far each has come. */
function promised({ checks, run }: RunEvidence): Html | string {
  const required = checks.filter(({ promise }) => promise !== undefined);
  if (required.length === 0) return '';
  const proved = required.filter(({ outcome }) => outcome === 'proved').length;
  return html`<h2>What go needs</h2>
<p>${proved} of ${required.length} required checks have their evidence${run.decidedAt === undefined ? ', and go comes as early as all have it' : ''}.</p>
${table(
  ['Signal', 'So far', 'Promised before the soak'],
  required.map(
    ({ signal, promise, evidence, outcome }) => html`
<tr><td><a href="/catalogue#${signal}">${signal}</a></td><td class="when">${outcome === 'proved' ? state('proved') : progressText(evidence)}</td><td>${promise}</td></tr>`,
  ),
  'What go needs',
)}`;
}

function progressText(evidence: readonly Evidence[]): string {
  const progress = evidence.map((each) => each.progress).find((each) => each !== undefined);
  return progress === undefined ? 'not yet' : `${Math.floor(progress * 100)} %`;
}

function comparedText({ controls = [] }: RunEvidence): string {
  if (controls.length === 0) {
    return 'Compared with the time before: no three clusters of the class go without the change at once.';
  }
  return `Compared with the time before, and with ${controls.length} clusters of the class that did not get the change: ${controls.join(', ')}.`;
}

function retired(at: string): Html {
  return html`<p>The minutes that this run was judged by were old and were deleted on ${utc(Date.parse(at))}. What was decided and why stays here and in the audit log.</p>`;
}

function checksTable(checks: RunEvidence['checks']): Html {
  if (checks.length === 0) return html`<p>There was no look yet.</p>`;
  return table(
    ['Signal', 'Outcome', 'What was seen'],
    checks
      .toSorted((a, b) => rank(a) - rank(b))
      .map(
        ({ signal, outcome, text }) => html`
<tr><td><a href="/catalogue#${signal}">${signal}</a></td><td>${state(outcome)}</td><td>${text}</td></tr>`,
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
