import { html } from './html.ts';
import { layout } from './layout.ts';

const LINKS = [
  ['/rollouts', 'Rollouts', 'what waits for what, since when, and who can act'],
  ['/v1/clusters', 'Clusters', 'the inventory, with what was decided last'],
  ['/v1/runs', 'Runs', 'the ledger, newest first'],
  ['/v1/audit', 'Audit log', 'every verdict and every word of a person, hash-chained'],
  ['/runbooks', 'Runbooks', 'one page for each alert'],
  ['/openapi.json', 'OpenAPI', 'every route of this gate'],
  ['/readyz', 'Readiness', 'store, looks and sources'],
  ['/metrics', 'Metrics', 'the gate itself, for Prometheus'],
] as const;

/** What this is, and where to go on. */
export function homePage(version: string) {
  return layout(
    'tidegate',
    html`<h1>tidegate</h1>
<p>SLO-based rollout gates for fleets of Amazon EKS clusters: hooks ask this gate <em>go or halt?</em>, and it answers from what the clusters' own signals say since the change.</p>
<ul>${LINKS.map(([path, name, what]) => html`<li><a href="${path}">${name}</a>: ${what}</li>\n`)}</ul>
<p class="small">Version ${version}</p>`,
  );
}
