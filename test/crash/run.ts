import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdown } from '../../bench/report.ts';
import { type CrashLedgers, type CrashReport, crashRounds } from './crash-rounds.ts';
import { postgresLedgers, sqliteLedgers } from './ledgers.ts';

// By hand: npm run crash -- --rounds 1000 --store postgres --seed 7

const RESULTS = join(import.meta.dirname, '../../bench/results/crash.md');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    store: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const told = new AbortController();
// A person who has seen enough hears what was found so far.
process.once('SIGINT', () => told.abort());
const options = { rounds: Number(values.rounds), seed: Number(values.seed), aborted: told.signal };
const found: (readonly [CrashLedgers, CrashReport, number])[] = [];
async function strike(ledgers: CrashLedgers): Promise<void> {
  process.stderr.write(`${ledgers.name}: ${options.rounds} rounds, seed ${options.seed}\n`);
  const started = performance.now();
  const report = await crashRounds(ledgers, { ...options, tell: progressOf(ledgers.name) });
  found.push([ledgers, report, (performance.now() - started) / 1000]);
  for (const complaint of report.complaints) process.stdout.write(`${ledgers.name}: ${complaint}\n`);
}
/** A line each hundred rounds, and one for each promise as it breaks. */
function progressOf(name: string): (struck: number, broken: number) => void {
  let known = 0;
  return (struck, broken) => {
    if (struck % 100 !== 0 && broken === known) return;
    known = broken;
    process.stderr.write(`${name}: ${struck} of ${options.rounds} rounds, ${broken} promises broken\n`);
  };
}
if (values.store !== 'postgres') {
  using ledgers = sqliteLedgers();
  await strike(ledgers);
}
if (values.store !== 'sqlite') {
  await using ledgers = await postgresLedgers();
  await strike(ledgers);
}
/** What happened in the rounds, in words. */
const ROUND_WORDS: Readonly<Record<keyof CrashReport['kills'], string>> = {
  work: 'gate killed',
  migration: 'gate killed while migrating',
  stopped: 'server stopped',
  crashed: 'server crashed',
  cut: 'connections cut',
  full: 'disk full',
};

function killsText({ kills }: CrashReport): string {
  const parts = Object.entries(ROUND_WORDS).map(
    ([kind, words]) => [kills[kind as keyof typeof kills], words] as const,
  );
  return parts.flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : [])).join(', ');
}

const rows = found.map(([{ name, replicas }, report, seconds]) => [
  ...[name, String(replicas), killsText(report)],
  ...[report.acknowledged, report.runs, report.decided, report.minutes, report.entries].map(String),
  ...[String(report.complaints.length), seconds.toFixed(0)],
]);
const text = markdown({
  title: `Crashes, seed ${options.seed}`,
  columns: [
    'store',
    'gates',
    'rounds',
    'acknowledged',
    'runs',
    'decided',
    'minutes',
    'audit entries',
    'promises broken',
    'seconds',
  ],
  rows,
  note: 'Gates were killed by SIGKILL at random moments while four clusters were rolled out to, 240 times as fast as life. Every acknowledged admission, sync and halt must be in the ledger and its log afterwards; no time of a run may change, nothing may be decided twice, no minute may be missing, and the chain must hold together with every head that was published. The seed fixes the moments, not what the machine does in them.',
});
mkdirSync(dirname(RESULTS), { recursive: true });
writeFileSync(RESULTS, `# Crash rounds\n\n${text}`);
process.stdout.write(text);
process.exitCode = found.some(([, { complaints }]) => complaints.length > 0) ? 1 : 0;
