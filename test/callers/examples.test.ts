import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Document, parseAllDocuments } from 'yaml';
import { expectValid, kubernetesVersions, type Manifest, problemsOf } from '../support/manifests.ts';
import { describeWith } from '../support/tool.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);

function objectsOf(path: string): readonly Manifest[] {
  const documents = parseAllDocuments(readFileSync(new URL(path, EXAMPLES), 'utf8')) as readonly Document[];
  for (const { errors, warnings } of documents) expect([...errors, ...warnings], path).toEqual([]);
  return documents.map((document) => document.toJS() as Manifest);
}

const names = readdirSync(new URL('callers/', EXAMPLES), { recursive: true, encoding: 'utf8' });
const manifests = names.filter((name) => name.endsWith('.yaml')).map((name) => `callers/${name}`);
const ofKubernetes = (path: string) => path.includes('-cm');

describe('every example of a caller', () => {
  it('is met by this test', () => {
    expect(manifests.filter((path) => !ofKubernetes(path)).sort()).toEqual([
      'callers/argo-rollouts/analysis-template-job.yaml',
      'callers/argo-rollouts/analysis-template.yaml',
      'callers/argo-rollouts/rollout.yaml',
      'callers/argo-workflows/workflow-template.yaml',
      'callers/flagger/canary.yaml',
      'callers/gitops-promoter/web-request-commit-status.yaml',
      'callers/kargo/stage.yaml',
    ]);
  });

  it.each(manifests.filter((path) => !ofKubernetes(path)))('%s is what its controller takes', (path) => {
    // Kubernetes' own kinds are held against its schemas below.
    for (const manifest of objectsOf(path).filter(({ apiVersion }) => apiVersion !== 'v1')) {
      expect({ [path]: problemsOf(manifest, '1.37') }).toEqual({ [path]: [] });
    }
  });

  it('and a field that is misspelt is found', () => {
    const [stage] = objectsOf('callers/kargo/stage.yaml');
    const wrong = JSON.parse(
      JSON.stringify(stage).replace('successExpression', 'succesExpression'),
    ) as Manifest;
    expect(problemsOf(wrong, '1.37').join()).toMatch(/additional properties/);
    const [template] = objectsOf('callers/argo-rollouts/analysis-template.yaml');
    const odd = JSON.parse(
      JSON.stringify(template).replace('inconclusiveLimit', 'inconclusivLimit'),
    ) as Manifest;
    expect(problemsOf(odd, '1.37')).toEqual([
      'AnalysisTemplate/spec/metrics/0/inconclusivLimit is an unknown field',
    ]);
  });
});

describeWith(['kubernetes-schemas'], 'examples of Argo CD', () => {
  const paths = [...manifests.filter(ofKubernetes), 'argo-cd/argocd-cm-links.yaml'];

  it.each([...paths, 'callers/argo-rollouts/analysis-template-job.yaml'])(
    '%s is what Kubernetes takes',
    (path) => {
      for (const version of kubernetesVersions) {
        for (const manifest of objectsOf(path)) expectValid(manifest, version);
      }
    },
  );

  it.each(paths)('what is YAML within %s is YAML', (path) => {
    for (const manifest of objectsOf(path)) {
      for (const text of Object.values(manifest['data'] as Readonly<Record<string, string>>)) {
        for (const { errors } of parseAllDocuments(text) as readonly Document[]) expect(errors).toEqual([]);
      }
    }
  });
});
