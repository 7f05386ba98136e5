import { html } from 'hono/html';
import type { RolloutCluster } from '../../gate/rollout-cluster.ts';
import type { RolloutWave } from '../../gate/rollout-wave.ts';
import type { Rollout } from '../../gate/rollouts.ts';
import { rolloutPath } from '../rollout-views.ts';
import { type Html, layout } from './layout.ts';
import { cells, clusterPath, facts, lasting, legend, runPath, since, state, table, utc } from './parts.ts';
import { soakBar } from './soak.ts';

/** All rollouts for people: what needs a person first. */
export function rolloutsPage(rollouts: readonly Rollout[], now: number): Html {
  return layout(
    { title: 'Rollouts', section: '/rollouts', json: '/v1/rollouts' },
    html`<h1>Rollouts</h1>
${rollouts.length === 0 ? html`<p>Nobody has asked for a change yet.</p>` : rolloutTable(rollouts, now)}`,
  );
}

/** One rollout for people: wave by wave, what it waits for and who can act. */
export function rolloutPage(rollout: Rollout, now: number): Html {
  const { app, digest, revision, status, notProtected, supersededBy, startedAt, waves } = rollout;
  const clusters = waves.flatMap((wave) => wave.clusters);
  const reached = clusters.filter((cluster) => REACHED.includes(cluster.state));
  return layout(
    { title: `${app}: ${status}`, section: '/rollouts', json: `/v1${rolloutPath(rollout)}` },
    html`<h1>${app}: ${state(status)}</h1>
${notProtected === undefined ? '' : html`<p class="note"><strong>Not protected</strong>: ${notProtected}.</p>`}
${facts([
  ['Digest', html`<code>${digest}</code>`],
  ['Revision', html`<code>${revision}</code>`],
  ['Asked for first', since(startedAt, now)],
  [`${capital(status)} since`, since(rollout.since, now)],
  ['Blast radius', `${reached.length} of ${clusters.length} clusters have the change, or get it now`],
  [
    'Followed by',
    supersededBy === undefined
      ? undefined
      : html`<a href="${rolloutPath({ app, digest: supersededBy })}"><code>${supersededBy}</code></a>`,
  ],
])}
${legend(clusters.map((cluster) => cluster.state))}
${waves.map((wave) => waveSection(wave, now))}`,
  );
}

/** States in which the change is on the cluster, or on its way there. */
const REACHED: readonly string[] = ['admitted', 'settling', 'soaking', 'go', 'halted', 'inconclusive'];

function rolloutTable(rollouts: readonly Rollout[], now: number): Html {
  return table(
    ['Status', 'For', 'App', 'Digest', 'Waits for'],
    rollouts.map(
      (rollout) => html`
<tr><td>${state(rollout.status)}</td><td class="when">${lasting(now - rollout.since)}</td><td><a href="${rolloutPath(rollout)}">${rollout.app}</a>${rollout.notProtected === undefined ? '' : html`<br>not protected`}</td><td><code>${rollout.digest.slice(0, 19)}</code></td><td>${currentWave(rollout)}</td></tr>`,
    ),
    'Rollouts',
  );
}

function currentWave({ waves }: Rollout): string {
  const wave = waves.find(({ status, waitsFor }) => status !== 'waiting' && waitsFor !== undefined);
  return wave === undefined ? '' : `${wave.name}: ${wave.waitsFor}`;
}

function waveSection(
  { name, status, since: from, waitsFor, whoCanAct, next, clusters }: RolloutWave,
  now: number,
): Html {
  if (status === 'skipped') return html`<h2>${name}: skipped</h2><p>The app has no target in it.</p>`;
  const href = ({ runId, name: cluster }: RolloutCluster) =>
    runId === undefined ? clusterPath(cluster) : runPath(runId);
  return html`<h2>${name}: ${state(status)}</h2>
<p>${from === undefined ? '' : html`Since ${since(from, now)}. `}${waitsFor}</p>
${whoCanAct === undefined ? '' : html`<p>Who can act: ${whoCanAct}.</p>`}
${next.map((command) => html`<pre><code>${command}</code></pre>`)}
${cells(clusters.map((cluster) => ({ name: cluster.name, state: cluster.state, href: href(cluster) })))}
<details${clusters.length <= OPEN_ROWS ? ' open' : ''}><summary>${clusters.length} ${clusters.length === 1 ? 'cluster' : 'clusters'} in words</summary>
${table(['Cluster', 'State', 'Since', 'Why'], clusters.map(clusterRow), `Clusters of ${name}`)}
</details>`;
}

/** Waves of more clusters keep their table folded. */
const OPEN_ROWS = 24;

function clusterRow({ name, state: word, since: from, text, runId, soak }: RolloutCluster): Html {
  const shown = runId === undefined ? state(word) : html`<a href="${runPath(runId)}">${state(word)}</a>`;
  return html`
<tr><td><a href="${clusterPath(name)}">${name}</a></td><td>${shown}</td><td class="when">${from === undefined ? '' : utc(from)}</td><td>${brief(text)}${soak === undefined ? '' : html`<br>${soakBar(soak)}`}</td></tr>`;
}

/** The beginning of a long reason; the run's page has all of it. */
function brief(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= BRIEF) return text;
  return `${text.slice(0, text.lastIndexOf(' ', BRIEF))} …`;
}

/** Characters of a reason that are shown in the table of a wave. */
const BRIEF = 240;

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
