import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { CataloguedSignal } from '../domain/catalogued.ts';
import type { App } from '../gate/ports.ts';
import type { Gate } from '../gate/use-cases.ts';
import type { Identify } from '../identity/identity.ts';
import type { SignIn } from '../identity/oidc.ts';
import { createRefusals, type Refusal } from '../identity/refusals.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import { freezeForms } from './forms/freeze-forms.ts';
import { runForms } from './forms/run-forms.ts';
import { observeRequests, secureHeaders } from './middleware.ts';
import { openApiDocument } from './openapi.ts';
import type { NamedLink } from './pages/cluster-links.ts';
import { pagePolicy } from './pages/page-policy.ts';
import { createReadChanges } from './read-changes.ts';
import type { ReadinessPorts } from './readiness.ts';
import { answerErrors, refuseOtherMethods, refuseUnknownRoutes } from './refusing.ts';
import type { ListedCluster } from './rollout-views.ts';
import { expressPath, type Route } from './route.ts';
import { auditRoutes } from './routes/audit.ts';
import { awaitedVerdictRoutes } from './routes/awaited-verdicts.ts';
import { clusterRoutes } from './routes/clusters.ts';
import { deployedRoutes } from './routes/deployed.ts';
import { flaggerRoutes } from './routes/flagger.ts';
import { formRoutes } from './routes/forms.ts';
import { freezeRoutes } from './routes/freezes.ts';
import { homeRoutes } from './routes/home.ts';
import { operationRoutes } from './routes/operations.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { runbookRoutes } from './routes/runbooks.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { verdictRoutes } from './routes/verdicts.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import type { ReadLiveValues, Runbooks } from './runbooks/live-values.ts';
import { serve } from './serve.ts';
import { traceRequests } from './trace-requests.ts';

/** What the HTTP side of a gate is made of. */
export interface AppParts {
  readonly gate: Gate;
  readonly identify: Identify;
  /** Where people can sign in without a token, as it is configured now; by default nowhere. */
  readonly signIn?: () => SignIn | undefined;
  /** A cluster of the inventory. */
  readonly cluster: (name: string) => ListedCluster | undefined;
  /** The whole inventory as it is now. */
  readonly clusters: () => readonly ListedCluster[];
  /** Names of the waves, in the order of the rollout. */
  readonly waves: () => readonly string[];
  /** An app as it is configured now. */
  readonly app: (name: string) => App | undefined;
  readonly runbooks: Runbooks;
  /** What is watched, for people. */
  readonly catalogue: readonly CataloguedSignal[];
  readonly liveValues: ReadLiveValues;
  /** Boards with a cluster chosen. */
  readonly boards: (cluster: string) => readonly NamedLink[];
  readonly readiness: ReadinessPorts;
  readonly metrics: Metrics;
  /** By default requests are not traced. */
  readonly tracing?: Tracing;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly version: string;
  /** The address under which the gate is reached. */
  readonly publicUrl: string;
  /** Origins that may show the pages in a frame; nobody by default. */
  readonly frameAncestors?: readonly string[];
  /** Aborts when the gate stops: whoever waits for a verdict is answered at once. */
  readonly stopping?: AbortSignal;
}

/** The gate as an Express application; `listen` serves it. */
export function createApp(parts: AppParts): Express {
  const routes = routesOf(parts);
  const serving = { ...parts, onRefused: auditRefusals(parts) };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.use(traceRequests(parts.tracing ?? NO_TRACING));
  app.use(observeRequests(parts.metrics, parts.log), secureHeaders(pagePolicy(parts.frameAncestors ?? [])));
  for (const route of routes) app[route.method](expressPath(route), serve(route, serving));
  refuseOtherMethods(app, routes);
  app.use(refuseUnknownRoutes);
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) =>
    answerErrors(error, {
      request,
      response,
      next,
      log: parts.log,
      provider: parts.signIn?.()?.provider,
    }),
  );
  return app;
}

/** Every route, in the order in which they are tried. */
function routesOf(parts: AppParts): readonly Route[] {
  const { gate, metrics, now, log, version, publicUrl } = parts;
  const { identify, signIn = () => undefined } = parts;
  const forms = [...runForms(gate), ...freezeForms(parts)];
  const readChanges = createReadChanges(gate, now, log);
  const routes: readonly Route[] = [
    ...verdictRoutes(gate, metrics),
    ...awaitedVerdictRoutes(gate),
    ...homeRoutes(parts),
    ...runRoutes(gate, parts.app, now),
    ...rolloutRoutes(parts),
    ...sessionRoutes({ forms, identify, signIn, publicUrl }),
    ...formRoutes({ forms, provider: () => signIn()?.provider }),
    ...freezeRoutes(parts),
    ...deployedRoutes(gate),
    ...auditRoutes(gate),
    ...webhookRoutes(gate, metrics),
    ...flaggerRoutes(parts),
    ...runbookRoutes({ ...parts, readChanges }),
    ...clusterRoutes({ ...parts, readChanges }),
    ...operationRoutes({ ...parts, openApi: () => document }),
  ];
  const document = openApiDocument(routes, { version, publicUrl });
  return routes;
}

/** Callers who are turned away stand in the audit log; one that can't be written now does not open the door. */
function auditRefusals({ gate, now, log }: AppParts): (refusal: Refusal) => void {
  return createRefusals(({ remote, ...data }) => {
    gate
      .record({ kind: 'refused', actor: remote, data })
      .catch((err: unknown) => log.error({ err, remote, ...data }, 'a refusal could not be audited'));
  }, now);
}
