import type { RolloutCluster } from '../../gate/rollout-cluster.ts';
import type { RolloutWave } from '../../gate/rollout-wave.ts';
import type { Rollout } from '../../gate/rollouts.ts';
import { rolloutPath } from '../rollout-views.ts';
import { type Html, html } from './html.ts';
import { layout, utc } from './layout.ts';

/** All rollouts for people: what needs a person first. */
export function rolloutsPage(rollouts: readonly Rollout[]): Html {
  return layout(
    'Rollouts',
    html`<p class="small"><a href="/">tidegate</a> · <a href="/v1/rollouts">as JSON</a></p>
<h1>Rollouts</h1>
${rollouts.length === 0 ? html`<p>Nobody has asked for a change yet.</p>` : rolloutTable(rollouts)}`,
  );
}

/** One rollout for people: wave by wave, what it waits for and who can act. */
export function rolloutPage(rollout: Rollout): Html {
  const { app, digest, revision, status, since, notProtected, supersededBy, startedAt } = rollout;
  return layout(
    `${app}: ${status}`,
    html`<p class="small"><a href="/">tidegate</a> · <a href="/rollouts">rollouts</a> · <a href="/v1${rolloutPath(rollout)}">as JSON</a></p>
<h1>${app}: ${status}</h1>
${notProtected && html`<p class="note"><strong>Not protected</strong>: ${notProtected}.</p>`}
<p>Digest <code>${digest}</code>, revision <code>${revision}</code>; asked for first ${utc(startedAt)}, ${status} since ${utc(since)}.</p>
${supersededBy && html`<p>After it came <a href="${rolloutPath({ app, digest: supersededBy })}"><code>${supersededBy}</code></a>.</p>`}
${rollout.waves.map(waveSection)}`,
  );
}

function rolloutTable(rollouts: readonly Rollout[]): Html {
  return html`<table>
<thead><tr><th>Status</th><th>Since</th><th>App</th><th>Digest</th><th>Waits for</th></tr></thead>
<tbody>${rollouts.map(
    (rollout) => html`
<tr><td>${rollout.status}</td><td>${utc(rollout.since)}</td><td><a href="${rolloutPath(rollout)}">${rollout.app}</a>${rollout.notProtected && html`<br><span class="note">not protected</span>`}</td><td><code>${rollout.digest.slice(0, 19)}</code></td><td>${currentWave(rollout)}</td></tr>`,
  )}</tbody>
</table>`;
}

function currentWave({ waves }: Rollout): string {
  const wave = waves.find(({ status, waitsFor }) => status !== 'waiting' && waitsFor !== undefined);
  return wave === undefined ? '' : `${wave.name}: ${wave.waitsFor}`;
}

function waveSection({ name, status, since, waitsFor, whoCanAct, next, clusters }: RolloutWave): Html {
  if (status === 'skipped') return html`<h2>${name}: skipped</h2><p>The app has no target in it.</p>`;
  return html`<h2>${name}: ${status}</h2>
<p>${since !== undefined ? html`Since ${utc(since)}. ` : undefined}${waitsFor}${whoCanAct && html`<br><span class="small">Who can act: ${whoCanAct}.</span>`}</p>
${next.length > 0 ? html`<pre><code>${next.join('\n')}</code></pre>` : undefined}
<table>
<thead><tr><th>Cluster</th><th>State</th><th>Since</th><th>Why</th></tr></thead>
<tbody>${clusters.map(clusterRow)}</tbody>
</table>`;
}

function clusterRow({ name, state, since, text, runId }: RolloutCluster): Html {
  const shown = runId === undefined ? state : html`<a href="/runs/${encodeURIComponent(runId)}">${state}</a>`;
  return html`
<tr><td><a href="/clusters/${encodeURIComponent(name)}">${name}</a></td><td>${shown}</td><td>${since === undefined ? '' : utc(since)}</td><td>${text}</td></tr>`;
}
