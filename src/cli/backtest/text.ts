import type { BacktestReport, ClusterBacktest, JudgedSync } from '../../gate/backtest/backtest.ts';

const MINUTE_MS = 60_000;

/** A report for people: the quiet windows as a table, then every sync and every false halt in a sentence. */
export function backtestText({ from, to, clusters, syncs, learned }: BacktestReport): string {
  const sum = (pick: (one: ClusterBacktest) => number) =>
    clusters.reduce((total, one) => total + pick(one), 0);
  const windows = sum((one) => one.windows);
  const withControls = sum((one) => one.withControls);
  const halts = clusters.flatMap((one) => one.halts);
  const lines = [
    `${momentText(from)} to ${momentText(to)}; a sync pretended every 30 min`,
    `would have halted ${sum((one) => one.halt)} of ${windows} quiet windows; ` +
      `left out: ${sum((one) => one.leftOut.sync)} with a sync, ${sum((one) => one.leftOut.data)} with missing data`,
    `judged against clusters of the same class: ${withControls}; before against after: ${windows - withControls}; ` +
      (learned.length > 0
        ? `quiet hours learned from the two days before, of the classes ${learned.join(', ')}`
        : 'nothing learned of quiet hours was used (--learn)'),
    '',
    ...table([
      ['CLUSTER', 'POLICY', 'WINDOWS', 'HALT', 'GO', 'INCONCLUSIVE', 'LEFT OUT'],
      ...clusters.map((one) => [
        one.cluster,
        one.policy,
        String(one.windows),
        String(one.halt),
        String(one.go),
        String(one.inconclusive),
        String(one.leftOut.sync + one.leftOut.data),
      ]),
    ]),
    ...(halts.length > 0
      ? ['', 'Quiet windows that would have been halted:', ...halts.flatMap(sentence)]
      : []),
    '',
    ...(syncs.length > 0 ? ['Your syncs:', ...syncs.flatMap(sentence)] : ['No sync of the span is known.']),
  ];
  return `${lines.join('\n')}\n`;
}

/** A report for machines; times are RFC 3339. */
export function backtestJson({ from, to, clusters, syncs, learned }: BacktestReport): string {
  const sync = ({ at, afterMs, ...rest }: JudgedSync) => ({
    ...rest,
    at: new Date(at).toISOString(),
    afterSeconds: Math.round(afterMs / 1000),
    judge: rest.controls.length > 0 ? 'controls' : 'before-after',
  });
  const report = {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    clusters: clusters.map((one) => ({ ...one, halts: one.halts.map(sync) })),
    syncs: syncs.map(sync),
    learned,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const SAID = {
  halt: 'would have halted',
  go: 'would have let go',
  inconclusive: 'would have found no verdict on',
  hold: 'would still hold',
} as const satisfies Record<JudgedSync['verdict'], string>;

function sentence({
  cluster,
  app,
  at,
  verdict,
  afterMs,
  reasons,
  controls,
  policy,
}: JudgedSync): readonly string[] {
  const what = `${app === undefined ? 'the sync' : app} of ${momentText(at)} on ${cluster}`;
  const by = controls.length > 0 ? `with ${controls.length} controls` : 'before against after';
  const after = `after ${Math.ceil(afterMs / MINUTE_MS)} min`;
  const why = reasons.slice(0, verdict === 'go' ? 1 : 3).map(({ code, text }) => `    [${code}] ${text}`);
  return [`  ${SAID[verdict]} ${what} ${after} (${policy}, ${by})`, ...why];
}

function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, at) => cell.padEnd((widths[at] ?? 0) + 2)).join('')}`.trimEnd(),
  );
}
