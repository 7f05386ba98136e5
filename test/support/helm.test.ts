import { expect, test } from 'vitest';
import { helmDependencyBuild, helmLint, helmTemplate } from './helm.ts';
import { TempDir } from './temp-dir.ts';
import { describeWith } from './tool.ts';

function smallChart(): TempDir {
  const dir = new TempDir();
  dir.write(
    'Chart.yaml',
    'apiVersion: v2\nname: small\nversion: 1.0.0\nicon: https://example.org/icon.svg\n',
  );
  dir.write('values.yaml', 'colour: blue\nsize: 1\n');
  dir.write(
    'templates/map.yaml',
    `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-map, namespace: {{ .Release.Namespace }}}
data:
  colour: {{ required "colour: say which" .Values.colour }}
  size: {{ .Values.size | quote }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  upgrade: {{ .Release.IsUpgrade | quote }}
---
`,
  );
  return dir;
}

describeWith(['helm'], 'Helm', () => {
  test('renders a chart with values, single settings, a release and a version of Kubernetes', async () => {
    using chart = smallChart();
    const manifests = await helmTemplate(chart.path, {
      values: { colour: 'red' },
      set: { size: '3' },
      release: 'one',
      namespace: 'two',
      kubeVersion: '1.28.0',
      isUpgrade: true,
    });
    expect(manifests).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'one-map', namespace: 'two' },
        data: { colour: 'red', size: '3', kube: 'v1.28.0', upgrade: 'true' },
      },
    ]);
  });

  test('what a chart refuses is an error with its sentence', async () => {
    using chart = smallChart();
    await expect(helmTemplate(chart.path, { values: { colour: '' } })).rejects.toThrow('colour: say which');
  });

  test('lint is strict', async () => {
    using chart = smallChart();
    expect(await helmLint(chart.path)).toMatchObject({ ok: true });
    chart.write('Chart.yaml', 'apiVersion: v2\nname: small\nversion: one\n');
    expect((await helmLint(chart.path)).output).toMatch(/version 'one' is not a valid SemVer/);
  });

  test('a library chart is taken from the folder beside', async () => {
    using dir = new TempDir();
    dir.write('lib/Chart.yaml', 'apiVersion: v2\nname: lib\ntype: library\nversion: 1.0.0\n');
    dir.write('lib/templates/_word.tpl', '{{ define "lib.word" }}from the library{{ end }}');
    const needs = 'dependencies: [{name: lib, version: 1.0.0, repository: "file://../lib"}]';
    dir.write('app/Chart.yaml', `apiVersion: v2\nname: app\nversion: 1.0.0\n${needs}\n`);
    dir.write(
      'app/templates/map.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {word: {{ include "lib.word" . }}}\n',
    );
    const chart = `${dir.path}/app`;
    expect(await helmDependencyBuild(chart)).toMatchObject({ ok: true });
    const [map] = await helmTemplate(chart);
    expect(map).toMatchObject({ data: { word: 'from the library' } });
  });
});
