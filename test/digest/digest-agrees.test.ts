import { cpSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { digestPaths } from '../../src/digest/digest-paths.ts';
import { helmTemplate } from '../support/helm.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { files, values, writers } from './arbitrary-chart.ts';

const LIBRARY = new URL('../../charts/tidegate-hooks', import.meta.url).pathname;

/** What a chart is made of. */
interface Tree {
  readonly values?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly metadata?: object;
  /** Values as a cluster gives them, in a file of their own. */
  readonly cluster?: object;
}

function writeChart(chart: TempDir, { values = '', files = {}, metadata = {} }: Tree): void {
  const dependency = { name: 'tidegate-hooks', version: '0.1.0', repository: 'oci://x', alias: 'tidegate' };
  chart.write(
    'Chart.yaml',
    stringify({ apiVersion: 'v2', name: 'bom', version: '1.0.0', dependencies: [dependency], ...metadata }),
  );
  chart.write('values.yaml', values);
  chart.write(
    'templates/digest.yaml',
    'kind: ConfigMap\napiVersion: v1\nmetadata: {name: d}\ndata: {digest: {{ include "tidegate-hooks.digest" . }}}',
  );
  for (const [name, content] of Object.entries(files)) chart.write(name, content);
  cpSync(LIBRARY, join(chart.path, 'charts/tidegate-hooks'), { recursive: true });
}

/** The digest that Helm computes, and ours. */
async function both(tree: Tree): Promise<readonly [byHelm: string, byUs: string]> {
  using chart = new TempDir();
  writeChart(chart, tree);
  const byHelm = await byHelmOf(chart.path, tree.cluster);
  return [byHelm, digestPaths([chart.path], []).digest];
}

async function byHelmOf(chart: string, cluster?: object): Promise<string> {
  const manifests = await helmTemplate(chart, cluster === undefined ? {} : { values: cluster });
  const [config] = manifests.filter(({ kind }) => kind === 'ConfigMap');
  return (config as unknown as { data: { digest: string } }).data.digest;
}

describeWith(['helm'], 'the digest of a chart', () => {
  test('is the same by Helm and by us, whatever the values and files', async () => {
    await fc.assert(
      fc.asyncProperty(values, files, writers, async (given, all, write) => {
        const [byHelm, byUs] = await both({ values: write(given), files: all });
        expect(byUs).toBe(byHelm);
      }),
      { numRuns: 20, seed: 7 },
    );
  });

  it.each<[string, Tree]>([
    ['anchors, aliases and merges', { values: 'a: &a {x: 1, z: b}\nb: *a\nc: {<<: *a, z: c}\n' }],
    [
      'text blocks',
      { values: 'a: |\n  one\n   two\nb: >-\n  folded\n  line\n\n  next\nc: plain\n  over lines\n' },
    ],
    [
      'versions that look like numbers',
      { values: 'a: 1.12.1\nb: v1.2\nc: "1.10"\nd: 10.0.0.0/8\ne: 1:30\nf: 2001-01-01\ng: 1.50\n' },
    ],
    ['nothing at all', {}],
    ['a chart with an appVersion', { metadata: { version: '1.2.3-rc.1', appVersion: '1.16' } }],
    [
      'a .helmignore',
      {
        files: {
          '.helmignore': '# not these\n*.md\n/top.txt\nsecret/\ndocs/*.tmp\n[ab]x?\n\n',
          'README.md': 'x',
          'docs/deep/NOTES.md': 'x',
          'top.txt': 'x',
          'deep/top.txt': 'kept',
          'secret/a': 'x',
          'deep/secret/b': 'x',
          'docs/a.tmp': 'x',
          'docs/deep/a.tmp': 'kept',
          ax1: 'x',
          cx1: 'kept',
          'd/bx2': 'x',
        },
      },
    ],
    [
      'custom resources, notes and a schema',
      {
        files: {
          'crds/a.yaml': 'kind: A',
          'templates/NOTES.txt': 'x',
          'values.schema.json': '{}',
          LICENSE: 'l',
          'sub/values.yaml': 'a: 1',
        },
      },
    ],
    [
      'values of a cluster that are left out',
      {
        values:
          'region: ""\nnet: {cidr: "", mtu: 1500}\ntidegate: {perCluster: [region, net.cidr, not.there]}\n',
        cluster: {
          region: 'eu-1',
          net: { cidr: '10.0.0.0/8' },
          tidegate: { cluster: 'prod-1', url: 'https://x' },
        },
      },
    ],
  ])('is the same with %s', async (_what, tree) => {
    const [byHelm, byUs] = await both(tree);

    expect(byUs).toBe(byHelm);
  });

  it('is laid over by values files as Helm does it', async () => {
    using chart = new TempDir();
    writeChart(chart, { values: 'a: {x: 1, z: 2}\nb: [1]\nc: text\nd: {e: 1}\n' });
    const over = { a: { z: null, w: 3 }, b: [2, 3], c: { now: 'a map' }, d: null };
    using elsewhere = new TempDir();
    const file = elsewhere.write('over.yaml', stringify(over));

    expect(await byHelmOf(chart.path, over)).toBe(digestPaths([chart.path], [file]).digest);
  });

  it('is refused by both for numbers that tools read differently', async () => {
    using chart = new TempDir();
    writeChart(chart, { values: 'a: {b: [12345678901234567890]}\n' });

    await expect(helmTemplate(chart.path)).rejects.toThrow(
      /the value a\.b\[0\] is a number of more than 15 digits/,
    );
    expect(() => digestPaths([chart.path], [])).toThrow(/a\.b\[0\] is a number of more than 15 digits/);
  });
});

describe('two different changes', () => {
  const of = (tree: Tree) => {
    using chart = new TempDir();
    writeChart(chart, tree);
    return digestPaths([chart.path], []).digest;
  };

  it.each<[string, Tree, Tree]>([
    ['a text and a number', { values: 'a: "1"' }, { values: 'a: 1' }],
    ['a text and a switch', { values: 'a: "true"' }, { values: 'a: true' }],
    ['an empty text and nothing', { values: 'a: ""' }, { values: '' }],
    ['an empty map and nothing', { values: 'a: {}' }, { values: '' }],
    ['an empty map and an empty list', { values: 'a: {}' }, { values: 'a: []' }],
    ['a list in another order', { values: 'a: [1, 2]' }, { values: 'a: [2, 1]' }],
    ['a nested key and its path', { values: 'a: {b: 1}' }, { values: 'a.b: 1' }],
    ['line ends', { files: { f: 'a\n' } }, { files: { f: 'a\r\n' } }],
    ['a file that moved', { files: { 'a/f': 'x' } }, { files: { 'b/f': 'x' } }],
    ['two files that changed places', { files: { a: 'x', b: 'y' } }, { files: { a: 'y', b: 'x' } }],
    ['another version of the chart', {}, { metadata: { version: '1.0.1' } }],
  ])('%s have two digests', (_what, one, other) => {
    expect(of(one)).not.toBe(of(other));
  });

  test('any leaf that changes changes the digest', () => {
    fc.assert(
      fc.property(values, writers, fc.stringMatching(/^[a-z]{3}$/), (given, write, fresh) => {
        const changed = { ...given, [fresh]: 'changed' };
        fc.pre(given[fresh] !== 'changed');
        expect(of({ values: write(changed) })).not.toBe(of({ values: write(given) }));
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
