import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, FORM, isMap, sha256, type Value, type ValueMap } from './canonical.ts';
import { DigestError } from './digest-error.ts';
import { helmIgnore } from './helm-ignore.ts';
import { readTree } from './read-tree.ts';
import { overlay, readValues, without } from './read-values.ts';

/** One thing that a digest is about. */
export interface DigestPart {
  readonly kind: 'chart' | 'dependency' | 'file' | 'values' | 'path';
  readonly name: string;
  /** Of what it holds, in hexadecimal digits. */
  readonly sha256: string;
}

/** A digest and what it was made of. */
export interface Digest {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly parts: readonly DigestPart[];
}

/** What Helm keeps from templates. */
const NOT_A_FILE =
  /^(Chart\.yaml|Chart\.lock|requirements\.(yaml|lock)|values\.yaml|values\.schema\.json|(templates|charts)(\/.*)?)$/;

/**
 * The digest of a Helm chart: name, version, appVersion and dependencies, its files as templates see them, and its values
 * without `tidegate` and the paths of `tidegate.perCluster`. What the template `tidegate-hooks.digest` computes, computed
 * without Helm.
 *
 * @param valueFiles laid over the chart's own values, in this order
 * @throws DigestError for what Helm and this would not read alike
 */
export function digestChart(chart: string, valueFiles: readonly string[]): Digest {
  const { name, version, appVersion, dependencies } = readMetadata(chart);
  refuseSubcharts(chart, dependencies);
  const given = valueFiles.map((file) => readValues(readFileSync(file, 'utf8'), file)).reduce(overlay, {});
  const values = sameEverywhere(overlay(ownValues(chart), given), chart);
  const ignores = helmIgnore(textOf(join(chart, '.helmignore')) ?? '');
  const files = readTree(chart, (path, isFolder) => NOT_A_FILE.test(path) || ignores(path, isFolder));
  const lines = files.map((file) => `file ${sha256(file.path)} ${file.sha256}`).sort();
  const valuesText = canonical(values);
  const text = [
    FORM,
    `chart ${sha256(name)} ${sha256(version)} ${sha256(appVersion)}`,
    ...lines,
    `values ${valuesText}`,
  ].join('\n');
  return {
    digest: `sha256:${sha256(text)}`,
    parts: [
      {
        kind: 'chart',
        name: `${name} ${version} ${appVersion}`.trim(),
        sha256: sha256(text.split('\n')[1] ?? ''),
      },
      ...files.map(({ path, sha256: hash }) => ({ kind: 'file', name: path, sha256: hash }) as const),
      { kind: 'values', name: 'values', sha256: sha256(valuesText) },
    ],
  };
}

/** Whether a folder is a chart. */
export function isChart(folder: string): boolean {
  return existsSync(join(folder, 'Chart.yaml'));
}

function readMetadata(chart: string) {
  const file = join(chart, 'Chart.yaml');
  const metadata = readValues(readFileSync(file, 'utf8'), file);
  const text = (key: string, fallback?: string): string => {
    const value = metadata[key] ?? fallback;
    if (typeof value === 'string') return value;
    throw new DigestError(`${file}: ${key} is ${JSON.stringify(value)}; expected text, in quotes`);
  };
  if (text('apiVersion') !== 'v2') {
    throw new DigestError(
      `${file}: apiVersion is ${text('apiVersion')}; expected v2, older charts are read differently`,
    );
  }
  const { dependencies = [] } = metadata;
  return {
    name: text('name'),
    version: text('version'),
    appVersion: text('appVersion', ''),
    dependencies: Array.isArray(dependencies) ? (dependencies as readonly Value[]) : [],
  };
}

/** Helm mixes a subchart's defaults into the values of the chart, by rules that change with its version. */
function refuseSubcharts(chart: string, dependencies: readonly Value[]): void {
  const listed = dependencies.map((one) => (isMap(one) ? String(one['name']) : String(one)));
  const folder = join(chart, 'charts');
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const stranger = [...listed, ...there].find((name) => !/^(tidegate-hooks(-.*\.tgz)?|[._].*)$/.test(name));
  if (stranger === undefined) return;
  throw new DigestError(
    `${chart} has the subchart ${stranger}, whose defaults Helm mixes into the values: leave tidegate.digest empty, so that the chart computes the digest itself, or digest the folder that holds your versions`,
  );
}

function ownValues(chart: string): ValueMap {
  const file = join(chart, 'values.yaml');
  const text = textOf(file);
  return text === undefined ? {} : readValues(text, file);
}

function sameEverywhere(values: ValueMap, chart: string): ValueMap {
  const { tidegate } = values;
  const perCluster = isMap(tidegate) ? (tidegate['perCluster'] ?? []) : [];
  if (!Array.isArray(perCluster) || !perCluster.every((path) => typeof path === 'string')) {
    throw new DigestError(
      `${chart}: tidegate.perCluster is no list of paths, such as [clusterName, ingress.host]`,
    );
  }
  const { global, ...rest } = without(values, ['tidegate']);
  const hasGlobal = isMap(global) && Object.keys(global).length > 0;
  const shared = hasGlobal ? { ...rest, global } : rest;
  return perCluster.reduce<ValueMap>((left, path: string) => without(left, path.split('.')), shared);
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').replace(/^\uFEFF/, '') : undefined;
}
