import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { PRESETS } from '../../src/config/policies.ts';
import { digestPaths } from '../../src/digest/digest-paths.ts';
import { helmLint } from '../support/helm.ts';
import { renderConsumer, renderHooks, renderSoak } from '../support/hook-charts.ts';
import { expectValid } from '../support/manifests.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const IMAGE = { repository: 'registry.example.com/tidegate', digest: `sha256:${'1'.repeat(64)}` };

describeWith(['helm'], 'values of the hooks that are missing or contradict each other', () => {
  it.each<[string, object, string]>([
    ['no address of the gate', { url: '' }, 'tidegate.url is missing: the address of the gate'],
    ['no app', { app: '' }, 'tidegate.app is missing: the app as the gate'],
    ['no cluster', { cluster: '' }, 'tidegate.cluster is missing: the cluster as the gate'],
    ['no revision', { revision: '' }, 'tidegate.revision is missing: give it as the Helm parameter'],
    ['an address with a path', { url: 'https://x.example.com/gate' }, 'expected an address without a path'],
    ['an address that is none', { url: 'tidegate' }, 'expected an address without a path'],
    ['the Application as the app', { app: '$ARGOCD_APP_NAME' }, 'tidegate.app is the Argo CD Application'],
    ['no image', { image: { repository: '' } }, 'tidegate.image.repository is missing'],
    ['an image without a version', { image: { digest: '' } }, 'are both missing; give the digest'],
    [
      'a least soak longer than the longest',
      { policy: { minSoak: '3h', maxSoak: '1h' } },
      'tidegate.policy.minSoak (3h) is longer than maxSoak (1h)',
    ],
    [
      'a hook that would wait for hours',
      { postSync: { mode: 'wait' } },
      'tidegate.postSync.mode is wait and policy.maxSoak is 2h: a hook locks the Application',
    ],
    [
      'a sync that nobody reports',
      { postSync: { enabled: false } },
      'nobody would tell the gate that the sync is done',
    ],
    [
      'a sync that nobody asks for',
      { preSync: { enabled: false } },
      'every sync would be reported as ungated',
    ],
    [
      'less time for the sync than for its hook',
      { policy: { maxSync: '10m' } },
      'the PreSync Job alone may take 790s',
    ],
    [
      'a digest of something else',
      { digest: `sha256:${'0'.repeat(64)}` },
      'an old digest would let a new change pass; run tidegate digest, or leave it empty',
    ],
    [
      'hosts past a proxy that is not there',
      { proxy: { noProxy: '10.0.0.1' } },
      'tidegate.proxy.noProxy is there without',
    ],
    [
      'an authority for a gate without TLS',
      { url: 'http://tidegate', ca: { configMap: 'ca' } },
      'tidegate.url is not https; nothing would be verified',
    ],
    ['a word that is no mode', { postSync: { mode: 'waits' } }, "at '/postSync/mode'"],
    ['a name that nobody knows', { clustre: 'prod-1' }, "additional properties 'clustre' not allowed"],
    ['a time without a unit', { policy: { maxSoak: '90' } }, "at '/policy/maxSoak'"],
    ['a digest that is cut', { digest: 'sha256:ab' }, "at '/digest'"],
    ['a revision that became a number', { revision: 12_345e6 }, "at '/revision': got number, want string"],
  ])('%s', async (_what, values, sentence) => {
    await expect(renderHooks(values)).rejects.toThrow(sentence);
  });

  test('are told all at once', async () => {
    const refused = renderHooks({ url: '', cluster: '', postSync: { mode: 'wait' } });

    await expect(refused).rejects.toThrow(
      /can't be rendered:\n- tidegate\.cluster is missing.*\n- tidegate\.url is missing.*\n- tidegate\.postSync\.mode is wait/,
    );
  });

  test('a dependency without its alias is told', async () => {
    using chart = new TempDir();
    chart.write('Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0\n');
    chart.write('templates/t.yaml', '{{ include "tidegate-hooks.hooks" . }}');

    await expect(renderConsumer(chart.path, {})).rejects.toThrow(/with `alias: tidegate`/);
    await expect(renderConsumer(chart.path, { values: { tidegate: { url: 'https://x' } } })).rejects.toThrow(
      /the defaults are missing under the key tidegate/,
    );
  });

  it.each<[string, object, string]>([
    [
      'no digest',
      { digest: '' },
      'tidegate.digest is missing: the soak Job is rendered by a chart of its own',
    ],
    [
      'the hooks’ ServiceAccount, which is deleted after every sync',
      { soak: { serviceAccount: { name: 'tidegate-hook' } } },
      'the soak would lose its token; use two names',
    ],
  ])('of the soak Job: %s', async (_what, values, sentence) => {
    await expect(renderSoak(values)).rejects.toThrow(sentence);
  });
});

describeWith(['helm', 'kubernetes-schemas'], 'values of the hooks that fit', () => {
  test('the digest of tidegate digest is one of them', async () => {
    const { digest } = digestPaths([`${ROOT}examples/hooks/helm/bom`], []);

    expect(JSON.stringify(await renderHooks({ digest }))).toContain(`--digest=${digest}`);
  });

  test('the digest is the same on every cluster', async () => {
    const digestOn = async (cluster: string) =>
      /--digest=(sha256:\w+)/.exec(JSON.stringify(await renderHooks({ cluster, revision: cluster })))?.[1];

    expect(await digestOn('prod-2')).toBe(await digestOn('prod-1'));
  });

  test('the default policy is the gate’s', () => {
    const { policy } = parse(readFileSync(`${ROOT}charts/tidegate-hooks/values.yaml`, 'utf8')) as {
      policy: Record<string, string>;
    };

    expect(PRESETS.standard).toMatchObject(policy);
    expect(Object.keys(policy)).toEqual(['minSoak', 'maxSoak', 'maxSync', 'maxSettle', 'maxBlind']);
  });

  test('the library passes a strict lint', async () => {
    expect(await helmLint(`${ROOT}charts/tidegate-hooks`)).toMatchObject({ ok: true });
  });

  test('every switch and list gets where it belongs', async () => {
    const manifests = await renderHooks({
      serviceAccount: { create: false, name: 'shared' },
      syncFail: { enabled: false },
      intent: 'rollback',
      argoApp: 'bom-prod-1',
      change: { components: ['nodes'], kubernetes: '1.35', nodes: '1.51.0', addons: { karpenter: '1.6.0' } },
      image: { ...IMAGE, digest: '', tag: '0.1.0', pullSecrets: ['registry'] },
      priorityClassName: 'system-cluster-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [],
      labels: { team: 'platform' },
      annotations: { 'example.com/a': 'b' },
      backoffLimit: 0,
    });
    for (const manifest of manifests) expectValid(manifest, '1.33');
    const text = JSON.stringify(manifests);

    expect(manifests.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Job', 'Job']);
    for (const part of [
      '--intent=rollback',
      '--argo-app=bom-prod-1',
      '--change=kubernetes=1.35,nodes=1.51.0,addon/coredns=v1.12.1,addon/karpenter=1.6.0',
      '"image":"registry.example.com/tidegate:0.1.0"',
      '"imagePullSecrets":[{"name":"registry"}]',
      '"serviceAccountName":"shared"',
      '"priorityClassName":"system-cluster-critical"',
      '"nodeSelector":{"kubernetes.io/os":"linux"}',
      '"team":"platform"',
      '"example.com/a":"b"',
      '"activeDeadlineSeconds":270',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('"tolerations"');
  });
});
