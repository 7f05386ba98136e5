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

/** A program that the tests start: which one, from where, and the question whose answer proves that it works. */
export interface Tool {
  /** File name in `.tools/bin`. */
  readonly name: string;
  readonly version: string;
  readonly source: GoSource | DebianSource | InstalledSource;
  readonly proof: { readonly args: readonly string[]; readonly input?: string; readonly says: RegExp };
  /** True for a second opinion: where it can't be had, the suites that want it are skipped, in CI too. */
  readonly optional?: true;
}

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
