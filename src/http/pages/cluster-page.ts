import { html } from 'hono/html';
import type { Run } from '../../domain/run.ts';
import type { LearnedSummary } from '../../gate/learning/learned-summary.ts';
import type { ListedCluster } from '../rollout-views.ts';
import { type Changes, changesList } from './changes.ts';
import { type Html, layout } from './layout.ts';
import { clusterPath, facts, lasting, runPath, shownState, state, table, utc } from './parts.ts';

/** What a cluster's page shows beside the inventory. */
export interface ClusterFacts {
  readonly changes: Changes;
  readonly runs: readonly Run[];
  /** What is known of the quiet hours of its class. */
  readonly learned?: LearnedSummary;
  readonly now: number;
}

/** One cluster for people: what it is, what changed, its newest runs. */
export function clusterPage(cluster: ListedCluster, { changes, runs, learned, now }: ClusterFacts): Html {
  const { name, wave, region, account, links, labels, owners = [] } = cluster;
  return layout(
    { title: name, section: '/clusters', json: `/v1${clusterPath(name)}` },
    html`<h1>${name}</h1>
${facts([
  ['Wave', wave],
  ['Class', cluster.class],
  ['Region', region],
  ['Account', account],
  ['Owners', owners.join(', ')],
  [
    'Labels',
    Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(', '),
  ],
  [
    'Look further',
    html`<a href="/runbooks?cluster=${encodeURIComponent(name)}">its runbooks</a>${Object.entries(links).map(([label, url]) => html`, <a href="${url}">${label}</a>`)}`,
  ],
])}
<h2>What changed in the last 24 hours</h2>
${changesList(changes)}
<h2>Newest runs</h2>
${runsTable(runs)}
<h2>Quiet hours of its class</h2>
${quietHours(cluster.class, learned, now)}`,
  );
}

function quietHours(className: string, learned: LearnedSummary | undefined, now: number): Html {
  if (learned === undefined) {
    return html`<p>Nothing was learned of class ${className} yet: its runs are judged by their own day before, and by clusters that stand still.</p>`;
  }
  const { learnedAt, from, to, clusters, windows } = learned;
  return html`<p>Learned ${lasting(now - learnedAt)} ago from ${clusters} clusters, ${utc(from)} to ${utc(to)}. A quiet window is a soak in which nothing was changed; those with a sync, a halting alert or missing data are left out.</p>
${table(
  ['Series', 'Quiet windows', 'Left out: sync', 'Alert', 'Missing'],
  Object.entries(windows).map(
    ([key, { used, sync, alert, missing }]) => html`
<tr><td>${key}</td><td>${used}</td><td>${sync}</td><td>${alert}</td><td>${missing}</td></tr>`,
  ),
  'Quiet windows by series',
)}`;
}

/** The inventory for people, by wave. */
export function clustersPage(clusters: readonly ListedCluster[], runs: ReadonlyMap<string, Run>): Html {
  return layout(
    { title: 'Clusters', section: '/clusters', json: '/v1/clusters' },
    html`<h1>Clusters</h1>
${table(
  ['Cluster', 'Wave', 'Class', 'Region', 'Last run', 'Why'],
  clusters.map((cluster) => {
    const run = runs.get(cluster.name);
    return html`
<tr><td><a href="${clusterPath(cluster.name)}">${cluster.name}</a></td><td>${cluster.wave}</td><td>${cluster.class}</td><td>${cluster.region}</td><td>${run === undefined ? '' : html`<a href="${runPath(run.id)}">${state(shownState(run))}</a>`}</td><td>${run?.reasons[0]?.text}</td></tr>`;
  }),
  'Clusters',
)}`,
  );
}

function runsTable(runs: readonly Run[]): Html {
  if (runs.length === 0) return html`<p>There are none.</p>`;
  return table(
    ['Asked', 'App', 'State', 'Reason'],
    runs.map(
      (run) => html`
<tr><td class="when">${utc(run.askedAt)}</td><td><a href="${runPath(run.id)}">${run.app}</a></td><td>${state(shownState(run))}</td><td>${run.reasons[0]?.text}</td></tr>`,
    ),
    'Newest runs',
  );
}
