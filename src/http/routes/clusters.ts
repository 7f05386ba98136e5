import { z } from 'zod';
import { NotFoundError } from '../../domain/errors.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { clusterPage, clustersPage } from '../pages/cluster-page.ts';
import type { ReadChanges } from '../read-changes.ts';
import { json, page } from '../reply.ts';
import { ClusterDetailView, ClusterListView } from '../rollout-schemas.ts';
import { clusterView, type ListedCluster, learnedView } from '../rollout-views.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';

const NEWEST_RUNS = 20;

/** What the cluster routes are made of. */
export interface ClusterParts {
  readonly gate: Pick<Gate, 'runs' | 'evidence' | 'learned'>;
  readonly cluster: (name: string) => ListedCluster | undefined;
  /** The inventory as it is now. */
  readonly clusters: () => readonly ListedCluster[];
  readonly readChanges: ReadChanges;
  readonly publicUrl: string;
  readonly now: () => number;
}

/** The inventory with what was decided last: as JSON, and as pages for people. */
export function clusterRoutes(parts: ClusterParts): Route[] {
  const { gate, clusters, readChanges, publicUrl, now } = parts;
  const about = { method: 'get', tag: 'clusters', access: 'read', problems: [404, 503] } as const;
  const params = z.strictObject({ name });
  return [
    route({
      ...about,
      path: '/v1/clusters',
      id: 'listClusters',
      summary: 'The inventory, with the newest run of each app on each cluster',
      answers: { 200: { description: 'The clusters.', schema: ClusterListView } },
      async handle() {
        const runs = Map.groupBy(await gate.runs({ newest: true }), ({ cluster }) => cluster);
        const views = clusters().map((cluster) =>
          clusterView(cluster, runs.get(cluster.name) ?? [], publicUrl),
        );
        return json({ clusters: views });
      },
    }),
    route({
      ...about,
      path: '/v1/clusters/{name}',
      id: 'getCluster',
      summary: 'One cluster: what it is, what it delivers, and what was decided last',
      params,
      answers: { 200: { description: 'The cluster.', schema: ClusterDetailView } },
      async handle({ params }) {
        const cluster = clusterOf(parts, params.name);
        const place = { cluster: cluster.name };
        const [runs, [applied]] = await Promise.all([
          gate.runs({ ...place, newest: true }),
          gate.runs({ ...place, applied: true, limit: 1 }),
        ]);
        const coverage = applied && {
          runId: applied.id,
          signals: (await gate.evidence(applied.id)).covered,
        };
        const learned = learnedView(gate.learned(cluster.class), now());
        return json({ ...clusterView(cluster, runs, publicUrl), coverage, learned });
      },
    }),
    route({
      ...about,
      path: '/clusters',
      id: 'showClusters',
      tag: 'pages',
      summary: 'The inventory, for people',
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      async handle() {
        const runs = (await gate.runs({ newest: true })).toSorted((a, b) => a.askedAt - b.askedAt);
        return page(clustersPage(clusters(), new Map(runs.map((run) => [run.cluster, run]))));
      },
    }),
    route({
      ...about,
      path: '/clusters/{name}',
      id: 'showCluster',
      tag: 'pages',
      summary: 'One cluster, what changed there, and its newest runs, for people',
      params,
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      async handle({ params }) {
        const cluster = clusterOf(parts, params.name);
        const filter = { cluster: cluster.name, limit: NEWEST_RUNS };
        const [changes, runs] = await Promise.all([readChanges(cluster.name), gate.runs(filter)]);
        const learned = gate.learned(cluster.class);
        return page(clusterPage(cluster, { changes, runs, now: now(), ...(learned && { learned }) }));
      },
    }),
  ];
}

function clusterOf({ cluster }: ClusterParts, wanted: string): ListedCluster {
  const found = cluster(wanted);
  if (found) return found;
  throw new NotFoundError('cluster/unknown', `There is no cluster ${wanted} in the inventory.`);
}
