/** A Kubernetes object as a chart renders it; only what Argo CD reads of it is typed. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly data?: unknown;
}

export const HOOK_PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'] as const;
export type HookPhase = (typeof HOOK_PHASES)[number];

export type DeletePolicy = 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed';

/** A manifest that is created in a phase of a sync instead of being applied with the others. */
export interface Hook {
  readonly manifest: Manifest;
  readonly phases: readonly HookPhase[];
  readonly deletePolicies: readonly DeletePolicy[];
}

/** What a commit's manifests are to a sync; each list in the order of its sync waves. */
export interface SyncPlan {
  readonly hooks: readonly Hook[];
  readonly resources: readonly Manifest[];
}

/** Sorts manifests into hooks and resources, by the annotations that Argo CD reads. */
export function syncPlan(manifests: readonly Manifest[]): SyncPlan {
  const ordered = manifests.toSorted((a, b) => waveOf(a) - waveOf(b));
  return {
    hooks: ordered.filter(isHook).map((manifest) => ({
      manifest,
      phases: HOOK_PHASES.filter((phase) => listOf(manifest, 'argocd.argoproj.io/hook').includes(phase)),
      deletePolicies: policiesOf(manifest),
    })),
    resources: ordered.filter((manifest) => !isHook(manifest)),
  };
}

/** What tells objects apart on a cluster. */
export function keyOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

function isHook(manifest: Manifest): boolean {
  return manifest.metadata.annotations?.['argocd.argoproj.io/hook'] !== undefined;
}

// Without a word Argo CD takes BeforeHookCreation.
function policiesOf(manifest: Manifest): readonly DeletePolicy[] {
  const told = listOf(manifest, 'argocd.argoproj.io/hook-delete-policy') as DeletePolicy[];
  return told.length > 0 ? told : ['BeforeHookCreation'];
}

function waveOf({ metadata: { annotations } }: Manifest): number {
  return Number(annotations?.['argocd.argoproj.io/sync-wave'] ?? annotations?.['helm.sh/hook-weight'] ?? 0);
}

function listOf({ metadata: { annotations } }: Manifest, name: string): readonly string[] {
  return (annotations?.[name] ?? '').split(',').flatMap((word) => word.trim() || []);
}
