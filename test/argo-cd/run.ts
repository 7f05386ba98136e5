import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdown } from '../../bench/report.ts';
import { processRollout } from './process-rollout.ts';
import { rollouts, SETTINGS, settingName, VERSIONS } from './rollouts.ts';

// By hand: npm run argo-cd -- --rollouts 100 --only 3.5
// With a process of the gate and one of every hook, one rollout for each version: npm run argo-cd -- --processes

const RESULTS = join(import.meta.dirname, '../../bench/results/argo-cd.md');

const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    processes: { type: 'boolean', default: false },
    out: { type: 'string', default: RESULTS },
  },
});
if (values.processes) {
  let isBroken = false;
  for (const version of VERSIONS) {
    const report = await processRollout(version);
    isBroken ||= report.broken.length > 0 || report.harmed.length !== 1;
    process.stdout.write(`${version}: ${JSON.stringify(report)}\n`);
  }
  process.exit(isBroken ? 1 : 0);
}
const rows: string[][] = [];
for (const setting of SETTINGS.filter((one) => settingName(one).includes(values.only))) {
  const name = settingName(setting);
  const started = process.cpuUsage();
  const report = await rollouts({ ...setting, seed: Number(values.seed) }, Number(values.rollouts));
  const { user } = process.cpuUsage(started);
  for (const sentence of report.broken) process.stdout.write(`${name}: ${sentence}\n`);
  const { good, bad, overtaken, syncs, hooks, minutes, broken } = report;
  rows.push([
    ...[setting.version, setting.postSync, setting.webhook ? 'webhook' : 'polling'],
    ...[good, bad, overtaken, syncs, hooks, Math.round(minutes / 60), broken.length].map(String),
    (user / 1e6).toFixed(0),
  ]);
  process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
}
const text = markdown({
  title: `Rollouts by a model of Argo CD, seed ${values.seed}`,
  columns: [
    ...['Argo CD', 'PostSync', 'commits by', 'good', 'bad', 'overtaken'],
    ...['syncs', 'hooks', 'hours', 'promises broken', 'CPU seconds'],
  ],
  rows,
  note: 'The real gate over a simulated fleet of five clusters in three waves, asked by the real hook client from the rendered charts; the model of Argo CD does what 3.2 and 3.5 were measured doing. Promises: no wave is synced before every cluster of the waves before has its go; every good commit arrives everywhere without a manual sync; a bad one never gets past the wave that it breaks; the commit that goes back after it arrives, too. `register` comes with soak Jobs in Applications of their own; `wait` waits in the PostSync hook.',
});
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, `# Rollouts by Argo CD\n\n${text}`);
process.stdout.write(text);
process.exitCode = rows.some((row) => row.at(-2) !== '0') ? 1 : 0;
