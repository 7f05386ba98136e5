import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { runCommand } from '../../tools/run-command.ts';
import type { Manifest } from './manifests.ts';
import { TempDir } from './temp-dir.ts';
import { toolPath } from './tool.ts';

/** How a chart is rendered; what is left out is Helm's own default. */
export interface HelmOptions {
  /** Written to a values file, as a person would have it. */
  readonly values?: unknown;
  /** `--set path=value`. */
  readonly set?: Readonly<Record<string, string>>;
  /** `--set-string path=value`: a text, even where it looks like a number. */
  readonly setString?: Readonly<Record<string, string>>;
  /** Default 1.33.0: a Helm that was built by `go install` believes in 1.20. */
  readonly kubeVersion?: string;
  /** Default `tidegate`. */
  readonly release?: string;
  /** Default `tidegate`. */
  readonly namespace?: string;
  /** `--api-versions`: what the cluster would say that it has. */
  readonly apiVersions?: readonly string[];
  /** Renders as `helm upgrade` does. */
  readonly isUpgrade?: boolean;
}

/** What Helm said; `output` is for people. */
export interface HelmResult {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * The objects that a chart renders, in Helm's order, with empty documents left out.
 *
 * @throws Error with what Helm said, when it refuses the values; with the place, when a document is no YAML 1.1 or
 * has a key twice
 */
export async function helmTemplate(chart: string, options: HelmOptions = {}): Promise<readonly Manifest[]> {
  const { release = 'tidegate', namespace = 'tidegate', kubeVersion = '1.33.0', apiVersions = [] } = options;
  const { ok, stdout, output } = await withValues(options, (values) => [
    'template',
    release,
    chart,
    `--namespace=${namespace}`,
    '--include-crds',
    `--kube-version=${kubeVersion}`,
    ...apiVersions.map((version) => `--api-versions=${version}`),
    ...(options.isUpgrade === true ? ['--is-upgrade'] : []),
    ...values,
  ]);
  if (!ok) throw new Error(output);
  return parseManifests(stdout);
}

/** `helm lint --strict`: a warning is a failure. */
export function helmLint(
  chart: string,
  options: Pick<HelmOptions, 'values' | 'set'> = {},
): Promise<HelmResult> {
  return withValues(options, (values) => ['lint', '--strict', '--kube-version=1.33.0', chart, ...values]);
}

/** `helm dependency build`: fetches what Chart.lock names into the chart's `charts/`; `file://` needs no network. */
export function helmDependencyBuild(chart: string): Promise<HelmResult> {
  return withValues({}, () => ['dependency', 'build', chart]);
}

/**
 * The objects of a text of YAML documents, read as Kubernetes reads them (YAML 1.1).
 *
 * @throws Error with the place, for what is no YAML or has a key twice
 */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}

async function withValues(
  { values, set = {}, setString = {} }: HelmOptions,
  args: (values: readonly string[]) => readonly string[],
): Promise<HelmResult & { readonly stdout: string }> {
  using dir = new TempDir();
  const file = values === undefined ? [] : [`--values=${dir.write('values.yaml', stringify(values))}`];
  const sets = Object.entries(set).map(([path, value]) => `--set=${path}=${value}`);
  const texts = Object.entries(setString).map(([path, value]) => `--set-string=${path}=${value}`);
  // A user's own plugins, repositories and caches are none of a test's business.
  const env = Object.fromEntries(
    ['CACHE', 'CONFIG', 'DATA'].map((kind) => [`HELM_${kind}_HOME`, join(dir.path, kind)]),
  );
  const { code, stdout, stderr } = await runCommand(toolPath('helm'), args([...file, ...sets, ...texts]), {
    env,
    timeoutMs: 60_000,
  });
  return { ok: code === 0, stdout, output: stderr + stdout };
}
