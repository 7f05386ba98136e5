import { z } from 'zod';
import { releaseOf } from '../domain/change-target.ts';
import { type Component, isComponent } from '../domain/component.ts';
import { INTENTS, PHASES, RUN_STATES } from '../domain/run.ts';

// Requests are strict: a field we would not heed is refused. Answers are loose: they may grow.

/** A name from outside: free text, looked up and never built into a query. */
export const name = z
  .string('a name')
  .min(1, 'a name of 1 to 253 characters')
  .max(253, 'a name of 1 to 253 characters');

const LABEL = 'at most 200 characters without spaces';
/** A digest or a revision: one word. */
export const label = z.string(LABEL).regex(/^\S{1,200}$/, LABEL);

const component = z
  .string()
  .refine(
    isComponent,
    'a component: control-plane, nodes, dns, addons, addon/<name>, workloads, telemetry or gate',
  )
  .transform((text) => text as Component)
  .meta({ override: { type: 'string', example: 'addon/karpenter' } });

const components = z
  .array(component)
  .max(100, 'a list of at most 100 components')
  .meta({ description: 'What the change touches; by default what the app is configured with.' });

const RELEASE = 'a Kubernetes release such as 1.35';
const VERSION = 'a version of 1 to 200 characters';
const version = z.string(VERSION).trim().min(1, VERSION).max(200, VERSION);

/** What a change touches and brings. */
const change = z
  .strictObject({
    components: components.exactOptional(),
    kubernetes: z
      .string(RELEASE)
      .refine((text) => releaseOf(text) !== undefined, RELEASE)
      .exactOptional()
      .meta({ description: 'Version of the control plane afterwards.', example: '1.35' }),
    addons: z
      .record(z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/), version)
      .exactOptional()
      .meta({ description: 'Versions by add-on.', example: { karpenter: '1.6.0' } }),
    nodes: version
      .exactOptional()
      .meta({ description: 'Kubelet version or image version that nodes run afterwards.' }),
  })
  .meta({ id: 'Change' });

/** A whole number in a query. */
export function wholeNumber(min: number, max: number, fallback: number) {
  const phrase = `a whole number from ${min} to ${max}`;
  return z
    .string(phrase)
    .regex(/^\d{1,15}$/, phrase)
    .transform(Number)
    .refine((value) => value >= min && value <= max, phrase)
    .prefault(String(fallback))
    .meta({ override: { type: 'integer', minimum: min, maximum: max, default: fallback } });
}

/** Body of `POST /v1/verdicts`. */
export const AskBody = z
  .strictObject({
    app: name.meta({
      description: 'The logical app, named the same on every cluster.',
      example: 'platform-bom',
    }),
    cluster: name.exactOptional().meta({
      description: 'May be left out by a token that is bound to one cluster.',
      example: 'prod-1',
    }),
    revision: label.meta({ description: 'What Git calls the change.' }),
    digest: label
      .exactOptional()
      .meta({ description: 'Identity of the change; without one the revision stands in.' }),
    phase: z.enum(PHASES),
    intent: z.enum(INTENTS).exactOptional(),
    change: change.exactOptional(),
    argoApp: name.exactOptional().meta({ description: 'Name of the Argo CD Application, for links.' }),
  })
  .meta({ id: 'Ask' });

/** Why a person decides: it stands in the audit log. */
export const reason = z
  .string('a sentence that says why')
  .trim()
  .min(1, 'a sentence that says why')
  .max(2_000, 'a sentence of at most 2000 characters');

/** In whose name. */
export const actor = name.exactOptional().meta({ description: 'Who decides; by default the caller.' });

/** Body of `POST /v1/runs/{id}/override`. */
export const OverrideBody = z
  .strictObject({ verdict: z.enum(['go', 'halt']), reason, actor })
  .meta({ id: 'Override' });

/** Body of `POST /v1/runs/{id}/retry`. */
export const RetryBody = z.strictObject({ reason, actor }).meta({ id: 'Retry' });

const tests = z.int('a whole number').min(0, 'a number of 0 or more').max(1_000_000, 'at most 1,000,000');

/** Body of `POST /v1/runs/{id}/probes/{name}`. */
export const ProbeBody = z
  .strictObject({
    passed: tests,
    failed: tests,
    detail: z
      .string()
      .trim()
      .max(2_000, 'at most 2,000 characters')
      .exactOptional()
      .meta({ description: 'What failed, in words.' }),
  })
  .meta({ id: 'Probe' });

/** What is heeded of an Alertmanager webhook, version 4; newer senders add fields. */
export const AlertmanagerBody = z
  .looseObject({
    truncatedAlerts: z.number().exactOptional().meta({ description: 'Alerts that the sender left out.' }),
    alerts: z.array(
      z.looseObject({ status: z.string().exactOptional(), labels: z.record(z.string(), z.string()) }),
    ),
  })
  .meta({ id: 'AlertmanagerWebhook' });

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
    retryAfterSeconds: z.number(),
    decidedAt: time.optional(),
    expiresAt: time.optional(),
    evidenceUrl: z.string(),
    next: z.array(z.string()).optional().meta({ description: 'Commands that move a stopped rollout.' }),
    observed: z
      .looseObject({ verdict, reason: z.string() })
      .optional()
      .meta({ description: 'In observe mode only: what would have been said, had the answer not been go.' }),
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
