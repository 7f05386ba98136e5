import { z } from 'zod';
import { MAX_ADOPTED } from '../gate/adopting.ts';
import { FREEZE_SCOPES } from '../gate/freezes.ts';
import { actor, label, labelOrNone, name, reason } from './schemas.ts';
import { RunView, time } from './view-schemas.ts';

const A_TIME = 'a time with its zone, such as 2026-11-24T18:00:00Z';

/** A time from outside, as epoch milliseconds. */
const instant = z
  .string(A_TIME)
  .refine((text) => z.iso.datetime({ offset: true }).safeParse(text).success, A_TIME)
  .transform((text) => Date.parse(text));

/** Body of `POST /v1/runs/{id}/acknowledge`. */
export const AcknowledgeBody = z.strictObject({ reason, actor }).meta({ id: 'Acknowledge' });

/** Body of `POST /v1/freezes`. */
export const FreezeBody = z
  .strictObject({
    scope: z.enum(FREEZE_SCOPES),
    name: name.exactOptional().meta({ description: 'Of the wave, cluster or app; none for the fleet.' }),
    expiresAt: instant.meta({ override: { type: 'string', format: 'date-time' } }),
    stopsRollbacks: z.boolean('true or false').exactOptional().meta({
      description: 'Whether going back to a digest that had its go is stopped, too; by default not.',
    }),
    reason,
    actor,
  })
  .meta({ id: 'FreezeOrder' });

/** Query of `DELETE /v1/freezes/{id}`. */
export const ThawQuery = z.strictObject({ reason, actor });

/** A freeze in an answer. */
export const FreezeView = z
  .looseObject({
    id: z.string(),
    scope: z.enum(FREEZE_SCOPES),
    name: z.string().optional(),
    reason: z.string(),
    actor: z.string(),
    at: time,
    expiresAt: time,
    stopsRollbacks: z.boolean(),
  })
  .meta({ id: 'Freeze' });

/** Answer of `GET /v1/freezes`. */
export const FreezeListView = z
  .looseObject({
    at: time.meta({ description: "The gate's time." }),
    freezes: z.array(FreezeView),
  })
  .meta({ id: 'FreezeList' });

const place = z.strictObject({
  app: name,
  cluster: name,
  revision: label.meta({ description: 'What Git calls what is there.' }),
  digest: label.exactOptional(),
  argoApp: name.exactOptional(),
});

/** Body of `POST /v1/adopt`. */
export const AdoptBody = z
  .strictObject({
    places: z
      .array(place, 'a list of places')
      .min(1, 'a list of at least one place')
      .max(MAX_ADOPTED, `a list of at most ${MAX_ADOPTED} places`),
    reason,
    actor,
  })
  .meta({ id: 'Adopt' });

/** Answer of `POST /v1/adopt`. */
export const AdoptedView = z.looseObject({ runs: z.array(RunView) }).meta({ id: 'Adopted' });

/** Argo CD keeps ten entries unless it is told otherwise. */
const MAX_HISTORY = 100;

const MAX_SOURCES = 100;

const revisions = z
  .array(label, 'a list of revisions')
  .max(MAX_SOURCES, `a list of at most ${MAX_SOURCES} revisions`)
  .meta({ description: 'Of an Application with several sources: the revision of each.' })
  .exactOptional();

const startedAt = instant
  .meta({
    override: { type: 'string', format: 'date-time' },
    description: 'When the operation began: a hook that reported since then was its own.',
  })
  .exactOptional();

/** Body of `POST /v1/callers/argocd-notifications`. */
export const DeployedBody = place
  .extend({
    revision: labelOrNone.meta({ description: 'What Git calls what is there; empty beside `revisions`.' }),
    revisions,
    startedAt,
    deployedAt: instant.meta({
      override: { type: 'string', format: 'date-time' },
      description: 'When the operation ended: what is older than the newest run is no news.',
    }),
    history: z
      .array(
        z.looseObject({
          revision: labelOrNone.exactOptional(),
          revisions,
          deployStartedAt: startedAt,
          deployedAt: instant.meta({ override: { type: 'string', format: 'date-time' } }),
        }),
        'a list of what was deployed',
      )
      .max(MAX_HISTORY, `a list of at most ${MAX_HISTORY} entries`)
      .meta({
        description: '`status.history` of the Application: of what nobody told, what came last counts.',
      })
      .exactOptional(),
  })
  .refine(({ revision, revisions = [] }) => revision !== '' || revisions.length > 0, {
    path: ['revision'],
    error: 'a revision, or revisions where there are several sources',
  })
  .meta({ id: 'Deployed' });

/** Answer of `POST /v1/callers/argocd-notifications`. */
export const DeployedView = z
  .looseObject({
    run: RunView,
    isNew: z.boolean().meta({ description: 'Whether no run accounted for it until now.' }),
  })
  .meta({ id: 'DeployedAnswer' });
