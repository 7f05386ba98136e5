import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ConfigWatch, watchConfig } from '../../src/config/config-watch.ts';
import { createLiveInventory } from '../../src/config/live-inventory.ts';
import { ConfigError } from '../../src/domain/errors.ts';
import { suiteResources } from '../support/resources.ts';
import { TempDir } from '../support/temp-dir.ts';
import { GOOD_CONFIG, parse } from './config-text.ts';

const FILE = 'tidegate.yaml';
const RESTART =
  'changed, and takes effect only with a restart; restart the gate with this file, or put the section back';
const resources = suiteResources();
let dir: TempDir;
let watch: ConfigWatch;

const write = (text: string) => dir.write(FILE, text);
const changed = (from: string | RegExp, to: string) => GOOD_CONFIG.replace(from, to);

beforeEach(() => {
  dir = resources.use(new TempDir());
  watch = watchConfig(write(GOOD_CONFIG), { logLevel: 'info' });
});

describe('a configuration file that is watched', () => {
  test('is the same until its content changes, whoever touches it', () => {
    expect(watch.look()).toEqual({ is: 'same' });
    write(GOOD_CONFIG);
    expect(watch.look()).toEqual({ is: 'same' });
  });

  test('is accepted once when fleet, waves, apps or policies change', () => {
    write(changed('maxSoak: 3h', 'maxSoak: 4h'));

    const change = watch.look();

    expect(change).toMatchObject({ is: 'accepted', config: { policies: { strict: { maxSoak: '4h' } } } });
    expect(change.is === 'accepted' && change.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(change.is === 'accepted' && change.sha256).not.toBe(watch.sha256);
    expect(watch.look()).toEqual({ is: 'same' });
  });

  test('is judged again when what was accepted could not be put in force', () => {
    write(changed('maxSoak: 3h', 'maxSoak: 4h'));
    watch.look();
    watch.forget();
    expect(watch.look().is).toBe('accepted');
  });

  test('is refused with every problem, once', () => {
    write(changed('policy: quick', 'policy: hasty').replace('components: [workloads]', 'components: []'));

    expect(watch.look()).toEqual({
      is: 'refused',
      unreadable: false,
      problems: expect.arrayContaining([
        expect.objectContaining({ path: 'waves[0].policy' }),
        expect.objectContaining({ path: 'apps[1].components' }),
      ]),
    });
    expect(watch.look()).toEqual({ is: 'same' });
  });

  test.each([
    ['gate', 'gate: {readers: public}\n', ''],
    ['sources', '', 'http://elsewhere:9090/'],
    ['bundle', 'bundle: {limits: {CoreDnsLatencyHigh: 0.02}}\n', ''],
  ])('is refused when %s changes, because that needs a restart', (path, added, url) => {
    write(added + (url === '' ? GOOD_CONFIG : changed('http://prometheus:9090/', url)));
    expect(watch.look()).toEqual({
      is: 'refused',
      unreadable: false,
      problems: [{ path, message: RESTART }],
    });
  });

  test('is refused while it can not be read, once, and accepted when it is back', () => {
    rmSync(join(dir.path, FILE));
    expect(watch.look()).toMatchObject({
      is: 'refused',
      unreadable: true,
      problems: [{ path: '(file)', message: expect.stringContaining("can't be read") }],
    });
    expect(watch.look()).toEqual({ is: 'same' });

    write(GOOD_CONFIG);
    expect(watch.look()).toMatchObject({ is: 'accepted', sha256: watch.sha256 });
  });

  test('must be right to begin with', () => {
    expect(() => watchConfig(write('sources: []'), { logLevel: 'info' })).toThrow(ConfigError);
  });
});

test('everybody who holds a live inventory reads the configuration in force', () => {
  const live = createLiveInventory(parse(GOOD_CONFIG));
  const { inventory } = live;
  const { app, cluster, policyFor } = inventory;
  expect(app('live-only')?.clusters).toEqual(['prod-1', 'prod-2']);

  live.replace(
    parse(
      changed(/ {4}- \{name: prod-2.*\n/, '').replace(
        'name: sandbox, policy: quick',
        'name: sandbox, policy: strict',
      ),
    ),
  );

  expect(app('live-only')?.clusters).toEqual(['prod-1']);
  expect(cluster('prod-2')).toBeUndefined();
  expect(inventory.clusters.map(({ name }) => name)).toEqual(['sandbox-1', 'prod-1']);
  expect(inventory.apps.map(({ name }) => name)).toEqual(['platform-bom', 'live-only']);
  expect(inventory.waves).toEqual(['sandbox', 'prod']);
  expect(policyFor('platform-bom', 'sandbox-1').name).toBe('strict');
});
