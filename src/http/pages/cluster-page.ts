import { html } from 'hono/html';
import type { Run } from '../../domain/run.ts';
import type { Freeze } from '../../gate/freezes.ts';
import type { LearnedSummary } from '../../gate/learning/learned-summary.ts';
import type { ListedCluster } from '../rollout-views.ts';
import { type Changes, changesList } from './changes.ts';
import { type ClusterApp, clusterLinks, type NamedLink } from './cluster-links.ts';
import { type Coverage, coverageSection, type Standing, standingSections } from './cluster-standing.ts';
import { type Html, layout } from './layout.ts';
import { clusterPath, facts, runPath, shownState, state, table, utc } from './parts.ts';
import { quietHours } from './quiet-hours.ts';

/** What a cluster's page shows beside the inventory. */
export interface ClusterFacts {
  readonly changes: Changes;
  /** The newest first. */
  readonly runs: readonly Run[];
  /** What is rolled out to it. */
  readonly apps: readonly ClusterApp[];
  readonly boards: readonly NamedLink[];
  readonly standing: Standing;
  readonly coverage: Coverage;
  /** In force now, and about it. */
  readonly freezes: readonly Freeze[];
  /** What is known of the quiet hours of its class. */
  readonly learned?: LearnedSummary;
  readonly now: number;
}

/** One cluster for people: what it is, what stands against a change of it, what it delivers, what changed, its newest runs. */
export function clusterPage(cluster: ListedCluster, shown: ClusterFacts): Html {
  const { name, wave, region, account, labels, owners = [] } = cluster;
  const { changes, runs, apps, standing, coverage, freezes } = shown;
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
  ['Rolled out to it', apps.length === 0 ? undefined : html`${apps.map(appText)}`],
  ['Look further', clusterLinks(cluster, shown.boards)],
])}
${standingSections(standing, freezes)}
<h2>What changed in the last 24 hours</h2>
${changesList(changes)}
<h2>Newest runs</h2>
${runsTable(runs)}
<h2>What it delivers</h2>
${coverageSection(coverage)}
<h2>Quiet hours of its class</h2>
${quietHours(cluster.class, shown.learned, shown.now)}`,
  );
}

function appText({ name, mode, owners }: ClusterApp, at: number): Html {
  const said = [...owners, ...(mode === 'observe' ? ['not protected: observe mode'] : [])].join(', ');
  return html`${at > 0 ? '; ' : ''}${name}${said === '' ? '' : ` (${said})`}`;
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
