import { html } from 'hono/html';
import type { Run } from '../../domain/run.ts';
import { type Freeze, freezeTarget } from '../../gate/freezes.ts';
import type { Rollout } from '../../gate/rollouts.ts';
import { type ListedCluster, rolloutPath } from '../rollout-views.ts';
import { type Html, layout } from './layout.ts';
import {
  type Cell,
  cells,
  clusterPath,
  lasting,
  legend,
  runPath,
  shownState,
  since,
  state,
  table,
} from './parts.ts';

/** What the first page shows. */
export interface HomeFacts {
  /** What needs a person first. */
  readonly rollouts: readonly Rollout[];
  /** In force now. */
  readonly freezes: readonly Freeze[];
  readonly clusters: readonly ListedCluster[];
  /** The newest run of each app on each cluster. */
  readonly runs: readonly Run[];
  /** Names of the waves in the order of the rollout. */
  readonly waves: readonly string[];
  readonly now: number;
  readonly version: string;
}

/** Rollouts that nobody has to look at any more. */
const OVER = ['complete', 'superseded'];

const MORE = [
  ['/v1/runs', 'the ledger of runs'],
  ['/v1/audit', 'the audit log'],
  ['/openapi.json', 'every route of this gate'],
  ['/readyz', 'readiness'],
  ['/metrics', 'metrics'],
] as const;

/** What waits for what, since when and for whom; then the fleet by wave at a glance. */
export function homePage(facts: HomeFacts): Html {
  const { rollouts, version } = facts;
  const underWay = rollouts.filter(({ status }) => !OVER.includes(status));
  return layout(
    { title: 'tidegate', section: '/' },
    html`<h1>${headline(underWay)}</h1>
${underWay.length === 0 ? html`<p>${rollouts.length === 0 ? 'Nobody has asked for a change yet.' : 'Every change has reached all its waves, or was replaced by a later one.'} <a href="/rollouts">All rollouts</a>.</p>` : underWay.map((rollout) => rolloutSection(rollout, facts.now))}
${freezeSection(facts)}
<h2>The fleet by wave</h2>
${fleet(facts)}
<p class="small">Also: ${MORE.map(([path, what], at) => html`${at > 0 ? ', ' : ''}<a href="${path}">${what}</a>`)}. Version ${version}.</p>`,
  );
}

function freezeSection({ freezes, now }: HomeFacts): Html {
  const rows = freezes.map(
    (freeze) => html`
<tr><td>${state('frozen')} ${freezeTarget(freeze)}</td><td>${freeze.actor}</td><td class="when">${lasting(now - freeze.at)}</td><td class="when">${lasting(freeze.expiresAt - now)}</td><td>${freeze.reason} <a href="/act/thaw?id=${freeze.id}">Thaw</a></td></tr>`,
  );
  if (rows.length === 0) return html`<p>Nothing is frozen. <a href="/act/freeze">Freeze something</a>.</p>`;
  return html`<h2>Freezes</h2>
${table(['What', 'By', 'For', 'Ends in', 'Why'], rows, 'Freezes')}
<p><a href="/act/freeze">Freeze something else</a>.</p>`;
}

function headline(rollouts: readonly Rollout[]): string {
  if (rollouts.length === 0) return 'Nothing is on its way';
  const [first] = rollouts;
  const rest = rollouts.length === 1 ? '' : `, and ${rollouts.length - 1} more`;
  return first === undefined ? '' : `${first.app} is ${first.status}${rest}`;
}

function rolloutSection(rollout: Rollout, now: number): Html {
  const { app, digest, status, notProtected, waves } = rollout;
  const shown = waves.filter((wave) => wave.waitsFor !== undefined && wave.status !== 'waiting');
  return html`<h2>${state(status)} <a href="${rolloutPath(rollout)}">${app}</a> <code>${digest.slice(0, 19)}</code></h2>
<p>Since ${since(rollout.since, now)}.${notProtected === undefined ? '' : html` <strong>Not protected</strong>: ${notProtected}.`}</p>
${table(
  ['Wave', 'Status', 'For', 'Waits for', 'Who can act'],
  shown.map(
    (wave) => html`
<tr><td>${wave.name}</td><td>${state(wave.status)}</td><td class="when">${wave.since === undefined ? '' : lasting(now - wave.since)}</td><td>${wave.waitsFor}</td><td>${wave.whoCanAct}</td></tr>`,
  ),
  `What the waves of ${app} wait for`,
)}`;
}

function fleet({ waves, clusters, runs }: HomeFacts): Html {
  if (clusters.length === 0)
    return html`<p>The inventory has no cluster; add some under <code>fleet</code> in the configuration.</p>`;
  const newest = new Map<string, Run>();
  for (const run of runs) {
    const known = newest.get(run.cluster);
    if (known === undefined || run.askedAt > known.askedAt) newest.set(run.cluster, run);
  }
  const cellOf = ({ name }: ListedCluster): Cell => {
    const run = newest.get(name);
    return {
      name,
      state: run ? shownState(run) : 'not-asked',
      href: run ? runPath(run.id) : clusterPath(name),
    };
  };
  const byWave = Map.groupBy(clusters, ({ wave }) => wave);
  const all = clusters.map((cluster) => cellOf(cluster).state);
  return html`${legend(all)}
${waves.map((wave) => {
  const own = (byWave.get(wave) ?? []).map(cellOf);
  return html`<h3>${wave} <span class="small">${counted(own)}</span></h3>
${cells(own)}`;
})}`;
}

/** "12 clusters: 10 go, 2 soaking". */
function counted(own: readonly Cell[]): string {
  if (own.length === 0) return 'no cluster';
  const byState = Map.groupBy(own, (cell) => cell.state);
  const parts = [...byState].map(([word, list]) => `${list.length} ${word}`);
  return `${own.length} ${own.length === 1 ? 'cluster' : 'clusters'}: ${parts.join(', ')}`;
}
