import { planOf } from './clusters.ts';
import { type CountComparison, errorOf } from './compare-counts.ts';
import type { ClusterOutcome, ScenarioOutcome } from './outcome.ts';
import type { Problem } from './problems.ts';

const HEAD = [
  'cluster',
  'what the sync did',
  'exit',
  'verdict',
  'reason',
  'after',
  'gate counted',
  'CoreDNS counted',
  'off',
];

/** The end of the story: a table, what the alerts did, and every claim that does not hold. */
export function reportOf(outcome: ScenarioOutcome, problems: readonly Problem[]): string {
  const { clusters, alerts, gate, leftOut } = outcome;
  const rows = [...clusters.map((each) => rowOf(each)), rowOf(leftOut, `${leftOut.cluster}*`)];
  const told = alerts.map(({ alert, cluster, firedAfterSeconds }) =>
    firedAfterSeconds === undefined
      ? `${alert} did not fire on ${cluster}.`
      : `${alert} fired on ${cluster} ${Math.round(firedAfterSeconds)} s after the sync.`,
  );
  return [
    table([HEAD, ...rows]),
    '',
    '* judged at the same time by a gate without one signal: what the signal is for.',
    ...told,
    `${gate.webhooks} webhooks of Alertmanager reached the gate, ${gate.failedWebhooks} could not be delivered.`,
    ...clusters.flatMap(({ cluster, halt }) =>
      halt?.runbook ? [`Runbook of ${cluster}: ${halt.runbook.url} (${halt.runbook.status})`] : [],
    ),
    '',
    ...(problems.length === 0
      ? [`All claims hold, ${outcome.seconds} s after the start.`]
      : [
          `${problems.length} claims do not hold:`,
          ...problems.map(({ cluster, text }) => `  ${cluster === undefined ? '' : `${cluster}: `}${text}`),
        ]),
  ].join('\n');
}

function rowOf(
  { cluster, post, counts, told, decidedAfterSeconds }: ClusterOutcome,
  name = cluster,
): string[] {
  const plan = planOf(cluster);
  const shown = counts.find(({ series }) => series === (told?.series ?? 'dns-errors'));
  return [
    name,
    plan.change,
    String(post.exitCode),
    post.answer?.verdict ?? '-',
    post.answer?.reason ?? post.end,
    decidedAfterSeconds === undefined ? '-' : `${Math.round(decidedAfterSeconds)} s`,
    ...(shown === undefined ? ['-', '-', '-'] : countsOf(shown)),
  ];
}

function countsOf({ gate, own }: CountComparison): string[] {
  const text = ({ events, exposure }: CountComparison['gate']) =>
    `${Math.round(events).toLocaleString('en')} of ${Math.round(exposure).toLocaleString('en')}`;
  const off = Math.max(errorOf(gate.events, own.events), errorOf(gate.exposure, own.exposure));
  return [text(gate), text(own), `${(off * 100).toFixed(2)} %`];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
