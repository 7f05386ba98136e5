import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchConfig } from '../../src/config/config-watch.ts';
import { TempDir } from '../support/temp-dir.ts';

const text = (wave: string) => `
sources: [{name: main, kind: prometheus, url: 'http://127.0.0.1:9'}]
fleet: {clusters: [{name: prod-1, wave: ${wave}, class: large, region: eu-west-1, source: main}]}
waves: [{name: ${wave}, policy: strict}]
`;

/**
 * A ConfigMap's folder as the kubelet keeps it: the file is a link through `..data` to a folder of one version, and a
 * new version is a new folder to which `..data` is swapped in one step.
 */
function mount(folder: string): (version: string, content: string) => void {
  let last: string | undefined;
  return (version, content) => {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'tidegate.yaml'), content);
    symlinkSync(version, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    if (last === undefined) symlinkSync('..data/tidegate.yaml', join(folder, 'tidegate.yaml'));
    else rmSync(join(folder, last), { recursive: true });
    last = version;
  };
}

test('a mounted ConfigMap is read anew when Kubernetes swaps its link, and only then', () => {
  using dir = new TempDir();
  const put = mount(dir.path);
  put('..2026_11_24_03_00', text('first'));
  const watch = watchConfig(join(dir.path, 'tidegate.yaml'), { logLevel: 'info' });
  expect(watch.config.waves[0]?.name).toBe('first');
  expect(watch.look()).toEqual({ is: 'same' });

  put('..2026_11_24_03_01', text('second'));
  expect(watch.look()).toMatchObject({ is: 'accepted', config: { waves: [{ name: 'second' }] } });
  put('..2026_11_24_03_02', text('second'));
  expect(watch.look()).toEqual({ is: 'same' });
  put('..2026_11_24_03_03', 'waves: [');
  expect(watch.look()).toMatchObject({ is: 'refused', unreadable: false });
});
