import type { ApplicationSpec } from '../support/argo-cd/application.ts';
import { readArgs } from '../support/argo-cd/hook-pod.ts';
import type { JobSpec } from '../support/argo-cd/job.ts';
import type { Manifest } from '../support/argo-cd/manifest.ts';
import { renderHooks, renderSoak } from '../support/hook-charts.ts';

/** A commit of the repository, as the charts read it. */
export interface Commit {
  readonly revision: string;
  /** `sha256:` and 64 hexadecimal digits; the same for commits that change nothing that is rolled out. */
  readonly digest: string;
}

/** What Applications get from a commit. */
export interface CommitManifests {
  /** The app with its hooks. */
  app(spec: ApplicationSpec, commit: Commit): readonly Manifest[];
  /** The soak Job alone. */
  soak(spec: ApplicationSpec, commit: Commit): readonly Manifest[];
}

const CLUSTER = 'the-cluster';
const REVISION = 'the-revision';
const VERSION = 'v0.0.0-the-version';
const DIGEST = `sha256:${'5ea1'.repeat(16)}`;

/**
 * Renders the example charts once, and puts clusters, commits and digests into what Helm made of them: Helm itself would
 * take longer than everything else.
 */
export async function chartManifests({
  app,
  policy,
  postSync,
}: {
  readonly app: string;
  readonly policy: object;
  readonly postSync: 'register' | 'wait';
}): Promise<CommitManifests> {
  const values = { app, cluster: CLUSTER, policy };
  const [hooks, soak] = await Promise.all([
    renderHooks(
      { ...values, revision: REVISION, postSync: { mode: postSync } },
      { release: CLUSTER, set: { clusterName: CLUSTER, 'coredns.version': VERSION } },
    ),
    renderSoak({ ...values, digest: DIGEST }, { release: CLUSTER }),
  ]);
  const own = digestOf(hooks);
  return {
    app: filledIn(hooks, own),
    soak: filledIn(soak, DIGEST),
  };
}

function filledIn(manifests: readonly Manifest[], placeholder: string) {
  const text = JSON.stringify(manifests);
  const made = new Map<string, readonly Manifest[]>();
  return ({ cluster }: ApplicationSpec, { revision, digest }: Commit): readonly Manifest[] => {
    const key = `${cluster} ${revision}`;
    const known = made.get(key);
    if (known) return known;
    const filled = JSON.parse(
      text
        .replaceAll(placeholder, digest)
        .replaceAll(placeholder.slice(7, 19), digest.slice(7, 19))
        .replaceAll(CLUSTER, cluster)
        .replaceAll(REVISION, revision)
        .replaceAll(VERSION, digest.slice(7, 19)),
    ) as readonly Manifest[];
    made.set(key, filled);
    return filled;
  };
}

function digestOf(manifests: readonly Manifest[]): string {
  const jobs = manifests.filter(({ kind }) => kind === 'Job').map(({ spec }) => spec as JobSpec);
  const [digest = ''] = jobs.flatMap(({ template }) =>
    template.spec.containers.flatMap(({ args = [] }) => readArgs(args).flags['digest'] ?? []),
  );
  return digest;
}
