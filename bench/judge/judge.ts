import type { Job, Size } from './job.ts';
import { runJobs } from './pool.ts';
import { SECTIONS } from './sections.ts';

const size: Size = process.argv.includes('--quick') ? 'quick' : 'full';
const jobs: Job[] = Object.entries(SECTIONS).flatMap(([section, { jobs }]) =>
  jobs(size).map((job) => ({ section, ...job })),
);
const t0 = performance.now();
const tallies = await runJobs(jobs, 501, (job, done) => {
  process.stderr.write(
    `${done}/${jobs.length} ${job.section}: ${job.what} ${((performance.now() - t0) / 1000).toFixed(0)} s\n`,
  );
});
const { referenceReport } = await import('./reference-report.ts');
console.log(referenceReport(tallies));
