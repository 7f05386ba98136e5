import { z } from 'zod';
import { releaseOf } from '../domain/change-target.ts';
import { type Component, isComponent } from '../domain/component.ts';
import { INTENTS, PHASES } from '../domain/run.ts';

// Requests are strict: a field we would not heed is refused.

/** A name from outside: free text, looked up and never built into a query. */
export const name = z
  .string('a name')
  .min(1, 'a name of 1 to 253 characters')
  .max(253, 'a name of 1 to 253 characters');

const LABEL = 'at most 200 characters without spaces';
/** A digest or a revision: one word. */
export const label = z.string(LABEL).regex(/^\S{1,200}$/, LABEL);

/** The same where there may be none: Argo CD leaves it empty for what has several sources. */
export const labelOrNone = z.string(LABEL).regex(/^\S{0,200}$/, LABEL);

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
