import { z } from 'zod';
import type { CataloguedSignal } from '../../domain/catalogued.ts';
import { NotFoundError } from '../../domain/errors.ts';
import type { Freeze } from '../../gate/freezes.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { inTime } from '../in-time.ts';
import type { ClusterApp, NamedLink } from '../pages/cluster-links.ts';
import { type ClusterFacts, clusterPage, clustersPage } from '../pages/cluster-page.ts';
import type { Coverage, Standing } from '../pages/cluster-standing.ts';
import type { ReadChanges } from '../read-changes.ts';
import { json, page } from '../reply.ts';
import { ClusterDetailView, ClusterListView } from '../rollout-schemas.ts';
import { clusterView, type ListedCluster, learnedView } from '../rollout-views.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';

const NEWEST_RUNS = 20;

/** What the cluster routes are made of. */
export interface ClusterParts {
  readonly gate: Pick<Gate, 'runs' | 'evidence' | 'standing' | 'freezes' | 'learned'>;
  readonly cluster: (name: string) => ListedCluster | undefined;
  /** The inventory as it is now. */
  readonly clusters: () => readonly ListedCluster[];
  readonly readChanges: ReadChanges;
  /** What is watched, for people. */
  readonly catalogue: readonly CataloguedSignal[];
  /** Boards with the cluster chosen. */
  readonly boards: (cluster: string) => readonly NamedLink[];
  /** An app as it is configured now. */
  readonly app: (name: string) => ClusterApp | undefined;
  readonly publicUrl: string;
  readonly now: () => number;
}

/** The inventory with what was decided last: as JSON, and as pages for people. */
export function clusterRoutes(parts: ClusterParts): Route[] {
  const { gate, clusters, publicUrl, now } = parts;
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
        const [runs, covered] = await Promise.all([
          gate.runs({ ...place, newest: true }),
          coverageOf(parts, place.cluster),
        ]);
        const coverage = covered && { runId: covered.runId, signals: covered.covered };
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
        return page(clusterPage(cluster, await factsOf(parts, cluster)));
      },
    }),
  ];
}

async function factsOf(
  parts: ClusterParts,
  { name, wave, class: ofClass }: ListedCluster,
): Promise<ClusterFacts> {
  const { gate, readChanges, catalogue, boards, app } = parts;
  const [changes, runs, newest, coverage, freezes, standing] = await Promise.all([
    readChanges(name),
    gate.runs({ cluster: name, limit: NEWEST_RUNS }),
    gate.runs({ cluster: name, newest: true }),
    coverageOf(parts, name),
    gate.freezes(),
    // What is read from the metric store may be away: the page says so, and shows the rest.
    inTime(
      gate.standing(name).then((read): Standing => ({ is: 'read', standing: read, catalogue })),
      (cause): Standing => ({ is: 'unread', cause }),
    ),
  ]);
  const learned = gate.learned(ofClass);
  const names = [...new Set(newest.map((run) => run.app))].sort();
  return {
    changes,
    runs,
    coverage,
    standing,
    now: parts.now(),
    ...(learned && { learned }),
    boards: boards(name),
    apps: names.map((own) => app(own) ?? { name: own, mode: 'enforce', owners: [] }),
    freezes: freezes.filter((freeze) => covers(freeze, name, wave)),
  };
}

/** Whether a freeze stops a cluster; one of an app is told where the app is. */
function covers({ scope, name: of }: Freeze, cluster: string, wave: string): boolean {
  return scope === 'fleet' || (scope === 'wave' && of === wave) || (scope === 'cluster' && of === cluster);
}

async function coverageOf({ gate, catalogue }: ClusterParts, cluster: string): Promise<Coverage> {
  const [applied] = await gate.runs({ cluster, applied: true, limit: 1 });
  if (applied === undefined) return undefined;
  const { covered, retiredAt } = await gate.evidence(applied.id);
  if (retiredAt !== undefined) return undefined;
  const known = new Set(covered);
  const missing = catalogue.filter(({ id, isAsked }) => isAsked && !known.has(id));
  return { runId: applied.id, covered, missing };
}

function clusterOf({ cluster }: ClusterParts, wanted: string): ListedCluster {
  const found = cluster(wanted);
  if (found) return found;
  throw new NotFoundError('cluster/unknown', `There is no cluster ${wanted} in the inventory.`);
}
