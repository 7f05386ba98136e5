import type { DeletePolicy, HookPhase, Manifest } from './manifest.ts';

/** The three that keep a hook from being taken for last time's. */
export const ALL_POLICIES: readonly DeletePolicy[] = ['BeforeHookCreation', 'HookSucceeded', 'HookFailed'];

/** A hook Job as a person would write it. */
export function hookJob(
  phase: HookPhase,
  args: readonly string[],
  {
    generateName,
    policies,
  }: { readonly generateName?: string; readonly policies?: readonly DeletePolicy[] } = {},
): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...(generateName === undefined ? { name: `gate-${phase.toLowerCase()}` } : { generateName }),
      annotations: {
        'argocd.argoproj.io/hook': phase,
        ...(policies && { 'argocd.argoproj.io/hook-delete-policy': policies.join(',') }),
      },
    },
    spec: {
      backoffLimit: 0,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'gate', args }] } },
    },
  };
}

/** A Job that is no hook. */
export function plainJob(name: string, args: readonly string[]): Manifest {
  const { metadata: _, ...job } = hookJob('Sync', args);
  return { ...job, metadata: { name } };
}

/** An object that is healthy as soon as it is there. */
export function configMap(name: string, data: unknown): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}
