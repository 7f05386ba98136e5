import type { Component } from './component.ts';

/** Names of the Deployments and DaemonSets that a component consists of, as EKS and the usual charts call them. */
const WORKLOADS: Readonly<Partial<Record<Component, readonly string[]>>> = {
  dns: ['coredns'],
  'addon/vpc-cni': ['aws-node'],
  'addon/kube-proxy': ['kube-proxy'],
  'addon/pod-identity': ['eks-pod-identity-agent'],
  'addon/ebs-csi': ['ebs-csi-controller', 'ebs-csi-node'],
  'addon/efs-csi': ['efs-csi-controller', 'efs-csi-node'],
  'addon/load-balancer-controller': ['aws-load-balancer-controller'],
  'addon/node-monitoring': ['eks-node-monitoring-agent'],
};

/** Whether a Deployment or DaemonSet of an add-on namespace belongs to a component. */
export function isWorkloadOf(component: Component, workload: string): boolean {
  if (component === 'addons') return true;
  const named = WORKLOADS[component];
  if (named) return named.includes(workload);
  // An add-on that is not in the table: its chart names what it makes after it.
  const [, addon] = /^addon\/(.+)$/.exec(component) ?? [];
  return addon !== undefined && (workload === addon || workload.startsWith(`${addon}-`));
}
