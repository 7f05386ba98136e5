import type { Component } from './component.ts';
import { DefinitionError } from './errors.ts';

/** What a component needs to work: directly, not what those need in turn. */
type Dependencies = Readonly<Partial<Record<Component, readonly Component[]>>>;

/**
 * What stands on what in an EKS cluster. Credentials come through Pod Identity, names through DNS, addresses and Service
 * traffic through the VPC CNI and kube-proxy.
 */
export const DEPENDENCIES: Dependencies = defineDependencies({
  nodes: ['addon/vpc-cni', 'addon/kube-proxy'],
  dns: ['addon/vpc-cni', 'addon/kube-proxy'],
  'addon/karpenter': ['addon/pod-identity', 'dns'],
  'addon/ebs-csi': ['addon/pod-identity', 'dns'],
  'addon/efs-csi': ['addon/pod-identity', 'dns'],
  'addon/load-balancer-controller': ['addon/pod-identity', 'dns'],
  'addon/external-dns': ['addon/pod-identity', 'dns'],
  'addon/external-secrets': ['addon/pod-identity', 'dns'],
  'addon/cert-manager': ['dns'],
  'addon/kyverno': ['dns'],
  'addon/metrics-server': ['dns'],
  workloads: ['dns', 'addon/vpc-cni', 'addon/kube-proxy'],
});

/**
 * A table of dependencies.
 *
 * @throws DefinitionError `dependencies/cycle` when a component needs itself, however far around
 */
export function defineDependencies(table: Dependencies): Dependencies {
  const visit = (component: Component, path: readonly Component[]): void => {
    const at = path.indexOf(component);
    if (at >= 0) {
      const cycle = [...path.slice(at), component].join(' -> ');
      throw new DefinitionError(
        'dependencies/cycle',
        `${cycle}: each waits for the next to be healthy; leave one of them out`,
      );
    }
    for (const needed of table[component] ?? []) visit(needed, [...path, component]);
  };
  for (const component of Object.keys(table) as Component[]) visit(component, []);
  return table;
}

/** Everything that components need, however far around, without themselves; each once, the nearest first. */
export function neededBy(
  components: readonly Component[],
  table: Dependencies = DEPENDENCIES,
): readonly Component[] {
  const needed = new Set<Component>();
  let next = components;
  while (next.length > 0) {
    next = next.flatMap((component) => table[component] ?? []).filter((one) => !needed.has(one));
    for (const one of next) needed.add(one);
  }
  return [...needed].filter((one) => !components.includes(one));
}
