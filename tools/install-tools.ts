import { installTool, type Place } from './install-tool.ts';
import { isInstalled } from './installed.ts';
import type { Tool } from './tools.ts';

/** How many tools were there, were installed, can't be had on this machine (and need not), and failed. */
export type Tally = Record<'there' | 'installed' | 'left out' | 'failed', number>;

/**
 * Installs those of the tools that are not there in the version of the table.
 *
 * One after the other, as every Go build uses all cores; a failure does not keep the next one from its turn.
 *
 * @param print takes the lines that a person reads: at the start and the end of every tool, and the sum
 */
export async function installTools(
  tools: readonly Tool[],
  place: Place,
  print: (line: string) => void,
): Promise<Tally> {
  const began = performance.now();
  const tally: Tally = { there: 0, installed: 0, 'left out': 0, failed: 0 };
  for (const tool of tools) {
    if (isInstalled(tool, place.dir)) {
      tally.there += 1;
      print(`${tool.name} ${tool.version}: there`);
    } else {
      tally[await install(tool, place, print)] += 1;
    }
  }
  const sums = Object.entries(tally).map(([what, count]) => `${count} ${what}`);
  print(`tools: ${sums.join(', ')}; ${secondsSince(began)} s`);
  return tally;
}

async function install(tool: Tool, place: Place, print: (line: string) => void): Promise<keyof Tally> {
  const name = `${tool.name} ${tool.version}`;
  print(`${name}: installing ${originOf(tool)}`);
  const began = performance.now();
  const outcome = await installTool(tool, place);
  const why = 'why' in outcome ? `: ${outcome.why}` : '';
  print(`${name}: ${outcome.is} after ${secondsSince(began)} s${why}`);
  return outcome.is;
}

/** Where a tool comes from, for people. */
export function originOf({ source }: Tool): string {
  if (source.by === 'go') return `by Go from ${source.package}`;
  return `from ${source.by === 'wheel' ? "Python's" : "Debian's"} package ${source.package}`;
}

function secondsSince(beganMs: number): string {
  return ((performance.now() - beganMs) / 1000).toFixed(1);
}
