import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { seededRandom } from '../../src/simulator/random.ts';
import { markdown, type Report } from '../report.ts';
import { measuredCommit } from './commit.ts';
import type { Job, Size } from './job.ts';
import { readLabelled } from './labelled/read.ts';
import { judgeLabelled } from './labelled/report.ts';
import { runJobs } from './pool.ts';
import { reportsOf } from './reports.ts';
import { SECTIONS } from './sections.ts';

/** About a minute on two free cores. */
const QUICK = 0.05;

const RESULTS = new URL('../results/judge.md', import.meta.url).pathname;

/** Only for two constant samples, which Kayenta gives a trace of noise. */
const LABELLED_SEED = 1;

/**
 * The judge beside its peers on the same simulated streams. A full run writes `bench/results/judge.md`; `--quick` takes
 * about a minute and only prints; `--percent N` runs a part; `--seed N` repeats a run or tunes on seeds that no report uses;
 * `--data DIR` judges labelled series instead, see `example-data/README.md`.
 */
export async function benchJudge(args: readonly string[]): Promise<readonly Report[]> {
  const folder = args.includes('--data') ? args[args.indexOf('--data') + 1] : undefined;
  if (folder !== undefined) return [judgeLabelled(await readLabelled(folder), seededRandom(LABELLED_SEED))];
  const isQuick = args.includes('--quick');
  const size: Size = isQuick ? QUICK : (numberAfter(args, '--percent') ?? 100) / 100;
  const { commit, seed: ofCommit } = measuredCommit();
  const seed = numberAfter(args, '--seed') ?? ofCommit;
  const only = args[args.indexOf('--only') + 1];
  const jobs: Job[] = Object.entries(SECTIONS).flatMap(([section, { jobs }]) =>
    args.includes('--only') && section !== only ? [] : jobs(size).map((job) => ({ section, ...job })),
  );
  const started = performance.now();
  const tallies = await runJobs(jobs, seed, (job, done) => {
    const seconds = (performance.now() - started) / 1000;
    const left = done === 0 ? '' : `, about ${((seconds / done) * (jobs.length - done)).toFixed(0)} s left`;
    process.stderr.write(
      `${done}/${jobs.length} after ${seconds.toFixed(0)} s${left}: ${job.section}, ${job.what}\n`,
    );
  });
  const reports = reportsOf(tallies);
  if (!isQuick && seed === ofCommit && jobs.length > 0 && !args.includes('--only')) {
    const head = `# The judge beside its peers\n\nWritten by \`npm run bench -- judge\` at commit ${commit.slice(0, 12)}, seed ${seed} (from the commit), ${size * 100} % of the full number of fleets.\n`;
    await mkdir(dirname(RESULTS), { recursive: true });
    await writeFile(RESULTS, [head, ...reports.map(markdown)].join('\n'));
  }
  return reports;
}

function numberAfter(args: readonly string[], flag: string): number | undefined {
  const at = args.indexOf(flag);
  if (at < 0) return undefined;
  const value = Number(args[at + 1]);
  if (!Number.isInteger(value)) throw new Error(`${flag} needs a whole number, got ${args[at + 1]}`);
  return value;
}
