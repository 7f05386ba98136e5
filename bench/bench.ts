import { availableParallelism } from 'node:os';
import { benchRender } from './render.ts';
import { benchVerdicts } from './verdicts.ts';

/** One table of a benchmark. */
export interface Report {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the numbers mean and what they don't. */
  readonly note: string;
}

const BENCHES: Readonly<Record<string, () => Promise<Report>>> = {
  render: benchRender,
  verdicts: benchVerdicts,
};

/** Prints a report as a Markdown table. */
function markdown({ title, columns, rows, note }: Report): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(line),
    '',
    note,
    '',
  ].join('\n');
}

const [name, ...flags] = process.argv.slice(2);
const bench = name === undefined ? undefined : BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join(' | ')} [--json]\n`);
  process.exitCode = 64;
} else {
  process.stderr.write(
    `Node ${process.version}, ${availableParallelism()} cores; timings of one machine at one moment.\n`,
  );
  const report = await bench();
  process.stdout.write(flags.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : markdown(report));
}
