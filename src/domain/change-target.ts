/** What a change brings, as far as the hook was told; what is left out is not known. */
export interface ChangeTarget {
  /** Version of the control plane: `1.35`. */
  readonly kubernetes?: string;
  /** Versions by add-on: `{karpenter: '1.6.0'}`. */
  readonly addons?: Readonly<Record<string, string>>;
  /** What nodes run afterwards: a kubelet version or the version of the image. */
  readonly nodes?: string;
}

/** A Kubernetes release in numbers: [1, 35] of `1.35`, `v1.35.2-eks-1`; undefined of anything else. */
export function releaseOf(version: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:[.+-].*)?$/.exec(version) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/** Whether a release is another one or came before it; false where one of them is no release. */
export function isAtOrBefore(release: string, other: string): boolean {
  const [a, b] = [releaseOf(release), releaseOf(other)];
  if (a === undefined || b === undefined) return false;
  return a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]);
}

/** What tells a node's version: both come from the node itself. */
export interface NodeVersion {
  readonly kubelet: string;
  readonly image: string;
}

/**
 * Whether a node runs what a change brings: its image or kubelet where the change names one, else a kubelet of the
 * release; undefined where the change tells neither.
 */
export function isNodeAsWanted(
  { nodes, kubernetes }: ChangeTarget,
  { kubelet, image }: NodeVersion,
): boolean | undefined {
  if (nodes !== undefined) {
    const isKubelet = kubelet === nodes || kubelet.startsWith(`v${nodes}-`) || kubelet === `v${nodes}`;
    return isKubelet || image === nodes || image.split(/[\s()]+/).includes(nodes);
  }
  if (kubernetes === undefined) return undefined;
  return releaseOf(kubelet)?.join('.') === releaseOf(kubernetes)?.join('.');
}
