import { Application, ApplicationSet, AppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import { AnalysisTemplate, Rollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { AlertmanagerConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1beta1';
import { Ajv } from 'ajv';
import argoWorkflowTemplate from './schemas/argo-workflow-template.json' with { type: 'json' };
import flaggerCanary from './schemas/flagger-canary.json' with { type: 'json' };
import grafanaDashboard from './schemas/grafana-dashboard.json' with { type: 'json' };
import httpRoute from './schemas/http-route.json' with { type: 'json' };
import kargoStage from './schemas/kargo-stage.json' with { type: 'json' };
import webRequestCommitStatus from './schemas/web-request-commit-status.json' with { type: 'json' };

/** A class of kubernetes-models: its prototype checks an object against the kind's Go types. */
interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}

const models: readonly Model[] = [
  Application,
  ApplicationSet,
  AppProject,
  AlertmanagerConfig,
  AnalysisTemplate,
  PrometheusRule,
  Rollout,
  ServiceMonitor,
];

/** Kinds without a package of their own: the fields that we use, from their published definitions. */
const schemas = [
  { apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDashboard', schema: grafanaDashboard },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', schema: httpRoute },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'WorkflowTemplate', schema: argoWorkflowTemplate },
  { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', schema: flaggerCanary },
  { apiVersion: 'kargo.akuity.io/v1alpha1', kind: 'Stage', schema: kargoStage },
  {
    apiVersion: 'promoter.argoproj.io/v1alpha1',
    kind: 'WebRequestCommitStatus',
    schema: webRequestCommitStatus,
  },
];

/** Fields that hold any JSON; routes below routes are checked one by one. */
const freeForm = ['elements', 'jsonBody', 'routes', 'valuesObject'];

/** Known to a kind's types, and left out of its checks by the package. */
const unchecked = ['AppProject/spec/description'];

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/**
 * What the controller of a kind that is not Kubernetes' own would say against an object.
 *
 * @returns undefined for a kind that is not among them
 */
export function customProblems(manifest: {
  apiVersion: string;
  kind: string;
}): readonly string[] | undefined {
  const isIt = (known: { apiVersion: string; kind: string }) =>
    known.apiVersion === manifest.apiVersion && known.kind === manifest.kind;
  const written = schemas.find(isIt);
  if (written !== undefined) {
    const validate = ajv.compile(written.schema);
    return validate(manifest) ? [] : [ajv.errorsText(validate.errors)];
  }
  const model = models.find(isIt);
  if (model === undefined) return undefined;
  return [manifest, ...withEachRoute(manifest)].flatMap((one) => problemsBy(model, one));
}

interface Route {
  readonly routes?: readonly Route[];
}

/** An AlertmanagerConfig again for each route below its root, with that in the root's place: the operator reads them so. */
function withEachRoute(manifest: object): readonly object[] {
  const { spec } = manifest as { spec?: { route?: Route } };
  const below = (route: Route | undefined): readonly Route[] =>
    (route?.routes ?? []).flatMap((inner) => [inner, ...below(inner)]);
  return below(spec?.route).map((route) => ({ ...manifest, spec: { ...spec, route } }));
}

/**
 * The models let unknown fields pass. But they read each field that they know by its name: what nobody has read when
 * they are through is unknown to them.
 */
function problemsBy(model: Model, manifest: object): readonly string[] {
  const reads = new Map<object, Set<PropertyKey>>();
  try {
    model.prototype.validate.call(watched(manifest, reads));
  } catch (error) {
    if (error instanceof Error) return [error.message];
    throw error;
  }
  const { apiVersion: _, kind: __, ...rest } = manifest as Record<string, unknown>;
  reads.set(rest, reads.get(manifest) ?? new Set());
  return unread(rest, model.kind, reads);
}

function watched<T extends object>(target: T, reads: Map<object, Set<PropertyKey>>): T {
  const seen = reads.get(target) ?? new Set();
  reads.set(target, seen);
  return new Proxy(target, {
    get(object, key) {
      seen.add(key);
      const value: unknown = Reflect.get(object, key);
      return typeof value === 'object' && value !== null ? watched(value, reads) : value;
    },
  });
}

function unread(
  value: unknown,
  path: string,
  reads: ReadonlyMap<object, Set<PropertyKey>>,
): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (unchecked.includes(`${path}/${key}`)) return [];
    if (!reads.get(value)?.has(key)) return [`${path}/${key} is an unknown field`];
    return freeForm.includes(key) ? [] : unread(inner, `${path}/${key}`, reads);
  });
}
