import type { Story } from './play-story.ts';
import type { Printer } from './printer.ts';
import { rolloutTable } from './rollout-table.ts';

const MEBIBYTE = 1_048_576;

/** Where to look on, with what is there. */
const LOOK_ON: readonly (readonly [path: string, what: string])[] = [
  ['/rollouts', 'what waits for what, and who can act'],
  ['/runbooks', 'what to do about each alert, with live values'],
  ['/openapi.json', 'the HTTP API'],
];

/** Commands to go on with. */
const GO_ON: readonly (readonly [command: string, what: string])[] = [
  ['npm run tidegate -- probe --prometheus http://127.0.0.1:9090', 'your own Prometheus, read-only'],
  ['npm run tidegate -- render --signal dns-latency', 'one definition, five artefacts'],
];

/** The opening lines; `factor` is seconds of the fleet in one second. */
export function tellStart(printer: Printer, url: string, factor: number): void {
  printer.head('tidegate demo');
  printer.line(
    '12 simulated EKS clusters in 4 waves. The gate, its hooks and its ledger are real: processes, HTTP, SQLite.',
  );
  printer.line(
    `Gate: ${url}  1 s here is ${Number((factor / 60).toFixed(1))} min of the fleet, whose time (min:s) stands at the left.`,
  );
  printer.line();
}

/** Where everything stands, what was measured, and where to look on. */
export async function tellEnd(printer: Printer, story: Story, seconds: number): Promise<void> {
  const { url, gate, hooks, residentBytes } = story;
  printer.head('Where everything stands');
  for (const rollout of await gate.rollouts())
    for (const line of rolloutTable(rollout)) printer.line(`  ${line}`);
  printer.line();
  printer.head('Look for yourself');
  for (const [path, what] of LOOK_ON) printer.line(`  ${`${url}${path}`.padEnd(64)}${what}`);
  for (const [command, what] of GO_ON) printer.line(`  ${command.padEnd(64)}${what}`);
  printer.line();
  const verdict = isAsTold(story)
    ? 'Everything happened as told.'
    : 'NOT everything happened as told; see above.';
  const memory = `the gate held ${Math.round(residentBytes / MEBIBYTE)} MiB at most`;
  printer.line(
    `${verdict} Measured here: ${seconds.toFixed(0)} s in all, ${hooks} hook processes, ${memory}.`,
  );
}

/** Whether every claim of every scene held. */
export function isAsTold({ scenes }: Story): boolean {
  return scenes.every(({ claims }) => claims.every(({ holds }) => holds));
}
