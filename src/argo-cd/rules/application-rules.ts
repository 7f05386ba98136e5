import { isDuration, seconds } from '../../domain/duration.ts';
import { annotation, at, isFields, listAt, textAt, textsBelow } from '../manifest.ts';
import type { Rule } from '../rule.ts';
import { type Application, sourcesOf, syncOptionsOf } from './application.ts';

/** The longest pause between two tries that still feels like being asked. */
const LONGEST_BACKOFF_SECONDS = 300;

const RETRY = ['spec', 'syncPolicy', 'retry'];
const RETRY_MEND = 'retry: {limit: -1, refresh: true, backoff: {duration: 1m, factor: 1, maxDuration: 2m}}';
const GENERATE_PATHS = 'argocd.argoproj.io/manifest-generate-paths';
const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile';

/** What goes wrong with an Application whose syncs ask the gate, or with what makes such Applications. */
export const APPLICATION_RULES: readonly Rule<Application>[] = [
  {
    id: 'app/self-heal',
    severity: 'error',
    why: 'Self-heal syncs what drifted without running a hook, and has applied new revisions that way.',
    mend: 'Leave selfHeal out, or set it to false.',
    find: ({ fields }) =>
      at(fields, ['spec', 'syncPolicy', 'automated', 'selfHeal']) === true
        ? [{ what: 'selfHeal is on', at: ['spec', 'syncPolicy', 'automated', 'selfHeal'] }]
        : [],
  },
  {
    id: 'app/apply-out-of-sync-only',
    severity: 'error',
    why: 'Partial applies and self-heal share their path: new revisions have been applied without PreSync.',
    mend: 'Leave ApplyOutOfSyncOnly out of syncOptions.',
    find: (app) =>
      syncOptionsOf(app)
        .filter(({ option }) => option === 'ApplyOutOfSyncOnly=true')
        .map(({ option, at: path }) => ({ what: option, at: path })),
  },
  {
    id: 'app/retry-limit',
    severity: 'error',
    why: 'A hold is a failed hook that is asked again. After the last retry Argo CD never tries that revision again: nobody asks, and the wave stands still until a person syncs.',
    mend: RETRY_MEND,
    find: (app) => {
      if (!app.asks) return [];
      const limit = at(app.fields, [...RETRY, 'limit']);
      if (typeof limit === 'number' && limit < 0) return [];
      const what =
        limit === undefined ? 'no retry (the default gives up after 5)' : `retry.limit is ${String(limit)}`;
      return [{ what, at: [...RETRY, 'limit'] }];
    },
  },
  {
    id: 'app/retry-refresh',
    severity: 'warning',
    why: 'The retries stay with the commit they began with: a newer one, also a repair, waits until somebody ends the operation.',
    mend: RETRY_MEND,
    find: (app) =>
      !app.asks || !isFields(at(app.fields, RETRY)) || at(app.fields, [...RETRY, 'refresh']) === true
        ? []
        : [{ what: 'retry.refresh is not on', at: RETRY }],
  },
  {
    id: 'app/retry-backoff',
    severity: 'warning',
    why: 'After its go a cluster may wait that long before it asks again.',
    mend: RETRY_MEND,
    find: (app) => {
      const path = [...RETRY, 'backoff', 'maxDuration'];
      const longest = textAt(app.fields, path);
      return longest !== undefined && isDuration(longest) && seconds(longest) > LONGEST_BACKOFF_SECONDS
        ? [{ what: `retry.backoff.maxDuration is ${longest}`, at: path }]
        : [];
    },
  },
  {
    id: 'app/forced',
    severity: 'error',
    why: 'Every sync replaces the Jobs: a soak starts anew at each, and hooks are no longer told apart from last time.',
    mend: 'Leave Replace=true and Force=true out of the syncOptions of the whole app; annotate the resources that need them.',
    find: (app) =>
      syncOptionsOf(app)
        .filter(({ option }) => /^(Replace|Force)=true$/.test(option))
        .map(({ option, at: path }) => ({ what: option, at: path })),
  },
  {
    id: 'app/soak-prune',
    severity: 'error',
    why: 'The soak Job of the digest before stays: the Application is out of sync for ever, and the wave is stuck.',
    mend: 'syncPolicy: {automated: {prune: true}}, or compare-options: IgnoreExtraneous with sync-options: Prune=false on the Job.',
    find: (app) =>
      app.soaks && at(app.fields, ['spec', 'syncPolicy', 'automated', 'prune']) !== true
        ? [{ what: 'the soak Application does not prune', at: ['spec', 'syncPolicy'] }]
        : [],
  },
  {
    id: 'app/revision-in-values',
    severity: 'error',
    why: 'Build variables are replaced in helm.parameters only: the gate would be told the literal text.',
    mend: 'helm.parameters: [{name: tidegate.revision, value: $ARGOCD_APP_REVISION, forceString: true}]',
    find: (app) =>
      sourcesOf(app).flatMap(({ fields, path }) =>
        ['values', 'valuesObject'].flatMap((name) =>
          textsBelow(at(fields, ['helm', name]), [...path, 'helm', name])
            .filter(({ text }) => /\$\{?ARGOCD_/.test(text))
            .map(({ text, path: where }) => ({ what: `${name}: ${firstLineWith(text)}`, at: where })),
        ),
      ),
  },
  {
    id: 'app/revision-for-all',
    severity: 'error',
    why: 'Each commit to the repository changes every resource: the Application is out of sync, and the soak begins anew although nothing changed.',
    mend: 'Patch the revision into the hook Jobs only; what all resources carry may be the digest.',
    find: (app) =>
      sourcesOf(app).flatMap(({ fields, path }) =>
        ['commonAnnotations', 'commonLabels'].flatMap((name) =>
          textsBelow(at(fields, ['kustomize', name]), [...path, 'kustomize', name])
            .filter(({ text }) => /\$\{?ARGOCD_APP_REVISION/.test(text))
            .map(({ text, path: where }) => ({ what: `kustomize.${name}: ${text}`, at: where })),
        ),
      ),
  },
  {
    id: 'app/revision-as-number',
    severity: 'error',
    why: 'A short commit such as 12345e6 becomes a number: the gate sees another revision than the one that is synced.',
    mend: 'Add forceString: true to the parameter.',
    find: (app) =>
      parametersOf(app)
        .filter(({ value, forced }) => /ARGOCD_APP_REVISION/.test(value) && !forced)
        .map(({ name, where }) => ({ what: `${name} without forceString`, at: where })),
  },
  {
    id: 'app/name-as-app',
    severity: 'error',
    why: 'The name of the Argo CD Application differs on every cluster: each cluster is an app of its own, and no wave ever follows another.',
    mend: 'Write the name that the gate knows the app by; $ARGOCD_APP_NAME belongs into argoApp.',
    find: (app) =>
      parametersOf(app)
        .filter(({ name, value }) => /(^|\.)app$/.test(name) && /ARGOCD_APP_NAME/.test(value))
        .map(({ name, value, where }) => ({ what: `${name} is ${value}`, at: where })),
  },
  {
    id: 'app/generate-paths',
    severity: 'warning',
    why: 'A commit that changes none of these paths counts as no change: what it brings from elsewhere, such as a chart of another folder, is applied without hooks.',
    mend: 'List every path that manifests come from, those of the hooks and of shared charts too; keep selfHeal off.',
    find: (app) => {
      const paths = annotation(app.fields, GENERATE_PATHS);
      return paths === undefined
        ? []
        : [{ what: `manifest-generate-paths is ${paths}`, at: ['metadata', 'annotations', GENERATE_PATHS] }];
    },
  },
  {
    id: 'app/skip-reconcile',
    severity: 'error',
    why: 'Argo CD does not look at the Application at all: nobody asks, and its health is an old one.',
    mend: 'Take the annotation off; to stop a rollout, freeze it.',
    find: (app) =>
      annotation(app.fields, SKIP_RECONCILE) === 'true'
        ? [{ what: 'skip-reconcile is true', at: ['metadata', 'annotations', SKIP_RECONCILE] }]
        : [],
  },
];

function parametersOf(app: Application) {
  return sourcesOf(app).flatMap(({ fields, path }) =>
    listAt(fields, ['helm', 'parameters']).map((parameter, i) => ({
      name: textAt(parameter, ['name']) ?? '',
      value: textAt(parameter, ['value']) ?? '',
      forced: at(parameter, ['forceString']) === true,
      where: [...path, 'helm', 'parameters', i],
    })),
  );
}

function firstLineWith(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.includes('ARGOCD_'))
      ?.trim() ?? text
  );
}
