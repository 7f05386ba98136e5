import { type AlikeClusters, alikeClusters, differing } from './alike.ts';
import { type Counts, percent } from './coverage.ts';
import type { SignalDiagnosis } from './diagnose.ts';
import { type Mend, mendsOf } from './mends.ts';
import type { Setting } from './problem.ts';
import type { ProbeReport } from './report.ts';

/** Names of clusters in one line, and groups of clusters in one report. */
const MOST_NAMES = 5;
const MOST_GROUPS = 12;

/** The report for people: summary, store, clusters, what to do. */
export function printReport(report: ProbeReport): string {
  const groups = alikeClusters(report.clusters);
  const mends = mendsOf(report);
  const sections = [
    summary(report),
    findings(report),
    groups.length > 1 ? groupTable(groups) : [],
    ...groups
      .slice(0, MOST_GROUPS)
      .map((group, at) => groupSection(group, at === 0 ? undefined : groups[0], mends)),
    groups.length > MOST_GROUPS
      ? [
          `${groups.length - MOST_GROUPS} more groups differ; look at one by --cluster NAME, at all by --json.`,
        ]
      : [],
    mendList(mends),
    settings(report.settings),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map(printable).join('\n')}\n`)
    .join('\n');
}

function summary({ store, coverage: { all, required }, clusters }: ProbeReport): readonly string[] {
  const looked = clusters.length === store.clusters || store.clusters === 0 ? '' : ` of ${store.clusters}`;
  const count =
    store.clusters === 0
      ? 'no cluster label'
      : `${clusters.length}${looked} ${clusters.length === 1 && looked === '' ? 'cluster' : 'clusters'}`;
  const signals = clusters[0]?.signals.length ?? 0;
  const more =
    all.withSettings > all.delivered
      ? ` With the settings at the end: ${all.withSettings} of ${all.total}.`
      : '';
  return [
    `${store.url}: ${count}, ${signals} signals, ${store.questions} questions asked.`,
    `Coverage: ${share(all)} delivered, ${all.partly} partly, ${all.missing} missing. Required signals: ${share(required)}.${more}`,
  ];
}

function share({ delivered, total }: Counts): string {
  return `${delivered} of ${total} (${percent(delivered, total)} %)`;
}

function findings({ findings: found }: ProbeReport): readonly string[] {
  if (found.length === 0) return [];
  return [
    'The store',
    ...found.flatMap(({ code, clusters, what, mend }) => [
      `  ${code}${clusters.length === 0 ? '' : ` (${nameList(clusters)})`}: ${what}.`,
      `    -> ${mend}.`,
    ]),
  ];
}

function groupTable(groups: readonly AlikeClusters[]): readonly string[] {
  const rows = groups
    .slice(0, MOST_GROUPS)
    .map(({ names, coverage: { all, required } }) => [
      nameList(names),
      share(all),
      String(all.partly),
      String(all.missing),
      share(required),
    ]);
  return table([['clusters', 'delivered', 'partly', 'missing', 'required'], ...rows]);
}

function groupSection(
  group: AlikeClusters,
  usual: AlikeClusters | undefined,
  mends: readonly Mend[],
): readonly string[] {
  const signals = usual === undefined ? group.signals : differing(group, usual);
  const rows = signals.flatMap((signal) => signalRows(signal, mends));
  const head =
    usual === undefined ? nameList(group.names) : `${nameList(group.names)}: unlike ${nameList(usual.names)}`;
  const lines = table([['component', 'signal', 'state', 'mend', 'what is missing'], ...rows]);
  return [
    head,
    ...lines.map((line) => `  ${line}`),
    ...(usual === undefined ? ['  * required: no go without its evidence'] : []),
  ];
}

function signalRows(
  { component, id, required, state, problems, note }: SignalDiagnosis,
  mends: readonly Mend[],
): readonly string[][] {
  const head = [component, required ? `${id} *` : id, state];
  if (problems.length === 0) return [[...head, '', note ?? '']];
  return problems.map(({ what, mend }, at) => [
    ...(at === 0 ? head : ['', '', '']),
    `[${mends.findIndex(({ text }) => text === mend) + 1}]`,
    what,
  ]);
}

function mendList(mends: readonly Mend[]): readonly string[] {
  if (mends.length === 0) return [];
  return [
    'To mend',
    ...mends.flatMap(({ text, signals, clusters }, at) => [
      `  [${at + 1}] ${text}.`,
      `      brings ${signals.join(', ')}${clusters.every((name) => name === null) ? '' : ` of ${nameList(clusters)}`}`,
    ]),
  ];
}

function settings(all: readonly Setting[]): readonly string[] {
  if (all.length === 0) return [];
  const root: Tree = new Map();
  for (const { path, value } of all) {
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) {
      const inner = at.get(key);
      const next: Tree = inner instanceof Map ? inner : new Map();
      at.set(key, next);
      at = next;
    }
    at.set(keys.at(-1) ?? '', value);
  }
  return ['Settings for tidegate.yaml', ...yamlLines(root, '  ')];
}

interface Tree extends Map<string, string | Tree> {}

function yamlLines(tree: Tree, indent: string): readonly string[] {
  return [...tree].flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`${indent}${key}: ${/^[\w.-]+$/.test(value) ? value : JSON.stringify(value)}`]
      : [`${indent}${key}:`, ...yamlLines(value, `${indent}  `)],
  );
}

function nameList(names: readonly (string | null)[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => name ?? '(no cluster label)');
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd());
}

/** Names come from outside: what would move a terminal's cursor is shown as `?`. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, '?');
}
