import { z } from 'zod';
import { NotFoundError } from '../../domain/errors.ts';
import type { Cluster } from '../../domain/run.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { clusterPage } from '../pages/cluster-page.ts';
import type { ReadChanges } from '../read-changes.ts';
import { page } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';

const NEWEST_RUNS = 20;

/** What the cluster pages are made of. */
export interface ClusterParts {
  readonly gate: Pick<Gate, 'runs'>;
  readonly cluster: (name: string) => Cluster | undefined;
  readonly readChanges: ReadChanges;
}

/** Pages of clusters, where answers about no run lead. */
export function clusterRoutes({ gate, cluster: find, readChanges }: ClusterParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/clusters/{name}',
      id: 'showCluster',
      tag: 'pages',
      summary: 'One cluster, what changed there, and its newest runs, for people',
      access: 'read',
      params: z.strictObject({ name }),
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      problems: [404, 503],
      async handle({ params }) {
        const cluster = find(params.name);
        if (!cluster) {
          throw new NotFoundError('cluster/unknown', `There is no cluster ${params.name} in the inventory.`);
        }
        const filter = { cluster: cluster.name, limit: NEWEST_RUNS };
        const [changes, runs] = await Promise.all([readChanges(cluster.name), gate.runs(filter)]);
        return page(clusterPage(cluster, changes, runs));
      },
    }),
  ];
}
