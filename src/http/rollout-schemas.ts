import { z } from 'zod';
import { RUN_STATES } from '../domain/run.ts';
import { APP_MODES } from '../gate/ports.ts';
import { WAVE_STATUSES } from '../gate/rollout-wave.ts';
import { ROLLOUT_STATUSES } from '../gate/rollouts.ts';
import { time, verdict } from './view-schemas.ts';

const rolloutCluster = z
  .looseObject({
    name: z.string(),
    state: z.enum([...RUN_STATES, 'not-asked', 'revoked']),
    verdict,
    reason: z.string().optional(),
    text: z.string().optional(),
    since: time.optional(),
    runId: z.string().optional(),
    soak: z
      .looseObject({
        elapsedSeconds: z.number(),
        minSeconds: z.number(),
        maxSeconds: z.number(),
        shortened: z.looseObject({ fromSeconds: z.number(), goes: z.number() }).optional().meta({
          description: 'What the least soak was before, and how many go of earlier waves made it shorter.',
        }),
      })
      .optional()
      .meta({ description: 'How far a soak has come; while it lasts.' }),
  })
  .meta({ id: 'RolloutCluster' });

const rolloutWave = z
  .looseObject({
    name: z.string(),
    status: z.enum(WAVE_STATUSES),
    clusters: z.array(rolloutCluster),
    waitsFor: z.string().optional(),
    since: time.optional(),
    whoCanAct: z.string().optional(),
    next: z.array(z.string()).meta({ description: 'Commands that move it, ready to paste.' }),
  })
  .meta({ id: 'RolloutWave' });

/** One digest of one app on its way through the waves. */
export const RolloutView = z
  .looseObject({
    app: z.string(),
    digest: z.string(),
    revision: z.string(),
    mode: z.enum(APP_MODES),
    notProtected: z
      .string()
      .optional()
      .meta({ description: 'Why nothing protects it; absent when the gate does.' }),
    status: z.enum(ROLLOUT_STATUSES),
    startedAt: time,
    since: time,
    supersededBy: z.string().optional(),
    url: z.string().meta({ description: 'Its page for people.' }),
    notes: z.array(z.looseObject({ code: z.string(), text: z.string() })).meta({
      description: 'What stands against the rollout as a whole, and what a person should know of it.',
    }),
    waves: z.array(rolloutWave),
  })
  .meta({ id: 'Rollout' });

/** Answer of `GET /v1/rollouts`. */
export const RolloutListView = z
  .looseObject({
    at: time.meta({ description: "The gate's time: what `since` is to be counted from." }),
    rollouts: z.array(RolloutView),
  })
  .meta({ id: 'RolloutList' });

const lastVerdict = z
  .looseObject({
    app: z.string(),
    digest: z.string(),
    runId: z.string(),
    state: z.enum(RUN_STATES),
    verdict,
    reason: z.string().optional(),
    since: time,
  })
  .meta({ id: 'LastVerdict' });

/** A cluster of the inventory with the newest run of each app on it. */
export const ClusterView = z
  .looseObject({
    name: z.string(),
    wave: z.string(),
    class: z.string(),
    region: z.string(),
    account: z.string().optional(),
    source: z.string(),
    labels: z.record(z.string(), z.string()),
    links: z.record(z.string(), z.string()),
    owners: z.array(z.string()).optional(),
    lastVerdicts: z.array(lastVerdict),
    url: z.string().meta({ description: 'Its page for people.' }),
  })
  .meta({ id: 'Cluster' });

/** Answer of `GET /v1/clusters`. */
export const ClusterListView = z.looseObject({ clusters: z.array(ClusterView) }).meta({ id: 'ClusterList' });

/** Answer of `GET /v1/clusters/{name}`. */
export const ClusterDetailView = ClusterView.extend({
  coverage: z
    .looseObject({ runId: z.string(), signals: z.array(z.string()) })
    .optional()
    .meta({
      description: 'Signals that the cluster delivered before the last change; absent before the first.',
    }),
  learned: z
    .looseObject({
      class: z.string(),
      learnedAt: z.string(),
      ageSeconds: z.number(),
      from: z.string(),
      to: z.string(),
      clusters: z.number(),
      windows: z.record(
        z.string(),
        z.looseObject({ used: z.number(), sync: z.number(), alert: z.number(), missing: z.number() }),
      ),
    })
    .optional()
    .meta({
      description:
        'What is known of the quiet hours of the class: how old it is, and for every series how many quiet windows were used and how many left out for a sync, an alert or missing data; absent while nothing was learned.',
    }),
}).meta({ id: 'ClusterDetail' });
