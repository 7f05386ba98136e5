import { describe, expect, test } from 'vitest';
import type { FactId, FactReading, FactRow } from '../../src/domain/fact.ts';
import type { ItemCount, MinuteReading, Reading } from '../../src/domain/reading.ts';
import {
  type SettleInput,
  settled,
  settleProgress,
  settlingReason,
  usualBadItems,
} from '../../src/gate/settled.ts';
import { CHECKS } from './support/world.ts';

const MINUTE = 60_000;
const SYNC = 100 * MINUTE + 20_000;

const rows = (...value: FactRow[]): FactReading => ({ is: 'value', value });
const node = (image: string, value: number, kubelet = 'v1.34.2-eks-1'): FactRow => ({
  labels: { kubelet_version: kubelet, os_image: `Bottlerocket OS ${image}` },
  value,
});

const api = (version: string): FactRow => ({ labels: { git_version: version }, value: 1 });
const UPGRADE: Partial<SettleInput> = { components: ['control-plane'], change: { kubernetes: '1.35' } };

/** Nodes: 60 minutes before the sync, then those given. */
function nodes(before: number, after: readonly (number | Reading<ItemCount>)[]): SettleInput {
  const bad = [...Array.from({ length: 100 }, () => before), ...after];
  const row = bad.map(
    (one, index): MinuteReading<ItemCount> => ({
      minute: (index + 1) * MINUTE,
      reading: typeof one === 'number' ? { is: 'value', value: { bad: one, among: 40 } } : one,
    }),
  );
  return {
    components: ['nodes'],
    change: {},
    facts: new Map(),
    now: SYNC + 5 * MINUTE,
    checks: CHECKS,
    readings: { counts: new Map(), items: new Map([['nodes-ready', row]]), values: new Map() },
    usualBad: usualBadItems(new Map([['nodes-ready', row]]), SYNC - 10_000),
    syncedAt: SYNC,
  };
}

describe('settled', () => {
  test.each([
    ['nothing was read since the sync', nodes(0, []), false],
    ['more are bad than before', nodes(0, [3, 2, 1]), false],
    ['as many are bad as before', nodes(2, [9, 2]), true],
    ['fewer are bad than before', nodes(2, [1]), true],
    ['it is well in the last minute alone', nodes(0, [9, 9, 0]), true],
    ['it was well before the last minute', nodes(0, [0, 1]), false],
    ['the last minute is missing', nodes(0, [0, { is: 'no-data' }]), false],
    ['the last minute could not be read', nodes(0, [0, { is: 'unknown', cause: '503' }]), false],
    [
      'the last minute is incomplete',
      nodes(0, [{ is: 'partial', value: { bad: 0, among: 9 }, cause: 'x' }]),
      false,
    ],
    ['there is none of them', nodes(0, [{ is: 'no-traffic' }]), true],
  ] as const)('%s', (_what, input, expected) => {
    expect(settled(input)).toBe(expected);
  });

  test('one bad minute before the sync makes badness not usual', () => {
    const input = nodes(0, [3]);
    const row = input.readings.items
      .get('nodes-ready')
      ?.map((entry) =>
        entry.minute === 90 * MINUTE
          ? { ...entry, reading: { is: 'value', value: { bad: 30, among: 40 } } as const }
          : entry,
      );

    const items = new Map([['nodes-ready', row ?? []]]);
    const usualBad = usualBadItems(items, SYNC - 10_000);
    expect(settled({ ...input, usualBad, readings: { ...input.readings, items } })).toBe(false);
  });

  test('items of components that the change does not touch are not waited for', () => {
    const input = { ...nodes(0, [30]), components: ['dns'] as const };
    const checks = CHECKS.filter(({ component }) => component === 'nodes');

    expect(settled({ ...input, checks })).toBe(true);
  });
});

describe('what a change consists of has to arrive', () => {
  const workload = (kind: 'deployment' | 'daemonset', name: string, value: number): FactRow => ({
    labels: { namespace: 'kube-system', [kind]: name },
    value,
  });
  const ds = (wanted: number, arrived: number): [FactId, FactReading][] => [
    ['daemonsets', rows(workload('daemonset', 'aws-node', wanted))],
    ['daemonsets-arrived', rows(workload('daemonset', 'aws-node', arrived))],
  ];
  const deployment = (arrived: FactRow[]): [FactId, FactReading][] => [
    ['deployments', rows(workload('deployment', 'coredns', 2), workload('deployment', 'kyverno', 3))],
    ['deployments-arrived', rows(...arrived)],
  ];
  const cases: [string, Partial<SettleInput>, [FactId, FactReading][], boolean][] = [
    [
      'all nodes run the image',
      { change: { nodes: '1.51.0' } },
      [['node-versions', rows(node('1.51.0', 44))]],
      true,
    ],
    [
      'one does not',
      { change: { nodes: '1.51.0' } },
      [['node-versions', rows(node('1.51.0', 43), node('1.50.0', 1))]],
      false,
    ],
    [
      'all kubelets are of the release',
      { change: { kubernetes: '1.34' } },
      [['node-versions', rows(node('1.51.0', 4))]],
      true,
    ],
    ['they are not', { change: { kubernetes: '1.35' } }, [['node-versions', rows(node('1.51.0', 4))]], false],
    ['nobody told what nodes run', {}, [['node-versions', rows(node('1.50.0', 1), node('1.51.0', 1))]], true],
    ['versions could not be read', {}, [['node-versions', { is: 'unknown', cause: '503' }]], false],
    ['versions are incomplete', {}, [['node-versions', { is: 'partial', value: [], cause: 'x' }]], false],
    [
      'versions are not delivered',
      { change: { nodes: '1.51.0' } },
      [['node-versions', { is: 'no-data' }]],
      true,
    ],
    [
      'a node has drifted',
      { now: SYNC + 30 * MINUTE },
      [
        ['node-versions', rows(node('1.50.0', 4))],
        ['drifted-nodes', rows({ labels: {}, value: 1 })],
      ],
      false,
    ],
    [
      'none has, and Karpenter had the time to notice',
      { now: SYNC + 30 * MINUTE },
      [
        ['node-versions', rows(node('1.50.0', 4))],
        ['drifted-nodes', rows()],
      ],
      true,
    ],
    [
      'none has, and Karpenter may not have noticed yet',
      { now: SYNC + 5 * MINUTE },
      [
        ['node-versions', rows(node('1.50.0', 4))],
        ['drifted-nodes', rows()],
      ],
      false,
    ],
    ['the DaemonSet is updated', { components: ['addon/vpc-cni'] }, ds(44, 44), true],
    ['one of 44 pods is not', { components: ['addon/vpc-cni'] }, ds(44, 43), false],
    ['four of 200 come and go', { components: ['addon/vpc-cni'] }, ds(200, 196), true],
    [
      'its controller has not seen it yet',
      { components: ['addon/vpc-cni'] },
      [ds(44, 0)[0] as never, ['daemonsets-arrived', rows()]],
      false,
    ],
    ['the DaemonSet of another add-on is not', { components: ['addon/ebs-csi'] }, ds(44, 0), true],
    [
      'the Deployment is updated',
      { components: ['dns'] },
      deployment([workload('deployment', 'coredns', 2)]),
      true,
    ],
    [
      'one replica of two is not',
      { components: ['dns'] },
      deployment([workload('deployment', 'coredns', 1)]),
      false,
    ],
    [
      'all add-ons: one is not',
      { components: ['addons'] },
      deployment([workload('deployment', 'coredns', 2)]),
      false,
    ],
    [
      'workloads could not be read',
      { components: ['dns'] },
      [['deployments', { is: 'unknown', cause: '503' }]],
      false,
    ],
    [
      'the control plane is of the release',
      UPGRADE,
      [['control-plane-versions', rows(api('v1.35.1-eks-1'))]],
      true,
    ],
    [
      'one API server is not',
      UPGRADE,
      [['control-plane-versions', rows(api('v1.35.1-eks-1'), api('v1.34.9'))]],
      false,
    ],
    [
      'it was read before anything of it could be scraped',
      { components: ['addon/vpc-cni'], now: SYNC + 59_000 },
      ds(44, 44),
      false,
    ],
  ];

  test.each(cases)('%s', (_what, more, facts, expected) => {
    expect(settled({ ...nodes(0, [0, 0]), ...more, facts: new Map(facts) })).toBe(expected);
  });
});

describe('progress', () => {
  test.each([
    [
      nodes(1, [13]),
      { done: 28, total: 40, item: 'node', waitsFor: ['28 of 40 items (node) are as good as before it'] },
    ],
    [nodes(1, [0]), { done: 40, total: 40, item: 'node' }],
    [nodes(0, [{ is: 'no-data' }]), { done: 0, total: 0 }],
  ])('is told in items', (input, expected) => {
    expect(settleProgress(input)).toEqual(expected);
  });

  test('is that of what is furthest behind, and tells all that is waited for', () => {
    const input: SettleInput = {
      ...nodes(0, [2]),
      change: { nodes: '1.51.0' },
      facts: new Map([
        ['node-versions', rows(node('1.50.0', 13), node('1.51.0', 31))],
        ['drifted-nodes', rows()],
      ]),
    };

    expect(settleProgress(input)).toEqual({
      done: 31,
      total: 44,
      item: 'node',
      waitsFor: ['31 of 44 nodes run 1.51.0', '38 of 40 items (node) are as good as before it'],
    });
    expect(settlingReason(settleProgress(input)).text).toBe(
      'The sync is done; 31 of 44 nodes run 1.51.0; 38 of 40 items (node) are as good as before it.',
    );
  });

  test('is a sentence', () => {
    expect(settlingReason({ done: 0, total: 0 }).text).toContain('not known');
    expect(settlingReason({ done: 4, total: 4 }).text).toContain('everything has arrived');
  });
});
