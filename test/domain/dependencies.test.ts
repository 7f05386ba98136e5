import { describe, expect, test } from 'vitest';
import { isAtOrBefore, isNodeAsWanted } from '../../src/domain/change-target.ts';
import { isWorkloadOf } from '../../src/domain/component-workloads.ts';
import { defineDependencies, neededBy } from '../../src/domain/dependencies.ts';
import { waiverOf } from '../../src/domain/waiver.ts';

describe('dependencies', () => {
  test.each([
    ['itself', { dns: ['dns'] }, 'dns -> dns'],
    [
      'itself through others',
      { dns: ['nodes'], nodes: ['addon/x'], 'addon/x': ['dns'] },
      'dns -> nodes -> addon/x -> dns',
    ],
    [
      'a circle behind it',
      { dns: ['nodes'], nodes: ['addon/x'], 'addon/x': ['nodes'] },
      'nodes -> addon/x -> nodes',
    ],
  ] as const)('a component that needs %s is refused', (_what, table, cycle) => {
    expect(() => defineDependencies(table)).toThrow(`${cycle}: each waits`);
  });

  test.each([
    [['addon/karpenter'], ['addon/pod-identity', 'dns', 'addon/vpc-cni', 'addon/kube-proxy']],
    // What the change itself touches is what may mend it.
    [
      ['addon/karpenter', 'dns'],
      ['addon/pod-identity', 'addon/vpc-cni', 'addon/kube-proxy'],
    ],
    [['control-plane'], []],
  ] as const)('%j stands on %j', (components, needed) => {
    expect(new Set(neededBy(components))).toEqual(new Set(needed));
  });

  test.each([
    ['dns', 'coredns', true],
    ['dns', 'coredns-autoscaler', false],
    ['addon/ebs-csi', 'ebs-csi-node', true],
    ['addon/karpenter', 'karpenter', true],
    ['addon/kyverno', 'kyverno-admission-controller', true],
    ['addon/kyverno', 'kyvernoish', false],
    ['addons', 'anything', true],
    ['nodes', 'aws-node', false],
  ] as const)('%s and %s: %s', (component, workload, expected) => {
    expect(isWorkloadOf(component, workload)).toBe(expected);
  });
});

describe('what a change brings', () => {
  test.each([
    ['1.32', '1.35', true],
    ['1.35', '1.35', true],
    ['1.36', '1.35', false],
    ['1.9', '1.35', true],
    ['v1.25.3', '1.25', true],
    ['', '1.35', false],
    ['soon', '1.35', false],
    ['2.0', '1.99', false],
  ])('%s is gone in %s: %s', (removed, target, expected) => {
    expect(isAtOrBefore(removed, target)).toBe(expected);
  });

  const node = { kubelet: 'v1.35.2-eks-abc', image: 'Bottlerocket OS 1.51.0 (aws-k8s-1.35)' };
  test.each([
    [{}, undefined],
    [{ kubernetes: '1.35' }, true],
    [{ kubernetes: 'v1.35.9' }, true],
    [{ kubernetes: '1.34' }, false],
    [{ nodes: '1.51.0' }, true],
    [{ nodes: '1.51' }, false],
    [{ nodes: 'aws-k8s-1.35' }, true],
    [{ nodes: '1.35.2' }, true],
    [{ nodes: 'v1.35.2-eks-abc' }, true],
    [{ nodes: '1.35.20' }, false],
    // The image is the narrower word.
    [{ nodes: '1.50.0', kubernetes: '1.35' }, false],
  ])('a node is as %j wants it: %s', (change, expected) => {
    expect(isNodeAsWanted(change, node)).toBe(expected);
  });
});

describe('the waiver of a finding', () => {
  const waiver = { finding: 'policy/x', reason: 'r', owner: 'o', expires: 10 };
  test.each([
    ['of another finding is none', [{ ...waiver, finding: 'policy/y' }], undefined],
    ['of another cluster is none', [{ ...waiver, cluster: 'b' }], undefined],
    ['of the cluster', [{ ...waiver, cluster: 'a' }], 10],
    ['that ends last counts', [waiver, { ...waiver, expires: 30 }, { ...waiver, expires: 20 }], 30],
  ])('%s', (_what, waivers, expires) => {
    expect(waiverOf(waivers, 'policy/x', 'a')?.expires).toBe(expires);
  });
});
