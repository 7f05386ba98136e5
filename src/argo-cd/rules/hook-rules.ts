import { isDuration, seconds } from '../../domain/duration.ts';
import type { GateCall } from '../gate-call.ts';
import { annotation, at, commaList, isFields, listAt, type Path, textAt } from '../manifest.ts';
import type { Rule, Sight } from '../rule.ts';
import { FAILS_AT_ONCE, failJobCodes } from './pod-failure-policy.ts';

const HOOK = 'argocd.argoproj.io/hook';
const DELETE_POLICY = 'argocd.argoproj.io/hook-delete-policy';
const ALL_POLICIES = ['BeforeHookCreation', 'HookSucceeded', 'HookFailed'];
/** How long a hook waits when nothing else is said. */
const DEFAULT_WAIT = { 'pre-sync': '90s', 'post-sync': '1h', 'sync-fail': '90s', soak: '0s' } as const;
/** What a hook that holds may wait for: longer, and it pins an old commit. */
const LONGEST_PRE_SYNC_SECONDS = 300;
const LONGEST_NAME = 63;

const annotations = (name: string): Path => ['metadata', 'annotations', name];

/** How long a call waits, in seconds; undefined when the text is no length of time. */
export function maxWaitSeconds({ command, options }: GateCall): number | undefined {
  // Who only registers ends with the gate's first answer, however long it might wait for one.
  const registers = options.get('mode') === 'register';
  const text = options.get('max-wait') ?? (registers ? '0s' : DEFAULT_WAIT[command]);
  return isDuration(text) ? seconds(text) : undefined;
}

/** What goes wrong with a Job that asks the gate as a hook of a sync. */
export const HOOK_RULES: readonly Rule<GateCall>[] = [
  {
    id: 'hook/no-hook',
    severity: 'error',
    why: 'Argo CD applies it like any other resource: the sync does not wait for it.',
    mend: 'Annotate it with argocd.argoproj.io/hook: PreSync, PostSync or SyncFail.',
    find: ({ manifest: { fields } }) =>
      annotation(fields, HOOK) !== undefined
        ? []
        : [
            annotation(fields, 'helm.sh/hook') === undefined
              ? { what: 'it asks the gate, but is no hook', at: ['metadata'] }
              : { what: "only Helm's hook annotation is set", at: annotations('helm.sh/hook') },
          ],
  },
  {
    id: 'hook/phase',
    severity: 'error',
    why: 'The gate is asked at the wrong moment: before a sync it answers who may start, after it what the change did.',
    mend: 'hook pre-sync belongs into PreSync, hook post-sync into PostSync, hook sync-fail into SyncFail.',
    find: ({ manifest: { fields }, command }) => {
      const wanted = { 'pre-sync': 'PreSync', 'post-sync': 'PostSync', 'sync-fail': 'SyncFail', soak: '' }[
        command
      ];
      const phases = commaList(annotation(fields, HOOK));
      return phases.length === 0 || (phases.length === 1 && phases[0] === wanted)
        ? []
        : [{ what: `hook ${command} runs in ${phases.join(', ')}`, at: annotations(HOOK) }];
    },
  },
  {
    id: 'hook/delete-policy',
    severity: 'error',
    why: 'A Job of last time that is still there lets a sync apply new resources before the hook has run, and every second retry asks nobody.',
    mend: `Write all three: argocd.argoproj.io/hook-delete-policy: ${ALL_POLICIES.join(',')}`,
    find: ({ manifest: { fields } }) => {
      const set = commaList(annotation(fields, DELETE_POLICY));
      const lacking = ALL_POLICIES.filter((policy) => !set.includes(policy));
      if (lacking.length === 0) return [];
      const what = set.length === 0 ? 'no delete policy (the default is BeforeHookCreation)' : set.join(',');
      return [
        {
          what: `${what}; ${lacking.join(' and ')} ${lacking.length > 1 ? 'are' : 'is'} missing`,
          at: annotations(DELETE_POLICY),
        },
      ];
    },
  },
  {
    id: 'hook/generate-name',
    severity: 'error',
    why: 'A retry gets the same generated name and meets the failed Job of the first try: it runs once in six attempts.',
    mend: 'Give it a fixed name, one per phase and app.',
    find: ({ manifest: { fields } }) =>
      at(fields, ['metadata', 'generateName']) === undefined
        ? []
        : [{ what: 'its name is generated', at: ['metadata', 'generateName'] }],
  },
  {
    id: 'hook/name',
    severity: 'error',
    why: 'Kubernetes refuses the Job, and the sync fails without anybody having been asked.',
    mend: `Cut the name to ${LONGEST_NAME} characters.`,
    find: ({ manifest: { name } }) =>
      name.length <= LONGEST_NAME
        ? []
        : [{ what: `its name has ${name.length} characters`, at: ['metadata', 'name'] }],
  },
  {
    id: 'hook/kind',
    severity: 'error',
    why: 'A bare Pod that can not be pulled or is evicted stays Progressing or ends for good; only a Job has a deadline and starts another Pod.',
    mend: 'Make it a Job.',
    find: ({ manifest: { kind } }) =>
      kind === 'Job' ? [] : [{ what: `the hook is a ${kind}`, at: ['kind'] }],
  },
  {
    id: 'hook/pod-failure-policy',
    severity: 'error',
    why: 'Each pod that ends with halt or hold is counted as a mishap and started again; Argo CD is told of it late and without the exit code.',
    mend: `podFailurePolicy with FailJob on exit codes ${FAILS_AT_ONCE.join(', ')}, and restartPolicy: Never.`,
    find: ({ manifest: { kind, fields } }) => {
      if (kind !== 'Job') return [];
      const codes = failJobCodes(fields);
      const lacking = FAILS_AT_ONCE.filter((code) => !codes.includes(code));
      if (lacking.length === 0) return [];
      return [
        { what: `exit codes ${lacking.join(', ')} do not fail the Job`, at: ['spec', 'podFailurePolicy'] },
      ];
    },
  },
  {
    id: 'hook/no-answer-fails',
    severity: 'warning',
    why: 'A gate that restarts, or a proxy that hiccups, fails the sync at once.',
    mend: 'Leave 44 out of FailJob: it counts as a try of backoffLimit.',
    find: ({ manifest: { fields } }) =>
      failJobCodes(fields).includes(44)
        ? [{ what: 'exit code 44 (no answer) fails the Job', at: ['spec', 'podFailurePolicy'] }]
        : [],
  },
  {
    id: 'hook/restart-policy',
    severity: 'error',
    why: 'The kubelet starts the container again instead of failing the pod: nobody sees the exit code.',
    mend: 'restartPolicy: Never',
    find: ({ manifest: { kind }, pod, podPath }) =>
      kind !== 'Job' || pod['restartPolicy'] === 'Never'
        ? []
        : [
            {
              what: `restartPolicy is ${String(pod['restartPolicy'] ?? 'not set')}`,
              at: [...podPath, 'restartPolicy'],
            },
          ],
  },
  {
    id: 'hook/ttl',
    severity: 'error',
    why: 'The Job may be gone before Argo CD has read how it ended; the sync then fails with "might have been deleted".',
    mend: 'Leave ttlSecondsAfterFinished out: the delete policies clean up.',
    find: ({ manifest: { fields } }) =>
      at(fields, ['spec', 'ttlSecondsAfterFinished']) === undefined
        ? []
        : [{ what: 'ttlSecondsAfterFinished is set', at: ['spec', 'ttlSecondsAfterFinished'] }],
  },
  {
    id: 'hook/suspended',
    severity: 'error',
    why: 'Argo CD takes a Job that was suspended and resumed for Healthy while it still runs: the gate is passed without an answer.',
    mend: 'Keep the hook out of Kueue, and leave suspend out.',
    find: ({ manifest: { fields } }) => {
      const sights: Sight[] = [];
      if (at(fields, ['spec', 'suspend']) === true)
        sights.push({ what: 'suspend is true', at: ['spec', 'suspend'] });
      const queue = 'kueue.x-k8s.io/queue-name';
      if (textAt(fields, ['metadata', 'labels', queue]) !== undefined) {
        sights.push({ what: 'the Job is queued by Kueue', at: ['metadata', 'labels', queue] });
      }
      return sights;
    },
  },
  {
    id: 'hook/deadline',
    severity: 'error',
    why: 'The Job is killed in mid-wait, or hangs for ever when its image can not be pulled: the sync fails or waits, and no reason is told.',
    mend: 'activeDeadlineSeconds longer than --max-wait times the tries of backoffLimit, plus the time to start.',
    find: (call) => {
      const { kind, fields } = call.manifest;
      if (kind !== 'Job') return [];
      const deadline = at(fields, ['spec', 'activeDeadlineSeconds']);
      const path = ['spec', 'activeDeadlineSeconds'];
      if (typeof deadline !== 'number') return [{ what: 'activeDeadlineSeconds is not set', at: path }];
      const wait = maxWaitSeconds(call) ?? 0;
      return deadline > wait
        ? []
        : [{ what: `activeDeadlineSeconds is ${deadline}, --max-wait is ${wait} s`, at: path }];
    },
  },
  {
    id: 'hook/long-hold',
    severity: 'warning',
    why: 'While a PreSync hook waits, the operation stays pinned to its commit: a newer one, also a repair, has to wait.',
    mend: 'Wait for at most 5 minutes (--max-wait=90s is the default), end with 43, and let the retries of the sync ask again.',
    find: (call) =>
      call.command === 'pre-sync' && (maxWaitSeconds(call) ?? 0) > LONGEST_PRE_SYNC_SECONDS
        ? [{ what: `it waits for up to ${call.options.get('max-wait')}`, at: call.containerPath }]
        : [],
  },
  {
    id: 'hook/tolerations',
    severity: 'warning',
    why: 'While nodes are replaced the hook may find none to run on.',
    mend: 'tolerations: [{operator: Exists}]',
    find: ({ pod, podPath }) =>
      listAt(pod, ['tolerations']).some(
        (one) => isFields(one) && one['operator'] === 'Exists' && !('key' in one),
      )
        ? []
        : [{ what: 'it tolerates no taint', at: [...podPath, 'tolerations'] }],
  },
  {
    id: 'hook/sync-option',
    severity: 'error',
    why: 'A hook that is replaced, forced or skipped is not run anew at each sync.',
    mend: 'Leave argocd.argoproj.io/sync-options off the hook.',
    find: ({ manifest: { fields } }) => {
      const name = 'argocd.argoproj.io/sync-options';
      const set = commaList(annotation(fields, name));
      const wrong = set.filter((option) => /^(Replace|Force|Skip.*)=true$/.test(option));
      return wrong.map((option) => ({ what: `the hook has ${option}`, at: annotations(name) }));
    },
  },
];
