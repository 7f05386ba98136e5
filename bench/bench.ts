import { availableParallelism } from 'node:os';
import { benchFleet } from './fleet.ts';
import { benchJudge } from './judge/judge.ts';
import { benchJudgeSpeed } from './judge-speed.ts';
import { benchPages } from './pages.ts';
import { benchRender } from './render.ts';
import { markdown, type Report } from './report.ts';
import { benchVerdicts } from './verdicts.ts';

/** Every benchmark by its name; each gets the arguments that follow it. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<readonly Report[]>>> = {
  fleet: benchFleet,
  judge: benchJudge,
  'judge-speed': async () => [await benchJudgeSpeed()],
  pages: async () => [await benchPages()],
  render: async () => [await benchRender()],
  verdicts: async () => [await benchVerdicts()],
};

const [name, ...args] = process.argv.slice(2);
const bench = name === undefined ? undefined : BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join(' | ')} [--json]\n`);
  process.exitCode = 64;
} else {
  process.stderr.write(
    `Node ${process.version}, ${availableParallelism()} cores; timings of one machine at one moment.\n`,
  );
  const reports = await bench(args);
  const text = args.includes('--json')
    ? `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`
    : reports.map(markdown).join('\n');
  process.stdout.write(text);
}
