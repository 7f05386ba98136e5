import { expect, test } from 'vitest';
import { createInventory } from '../../src/config/inventory.ts';
import { DefinitionError } from '../../src/domain/errors.ts';
import { GOOD_CONFIG, parse } from './config-text.ts';

const inventory = createInventory(parse(GOOD_CONFIG));

test('an app goes to the clusters that carry its labels, and to all without labels', () => {
  expect(inventory.app('live-only')?.clusters).toEqual(['prod-1', 'prod-2']);
  expect(inventory.app('platform-bom')?.clusters).toHaveLength(3);
  expect(inventory.app('nobody')).toBeUndefined();
});

test('a cluster is found by its whole name only', () => {
  expect(inventory.cluster('prod-1')).toMatchObject({
    wave: 'prod',
    region: 'eu-west-1',
    owners: ['platform'],
  });
  expect(inventory.cluster('prod')).toBeUndefined();
  expect(inventory.cluster('__proto__')).toBeUndefined();
});

test('a policy is that of the wave, in milliseconds, with the share of alpha that the cluster may spend', () => {
  const policy = inventory.policyFor('platform-bom', 'prod-1');

  expect(policy).toEqual({
    name: 'strict',
    minSoakMs: 900_000,
    maxSoakMs: 10_800_000,
    maxSyncMs: 7_200_000,
    maxSettleMs: 14_400_000,
    maxBlindMs: 3_600_000,
    // The last of two waves has half of 0.01; half of it is left for the pooled test, the rest is for two clusters.
    alpha: 0.00125,
    poolAlpha: 0.0025,
    onInconclusive: 'stop',
  });
});

test('a cluster that is not there has no policy, and no default one', () => {
  const ask = () => inventory.policyFor('platform-bom', 'prod-9');

  expect(ask).toThrow(DefinitionError);
  expect(ask).toThrow(/platform-bom has no policy on prod-9/);
});

test('an app that is rolled out to one wave only has the whole of alpha for it', () => {
  expect(inventory.policyFor('live-only', 'prod-2').alpha).toBeCloseTo(0.01 / 4);
  expect(inventory.policyFor('platform-bom', 'sandbox-1').alpha).toBe(0.025);
});

test('a cluster that an app is not rolled out to shares as if it were, so that a retry there has a policy', () => {
  expect(inventory.policyFor('live-only', 'sandbox-1').alpha).toBe(0.025);
});

test('the mode of an app is enforce unless the file says observe', () => {
  const observing = createInventory(
    parse(GOOD_CONFIG.replace('components: [workloads],', 'components: [workloads], mode: observe,')),
  );

  expect(observing.apps.map(({ mode }) => mode)).toEqual(['enforce', 'observe']);
});
