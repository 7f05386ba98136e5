import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { digestPaths } from '../../src/digest/digest-paths.ts';
import { shortDigest } from '../../src/gate/next-commands.ts';
import { parseManifests } from '../support/helm.ts';
import { renderHooks, renderSoak } from '../support/hook-charts.ts';
import { expectValid, kubernetesVersions, type Manifest } from '../support/manifests.ts';
import { describeWith } from '../support/tool.ts';

const EXAMPLES = new URL('../../examples/hooks/', import.meta.url).pathname;

const read = (path: string) => readFileSync(join(EXAMPLES, path), 'utf8');
const manifestsOf = (path: string) => parseManifests(read(path));
const digestOf = (path: string) => digestPaths([join(EXAMPLES, path)], []).digest;

/** Parts that every app and cluster has its own of. */
const OWN = /^--(cluster|revision|digest|components|change)=/;
const OWN_KEYS = [
  'app.kubernetes.io/managed-by',
  'link.argocd.argoproj.io/external-link',
  'tidegate.io/digest',
];

/** What does not depend on app, cluster and digest, so that an example can't fall behind the chart. */
function bones(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => typeof item !== 'string' || !OWN.test(item)).map(bones);
  }
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string'
      ? value
          .replace(/^(bom|bom-prod-1|platform)-soak.*/, 'soak')
          .replace(/^(bom-prod-1|platform)-gate/, 'bom-gate')
      : value;
  }
  const entries = Object.entries(value)
    .filter(([key]) => !OWN_KEYS.includes(key) && key !== 'env')
    .map(([key, inner]) => [key, bones(inner)] as const)
    .filter(([key, inner]) => key !== 'annotations' || Object.keys(inner as object).length > 0);
  return Object.fromEntries(entries);
}

describeWith(['helm', 'kubernetes-schemas'], 'hooks without Helm', () => {
  it.each(['yaml/app/hooks.yaml', 'kustomize/hooks/hooks.yaml'])(
    '%s is what the chart renders',
    async (path) => {
      const rendered = (await renderHooks()).filter(({ metadata }) => metadata.name !== 'coredns-addon');

      expect(manifestsOf(path).map(bones)).toEqual(rendered.map(bones));
    },
  );

  it.each(['yaml/soak/soak.yaml', 'kustomize/soak/soak.yaml'])(
    '%s is what the chart renders',
    async (path) => {
      expect(manifestsOf(path).map(bones)).toEqual((await renderSoak()).map(bones));
    },
  );

  it.each(kubernetesVersions)('are objects that Kubernetes %s takes', (version) => {
    for (const path of ['yaml/app/hooks.yaml', 'yaml/app/bom/coredns.yaml', 'yaml/soak/soak.yaml']) {
      for (const manifest of manifestsOf(path)) expectValid(manifest, version);
    }
    for (const path of ['hooks/hooks.yaml', 'soak/soak.yaml', 'bom/coredns.yaml']) {
      for (const manifest of manifestsOf(`kustomize/${path}`)) expectValid(manifest, version);
    }
  });
});

describe('the digests of the examples are those of what they roll out', () => {
  test('raw YAML', () => {
    const digest = digestOf('yaml/app/bom');

    expect(digestsIn(read('yaml/app/hooks.yaml'))).toEqual([digest]);
    expect(digestsIn(read('yaml/soak/soak.yaml'))).toEqual([digest]);
    expect(read('yaml/soak/soak.yaml')).toContain(`name: bom-soak-${shortDigest(digest)}`);
  });

  test('Helm', () => {
    expect(digestsIn(read('helm/bom-soak/values.yaml'))).toContain(digestOf('helm/bom'));
  });

  test('Kustomize', () => {
    const digest = digestOf('kustomize/bom');

    expect(digestsIn(read('kustomize/hooks/digest.yaml'))).toEqual([digest]);
    expect(digestsIn(read('kustomize/soak/soak.yaml'))).toEqual([digest]);
    expect(read('kustomize/soak/soak.yaml')).toContain(`name: platform-soak-${shortDigest(digest)}`);
  });
});

/** Digests of changes, which those of images are not. */
function digestsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/(?<!@)sha256:[0-9a-f]{64}/g)].map(([digest]) => digest))];
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly patches?: readonly {
    readonly path?: string;
    readonly patch?: string;
    readonly target: { readonly kind: string; readonly name?: string };
  }[];
}

interface Container {
  readonly name: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

const containersOf = (manifest: Manifest) =>
  (manifest['spec'] as { template: { spec: { containers: readonly Container[] } } }).template.spec.containers;

describe('Kustomize', () => {
  it.each(['overlays/prod-eu-1', 'overlays/prod-eu-1-soak', 'hooks'])(
    '%s patches what is there',
    (folder) => {
      const { resources, patches = [] } = kustomizationOf(`kustomize/${folder}`);
      const objects = resources.flatMap((path) => objectsOf(join('kustomize', folder, path)));

      expect(patches.length).toBeGreaterThan(0);
      for (const { path, target } of patches) {
        const targets = objects.filter(
          ({ kind, metadata }) => kind === target.kind && (target.name ?? metadata.name) === metadata.name,
        );
        expect(targets.length, JSON.stringify(target)).toBeGreaterThan(0);
        const [patch] = path === undefined ? [] : manifestsOf(join('kustomize', folder, path));
        if (patch === undefined) continue;
        const [patched] = containersOf(patch);
        for (const manifest of targets) {
          const [container] = containersOf(manifest);
          expect(container?.name).toBe(patched?.name);
          const known = container?.env.map(({ name }) => name);
          for (const { name, value } of patched?.env ?? []) {
            expect(known).toContain(name);
            expect(value).not.toBe('');
          }
        }
      }
    },
  );

  test('an overlay sets everything that its Jobs ask the environment for', () => {
    for (const [base, patches] of [
      ['hooks', ['kustomize/hooks/digest.yaml', 'kustomize/overlays/prod-eu-1/cluster.yaml']],
      ['soak', ['kustomize/overlays/prod-eu-1-soak/cluster.yaml']],
    ] as const) {
      const set = patches
        .flatMap(manifestsOf)
        .flatMap(containersOf)
        .flatMap(({ env }) => env.map(({ name }) => name));
      const asked = [...read(`kustomize/${base}/${base}.yaml`).matchAll(/\$\((\w+)\)/g)].map(
        ([, name]) => name,
      );

      expect(new Set(asked)).toEqual(new Set(set));
    }
  });
});

function kustomizationOf(folder: string): Kustomization {
  return parse(read(join(folder, 'kustomization.yaml'))) as Kustomization;
}

/** The objects of a file, or of a folder's kustomization. */
function objectsOf(path: string): readonly Manifest[] {
  if (!existsSync(join(EXAMPLES, path, 'kustomization.yaml'))) return manifestsOf(path);
  return kustomizationOf(path).resources.flatMap((resource) => objectsOf(join(path, resource)));
}
