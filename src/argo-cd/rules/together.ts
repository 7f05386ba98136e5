import type { GateCall } from '../gate-call.ts';
import { annotation, fieldsAt, type Manifest, textAt, textsBelow } from '../manifest.ts';
import { type Finding, findingsOf, type Rule } from '../rule.ts';

/** Manifests that are applied together, as far as the files tell, with those that call the gate. */
export interface Together {
  readonly manifests: readonly Manifest[];
  readonly calls: readonly GateCall[];
}

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';

/** What no manifest shows by itself. */
export function findingsTogether({ manifests, calls }: Together): readonly Finding[] {
  return calls.flatMap((call) => findingsOf(rulesAmong(manifests, calls), call, call.manifest));
}

function rulesAmong(manifests: readonly Manifest[], calls: readonly GateCall[]): readonly Rule<GateCall>[] {
  const nameOf = ({ manifest: { name, fields } }: GateCall) =>
    `${textAt(fields, ['metadata', 'namespace']) ?? ''}/${name}`;
  const has = (command: string, app: string | undefined) =>
    calls.some((one) => one.command === command && one.options.get('app') === app);
  return [
    {
      id: 'hook/no-post-sync',
      severity: 'error',
      why: 'The gate is never told that the sync is done: the run stays admitted until maxSync is over, and no soak begins.',
      mend: 'Add the PostSync hook: tidegate hook post-sync --mode register',
      find: ({ command, options, containerPath }) =>
        command === 'pre-sync' && !has('post-sync', options.get('app'))
          ? [{ what: 'no PostSync hook reports the sync', at: containerPath }]
          : [],
    },
    {
      id: 'hook/no-pre-sync',
      severity: 'error',
      why: 'Nobody asks before the change is applied: waves are not kept apart, and the sync is recorded as not invited.',
      mend: 'Add the PreSync hook: tidegate hook pre-sync',
      find: ({ command, options, containerPath }) =>
        command === 'post-sync' && !has('pre-sync', options.get('app'))
          ? [{ what: 'no PreSync hook asks for admission', at: containerPath }]
          : [],
    },
    {
      id: 'hook/no-sync-fail',
      severity: 'warning',
      why: 'A sync that breaks half-way is found only when maxSync is over.',
      mend: 'Add the SyncFail hook: tidegate hook sync-fail',
      find: ({ command, options, containerPath }) =>
        command === 'pre-sync' && !has('sync-fail', options.get('app'))
          ? [{ what: 'no SyncFail hook reports a broken sync', at: containerPath }]
          : [],
    },
    {
      id: 'hook/same-name',
      severity: 'error',
      why: 'Two hooks with one name are one Job: one of them is never run.',
      mend: 'Put app and phase into the name.',
      find: (call) =>
        calls.some((other) => other.manifest !== call.manifest && nameOf(other) === nameOf(call))
          ? [{ what: 'another call of the gate has the same name', at: ['metadata', 'name'] }]
          : [],
    },
    {
      id: 'hook/service-account',
      severity: 'error',
      why: 'On the first sync the ServiceAccount does not exist yet when the PreSync hook needs it: the pod is never made.',
      mend: 'Make the ServiceAccount a PreSync hook of an earlier sync wave, or install it by another Application.',
      find: ({ manifest, command, pod, podPath }) => {
        if (command !== 'pre-sync') return [];
        const account = textAt(pod, ['serviceAccountName']);
        const made = manifests.find(({ kind, name }) => kind === 'ServiceAccount' && name === account);
        if (made === undefined || isBefore(made, manifest)) return [];
        return [
          {
            what: `ServiceAccount ${account} is made by the sync itself`,
            at: [...podPath, 'serviceAccountName'],
          },
        ];
      },
    },
    {
      id: 'soak/among-hooks',
      severity: 'error',
      why: 'A sync with hooks or several waves waits for the health of the soak Job: the operation is locked for the whole soak, and no repair gets through.',
      mend: 'Give the soak Job an Application of its own, without hooks and with one sync wave.',
      find: ({ command, manifest }) =>
        command === 'soak' &&
        manifests.some(
          (other) => other.file === manifest.file && annotation(other.fields, HOOK) !== undefined,
        )
          ? [{ what: 'hooks are rendered beside the soak Job', at: ['metadata'] }]
          : [],
    },
  ];
}

function isBefore(first: Manifest, second: Manifest): boolean {
  const wave = ({ fields }: Manifest) => Number(annotation(fields, WAVE) ?? 0);
  return (annotation(first.fields, HOOK) ?? '').includes('PreSync') && wave(first) < wave(second);
}

/** Where a commit would make a resource another one with each commit. */
const SYNCED_PARTS = [['spec'], ['data'], ['metadata', 'labels'], ['metadata', 'annotations']];

/** What goes wrong with everything that is no hook of a sync. */
export const RESOURCE_RULES: readonly Rule<Manifest>[] = [
  {
    id: 'resource/revision',
    severity: 'error',
    why: 'Each commit to the repository changes this resource: the Application is out of sync and the soak begins anew although nothing changed.',
    mend: 'Use the digest of the change here; the revision belongs into hooks only.',
    find: ({ kind, fields }) => {
      if (kind === 'Application' || kind === 'ApplicationSet') return [];
      if (annotation(fields, HOOK) !== undefined || annotation(fields, 'helm.sh/hook') !== undefined)
        return [];
      return SYNCED_PARTS.flatMap((path) => textsBelow(fieldsAt(fields, path), path))
        .filter(
          ({ text }) =>
            /(^|[^0-9a-f:@])[0-9a-f]{40}($|[^0-9a-f])/.test(text) || /\$\{?ARGOCD_APP_REVISION/.test(text),
        )
        .map(({ text, path }) => ({ what: text.length > 80 ? `${text.slice(0, 77)}...` : text, at: path }));
    },
  },
  {
    id: 'resource/no-health',
    severity: 'warning',
    why: 'Argo CD knows no health of this kind: as a hook it counts as done the moment it is made, unless argocd-cm brings a check for it.',
    mend: 'Use a Job, or test the check: argocd admin settings resource-overrides health FILE',
    find: ({ kind, apiVersion, fields }) =>
      annotation(fields, HOOK) !== undefined && !hasHealth(apiVersion, kind)
        ? [{ what: `a ${kind} as a hook`, at: ['kind'] }]
        : [],
  },
];

/** Kinds that wait, with a health that Argo CD computes itself, and kinds for which done at once is right. */
const WITH_HEALTH: readonly string[] = [
  'argoproj.io/Workflow',
  'argoproj.io/AnalysisRun',
  'batch/Job',
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
];

function hasHealth(apiVersion: string, kind: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  if (group === '' || /^(rbac\.authorization|networking|policy|scheduling)\.k8s\.io$/.test(group ?? ''))
    return true;
  return WITH_HEALTH.includes(`${group}/${kind}`);
}
