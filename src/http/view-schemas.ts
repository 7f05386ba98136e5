import { z } from 'zod';
import { INTENTS, PHASES, RUN_STATES } from '../domain/run.ts';

// Answers are loose: they may grow.

/** A time in an answer. */
export const time = z.string().meta({ format: 'date-time' });
const evidence = z.looseObject({ signal: z.string() }).meta({ id: 'Evidence' });
/** A verdict in an answer. */
export const verdict = z.enum(['hold', 'go', 'halt', 'inconclusive']);
const reasons = z.array(
  z.looseObject({ code: z.string(), text: z.string(), evidence: evidence.optional() }).meta({ id: 'Reason' }),
);

/** Answer of `POST /v1/verdicts`. */
export const AnswerView = z
  .looseObject({
    verdict,
    reason: z.string().meta({ description: 'Code of the first reason.', example: 'run/soaking' }),
    reasons,
    runId: z.string(),
    attempt: z.number(),
    phase: z.enum(PHASES),
    app: z.string(),
    cluster: z.string(),
    wave: z.string(),
    digest: z.string(),
    state: z.enum(RUN_STATES),
    since: time.meta({ description: 'When the state began.' }),
    whoCanAct: z.string().meta({ description: 'Who can move it, as a phrase.' }),
    settle: z
      .looseObject({
        done: z.number(),
        total: z.number(),
        item: z.string().optional(),
        waitsFor: z.array(z.string()).optional(),
      })
      .meta({ description: 'How far the change has arrived, by what is furthest behind.' }),
    soak: z.looseObject({
      startedAt: time.optional(),
      elapsedSeconds: z.number(),
      minSeconds: z.number(),
      maxSeconds: z.number(),
    }),
    promises: z
      .array(z.looseObject({ signal: z.string(), promise: z.string() }))
      .optional()
      .meta({
        description:
          'What each required check will see, and will have ruled out at go; fixed when the change was admitted.',
      }),
    retryAfterSeconds: z.number(),
    decidedAt: time.optional(),
    expiresAt: time.optional(),
    evidenceUrl: z.string(),
    next: z
      .array(z.string())
      .optional()
      .meta({ description: 'Commands that move a held or stopped rollout, or tell what it waits for.' }),
    observed: z
      .looseObject({ verdict, reason: z.string() })
      .optional()
      .meta({ description: 'In observe mode only: what would have been said, had the answer not been go.' }),
    text: z.string().meta({
      description:
        'All of it in words, for callers that show one text: why, since when, who can act, the link.',
    }),
  })
  .meta({ id: 'Answer' });

/** A run of the ledger. */
export const RunView = z
  .looseObject({
    id: z.string(),
    app: z.string(),
    cluster: z.string(),
    digest: z.string(),
    attempt: z.number(),
    revision: z.string(),
    intent: z.enum(INTENTS),
    components: z.array(z.string()),
    state: z.enum(RUN_STATES),
    verdict,
    reasons,
    ungated: z.boolean(),
    askedAt: time,
    admittedAt: time.optional(),
    syncedAt: time.optional(),
    settledAt: time.optional(),
    decidedAt: time.optional(),
    decidedBy: z.string().optional(),
    acknowledgedBy: z.string().optional(),
    revokedAt: time.optional().meta({ description: 'When harm was seen after go: the go counts no longer.' }),
    wave: z.string().optional().meta({ description: "The cluster's wave when the attempt was opened." }),
    policy: z.looseObject({ name: z.string(), minSoakSeconds: z.number(), maxSoakSeconds: z.number() }),
  })
  .meta({ id: 'Run' });

/** Answer of `GET /v1/runs`. */
export const RunListView = z
  .looseObject({
    runs: z.array(RunView),
    before: z.string().optional().meta({ description: 'Ask again with ?before= this for older runs.' }),
  })
  .meta({ id: 'RunList' });

const EvidenceMinuteView = z.looseObject({ minute: time, readings: z.unknown() });

/** Answer of `GET /v1/runs/{id}/evidence`. */
export const EvidenceView = z
  .looseObject({
    run: RunView,
    checks: z.array(
      z
        .looseObject({
          signal: z.string(),
          outcome: z.string(),
          text: z.string(),
          promise: z.string().optional(),
          evidence: z.array(evidence),
        })
        .meta({ id: 'CheckResult' }),
    ),
    lookedAt: time.optional(),
    retiredAt: time.optional().meta({
      description: 'When the minutes were deleted because they were old; what was decided stays.',
    }),
    before: z.array(EvidenceMinuteView).meta({ description: 'The last hour before the change.' }),
    minutes: z.array(EvidenceMinuteView),
    alertsBefore: z.array(z.string()),
    covered: z.array(z.string()),
    controls: z
      .array(z.string())
      .optional()
      .meta({ description: 'Clusters without the change that it is compared with.' }),
    probes: z
      .record(z.string(), z.looseObject({ passed: z.number(), failed: z.number(), at: z.number() }))
      .meta({ description: 'What functional tests reported, by name.' }),
  })
  .meta({ id: 'RunEvidence' });

/** Answer of `GET /v1/audit`. */
export const AuditView = z
  .looseObject({
    entries: z.array(
      z
        .looseObject({
          seq: z.number(),
          at: time,
          kind: z.string(),
          actor: z.string(),
          runId: z.string().optional(),
          data: z.record(z.string(), z.unknown()),
          previous: z.string(),
          hash: z.string(),
        })
        .meta({ id: 'AuditEntry' }),
    ),
    after: z.number().meta({ description: 'Ask again with ?after= this for what comes next.' }),
    head: z
      .looseObject({ seq: z.number(), hash: z.string() })
      .meta({ description: 'Where the log ends now; keep it, and a log that was cut is found.' }),
  })
  .meta({ id: 'Audit' });

/** Answer of `GET /runbooks/{alert}.json`. */
export const RunbookView = z
  .looseObject({
    alert: z.string(),
    variables: z.record(z.string(), z.string()).meta({ description: 'What was filled in.' }),
    missing: z.array(z.string()).meta({ description: 'Variables that still stand in the commands.' }),
    steps: z.array(
      z
        .looseObject({
          id: z.string(),
          title: z.string(),
          effect: z.enum(['none', 'change']),
          run: z.string(),
          expect: z.string(),
        })
        .meta({ id: 'RunbookStep' }),
    ),
  })
  .meta({ id: 'Runbook' });

/** Answer of `GET /readyz`. */
export const ReadinessView = z
  .looseObject({
    ready: z.boolean(),
    store: z.looseObject({ ok: z.boolean(), cause: z.string().optional() }),
    look: z.looseObject({ ok: z.boolean(), at: time.optional(), cause: z.string().optional() }),
    sources: z.array(z.looseObject({ name: z.string(), reachable: z.boolean() })),
  })
  .meta({ id: 'Readiness' });

/** Every error: RFC 9457. */
export const ProblemView = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string().meta({ example: 'input/unknown-field' }),
    detail: z.string(),
    field: z.string().optional(),
    errors: z
      .array(z.looseObject({ field: z.string().optional(), code: z.string(), detail: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem' });
