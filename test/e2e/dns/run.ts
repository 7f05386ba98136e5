import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { missingMessage, missingTools } from '../../../tools/installed.ts';
import { problemsOf } from './problems.ts';
import { reportOf } from './report.ts';
import { runScenario } from './scenario.ts';
import { FULL, SHORT } from './timing.ts';
import { TOOLS } from './tools.ts';

const USAGE = `npm run e2e:dns -- [--full] [--json] [--keep]

Rolls out a change to four small clusters with a real CoreDNS each: one is only restarted, one gets slow, one answers
SERVFAIL, one loses its exporter. A real Prometheus and Alertmanager watch with the rendered rules, a real gate judges.

  --full  the catalogue's own waits and the standard policy: about 40 minutes instead of six
  --json  the outcome as JSON on stdout; the story goes to stderr
  --keep  everything stays up at the end, until Ctrl-C
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const flags = readFlags();
  if (flags === undefined) return 64;
  const missing = missingTools(TOOLS);
  if (missing.length > 0) {
    process.stderr.write(`${missingMessage(missing)}\n`);
    return 1;
  }
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error('stopped'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const out = flags.json ? process.stderr : process.stdout;
  const tell = storyteller((line) => out.write(line));
  const timing = flags.full ? FULL : SHORT;
  try {
    let failed = false;
    await runScenario({
      timing,
      tell,
      signal: stop.signal,
      async beforeEnd(stage, outcome) {
        const problems = problemsOf(outcome, timing);
        failed = problems.length > 0;
        out.write(`\n${reportOf(outcome, problems)}\n`);
        if (flags.json) process.stdout.write(`${JSON.stringify({ ...outcome, problems }, null, 2)}\n`);
        if (!flags.keep) return;
        tell(`Everything stays up until Ctrl-C: ${stage.gate.url}, ${stage.monitoring.prometheus.url}`);
        await forever(stop.signal);
      },
    });
    return failed ? 1 : 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    tell('Stopped; everything that was started is gone.');
    return 130;
  }
}

function readFlags(): { full: boolean; json: boolean; keep: boolean } | undefined {
  const off = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { full: off, json: off, keep: off, help: off } });
    if (!values.help) return values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  }
  process.stderr.write(USAGE);
  return undefined;
}

/** Lines with the time since the start in front: `[ 3:05] ...`. */
function storyteller(write: (line: string) => void): (line: string) => void {
  const startedAt = performance.now();
  return (line) => {
    const passed = Math.floor((performance.now() - startedAt) / 1000);
    const clock = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, '0')}`;
    write(`[${clock.padStart(5)}] ${line}\n`);
  };
}

async function forever(signal: AbortSignal): Promise<void> {
  for (;;) await delay(3_600_000, undefined, { signal });
}
