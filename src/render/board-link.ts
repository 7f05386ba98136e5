import type { BundleParameters } from '../catalogue/bundle.ts';
import type { Component } from '../domain/component.ts';

/** The boards: uid, and title below "EKS / ". A uid is an address that people bookmark; it never changes. */
export const BOARDS = {
  fleet: { uid: 'tidegate-fleet', title: 'Fleet' },
  rollouts: { uid: 'tidegate-rollouts', title: 'Rollouts' },
  'control-plane': { uid: 'tidegate-control-plane', title: 'Control plane' },
  nodes: { uid: 'tidegate-nodes', title: 'Nodes' },
  coredns: { uid: 'tidegate-coredns', title: 'CoreDNS' },
  addons: { uid: 'tidegate-addons', title: 'Add-ons' },
} as const;

export type BoardName = keyof typeof BOARDS;

/** The board that shows a component. */
export function boardOf(component: Component): BoardName {
  switch (component) {
    case 'control-plane':
    case 'nodes':
      return component;
    case 'dns':
      return 'coredns';
    case 'telemetry':
      return 'fleet';
    case 'gate':
      return 'rollouts';
    default:
      return 'addons';
  }
}

/** A link to the board of a component, with the cluster chosen. */
export function boardUrl(component: Component, { urls }: BundleParameters, cluster: string): string {
  return `${urls.grafana}/d/${BOARDS[boardOf(component)].uid}?var-cluster=${cluster}`;
}

/** Every board, with the cluster chosen. */
export function clusterBoards(
  { urls }: BundleParameters,
  cluster: string,
): readonly { readonly title: string; readonly url: string }[] {
  return Object.values(BOARDS).map(({ uid, title }) => ({
    title,
    url: `${urls.grafana}/d/${uid}?var-cluster=${encodeURIComponent(cluster)}`,
  }));
}
