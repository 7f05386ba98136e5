import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import { customProblems } from './custom-manifests.ts';
import { toolPath } from './tool.ts';

/** A Kubernetes object. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** The versions whose API our manifests are held against: the oldest that we serve, one between, the newest. */
export const kubernetesVersions = ['1.28', '1.33', '1.37'] as const;

/** One of the versions. */
export type KubernetesVersion = (typeof kubernetesVersions)[number];

interface Definitions {
  readonly $defs: Readonly<Record<string, { readonly 'x-kubernetes-group-version-kind'?: readonly Kind[] }>>;
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * Fails unless an API server of the version would take the object as it stands: every field known, of the right type,
 * not null. Argo CD's, the Prometheus operator's and Grafana's kinds are held against theirs.
 *
 * Needs the tool `kubernetes-schemas`.
 */
export function expectValid(manifest: Manifest, version: KubernetesVersion): void {
  const name = `${manifest.kind} ${manifest.metadata?.name} on Kubernetes ${version}`;
  expect({ [name]: problemsOf(manifest, version) }).toEqual({ [name]: [] });
}

/** What an API server of the version would say against an object; empty when it would take it. */
export function problemsOf(manifest: Manifest, version: KubernetesVersion): readonly string[] {
  const own = [...nulls(manifest, ''), ...names(manifest)];
  const custom = customProblems(manifest);
  if (custom !== undefined) return [...own, ...custom];
  const validate = validatorOf(manifest, version);
  if (validate === undefined) {
    return [`Kubernetes ${version} has no ${manifest.apiVersion} ${manifest.kind}`];
  }
  const against = validate(manifest) ? [] : (validate.errors ?? []).map(sentence);
  return [...own, ...against.filter((problem) => !demandedInVain.test(problem))];
}

/** The schema of 1.28 demands a field that its API server does without, as Kubernetes' own examples of 1.28 do. */
const demandedInVain = /\/podFailurePolicy\/rules\/\d+ must have required property 'onPodConditions'/;

/** What ajv found, in one line. */
export function sentence({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
}

const checkers = new Map<KubernetesVersion, { readonly ajv: Ajv; readonly definitions: Definitions }>();

function validatorOf(
  { apiVersion, kind }: Manifest,
  version: KubernetesVersion,
): ValidateFunction | undefined {
  const { ajv, definitions } = checkerOf(version);
  const name = Object.entries(definitions.$defs).find(([, definition]) =>
    definition['x-kubernetes-group-version-kind']?.some(
      (known) =>
        known.kind === kind &&
        [known.group, known.version].filter((part) => part !== '').join('/') === apiVersion,
    ),
  )?.[0];
  // ajv compiles what is asked for, and keeps it.
  return name === undefined ? undefined : ajv.getSchema(`kubernetes#/$defs/${name}`);
}

function checkerOf(version: KubernetesVersion): { readonly ajv: Ajv; readonly definitions: Definitions } {
  const known = checkers.get(version);
  if (known !== undefined) return known;
  const file = join(toolPath('kubernetes-schemas'), `${version}.json`);
  const definitions = JSON.parse(readFileSync(file, 'utf8')) as Definitions;
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  ajv.addSchema({ $defs: definitions.$defs }, 'kubernetes');
  const checker = { ajv, definitions };
  checkers.set(version, checker);
  return checker;
}

/** The schemas let null pass everywhere; in a rendered file it is a value that somebody forgot. */
function nulls(value: unknown, path: string): readonly string[] {
  if (value === null) return [`${path} is null`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => nulls(inner, `${path}/${key}`));
}

const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const objectName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** What the API server checks beyond its schemas: the alphabet and length of names and labels. */
function names({ kind, metadata }: Manifest): readonly string[] {
  const problems: string[] = [];
  const { name, labels = {} } = metadata ?? {};
  // A generator's template may have its name made up later.
  if (name === undefined) problems.push('metadata has no name');
  // RBAC's names are path segments: `system:auth` is one.
  else if (!/Role/.test(kind) && (!objectName.test(name) || name.length > 253)) {
    problems.push(`metadata.name ${name} is no DNS name`);
  }
  for (const [label, value] of Object.entries(labels)) {
    if (!labelValue.test(value) || value.length > 63)
      problems.push(`label ${label}: ${value} is no label value`);
  }
  return problems;
}
