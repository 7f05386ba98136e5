import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { checkManifests } from '../../src/argo-cd/check-manifests.ts';
import { parseManifests } from '../../src/argo-cd/parse-manifests.ts';

interface Case {
  readonly name: string;
  /** File of good/, kind and name. */
  readonly in: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Turns the Job into a bare Pod. */
  readonly pod?: true;
  readonly longestVerdictSeconds?: number;
  readonly finds: Readonly<Record<string, string>>;
}

const GOOD = new URL('good/', import.meta.url);
const FILES = new Map(
  readdirSync(GOOD).map((name) => [name.replace('.yaml', ''), readFileSync(new URL(name, GOOD), 'utf8')]),
);
const CASES = parse(readFileSync(new URL('cases.yaml', import.meta.url), 'utf8')) as readonly Case[];

/** Every rule there is, read from where they are written. */
const RULES = readdirSync(new URL('../../src/argo-cd/rules/', import.meta.url)).flatMap((name) => {
  const text = readFileSync(new URL(`../../src/argo-cd/rules/${name}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^\s+id: '([^']+)'/gm)].map(([, id]) => id as string);
});

function check(files: ReadonlyMap<string, string>, longestVerdictSeconds?: number) {
  const manifests = [...files].flatMap(([name, text]) => parseManifests(`${name}.yaml`, text).manifests);
  return checkManifests(manifests, longestVerdictSeconds === undefined ? {} : { longestVerdictSeconds });
}

/** The good files with the case's one change in them. */
function changed({ in: where, set = {}, pod }: Case): ReadonlyMap<string, string> {
  const [file = '', kind, name] = where.split('/');
  const documents = parseAllDocuments(FILES.get(file) ?? '');
  const document = documents.find(
    (one) => one.get('kind') === kind && one.getIn(['metadata', 'name']) === name,
  );
  if (document === undefined) throw new Error(`${where}: there is no such manifest`);
  for (const [path, value] of Object.entries(set)) {
    const steps = path
      .split('.')
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~', '.')));
    if (value === null) document.deleteIn(steps);
    else document.setIn(steps, document.createNode(value));
  }
  if (pod) {
    document.set('kind', 'Pod');
    document.set('apiVersion', 'v1');
    document.set('spec', document.getIn(['spec', 'template', 'spec']));
  }
  return new Map([...FILES, [file, documents.map((one) => stringify(one)).join('---\n')]]);
}

describe('settings of Argo CD', () => {
  it('has nothing to say about good ones', () => {
    expect(check(FILES)).toEqual([]);
  });

  it.each(CASES)('$name', (one) => {
    const found = check(changed(one), one.longestVerdictSeconds);
    expect(Object.fromEntries(found.map(({ rule, what }) => [rule, what]).reverse())).toEqual(one.finds);
    for (const { why, mend, line, object } of found) {
      expect(why).toMatch(/\.$/);
      expect(mend.length).toBeGreaterThan(10);
      expect(line).toBeGreaterThan(0);
      expect(object).toMatch(/^[A-Z]\w+ \S+/);
    }
  });

  it('has a case for every rule', () => {
    const met = new Set(CASES.flatMap(({ finds }) => Object.keys(finds)));
    expect(RULES.filter((id) => !met.has(id))).toEqual([]);
    expect(new Set(RULES).size).toBe(RULES.length);
  });

  it('names the line', () => {
    const text = FILES.get('application-set') ?? '';
    const broken = text.replace('retry: {limit: -1,', 'retry: {limit: 3,');
    const line = broken.split('\n').findIndex((one) => one.includes('limit: 3')) + 1;
    const { manifests } = parseManifests('apps.yaml', broken);
    expect(checkManifests(manifests).map((one) => [one.file, one.line, one.rule])).toEqual([
      ['apps.yaml', line, 'app/retry-limit'],
    ]);
  });

  it('reads lists, JSON and several documents, and says what it could not read', () => {
    const list = JSON.stringify({
      kind: 'List',
      items: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'a' }, spec: {} }],
    });
    expect(checkManifests(parseManifests('list.json', list).manifests).map(({ rule }) => rule)).toEqual([
      'app/retry-limit',
    ]);
    const { manifests, unreadable } = parseManifests(
      'x.yaml',
      'kind: A\n---\nkind: [\n---\n- 1\n---\nb: 2\n',
    );
    expect(manifests.map(({ kind }) => kind)).toEqual(['A']);
    expect(unreadable).toMatchObject([{ file: 'x.yaml' }]);
    expect(parseManifests('empty.yaml', '')).toEqual({ manifests: [], unreadable: [] });
  });

  it.each([
    'kind: Job',
    'kind: Job\nspec: 3',
    'kind: Job\nspec: {template: {spec: {containers: [3, {args: [hook, pre-sync, 3, --app]}]}}}',
    'kind: ApplicationSet\napiVersion: argoproj.io/v1alpha1\nspec: {strategy: {rollingSync: {steps: [1, {matchExpressions: x}]}}}',
    'kind: Application\napiVersion: argoproj.io/v1alpha1\nspec: {sources: [null, 3], syncPolicy: []}',
    'kind: AppProject\napiVersion: argoproj.io/v1alpha1\nspec: {syncWindows: {}}',
  ])('is not thrown by what is no manifest: %s', (text) => {
    expect(() => checkManifests(parseManifests('odd.yaml', text).manifests)).not.toThrow();
  });
});
