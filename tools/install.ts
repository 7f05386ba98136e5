import { parseArgs } from 'node:util';
import { installTools, originOf } from './install-tools.ts';
import { isInstalled, toolsDir } from './installed.ts';
import { type Tool, tools } from './tools.ts';

const usage = `Usage: npm run tools -- [--only NAME,...] [--list]

Installs the programs that the tests start into .tools/: those that are not there yet.
  --only   these alone: ${tools.map((tool) => tool.name).join(', ')}
  --list   print the table and install nothing`;

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 nothing failed, 1 a tool failed, 64 usage */
async function main(args: readonly string[]): Promise<number> {
  const choice = choose(args);
  if ('problem' in choice) {
    console.error(`${choice.problem}\n\n${usage}`);
    return 64;
  }
  if (choice.list) {
    console.log(tableOf(choice.tools));
    return 0;
  }
  const { failed } = await installTools(choice.tools, { dir: toolsDir, env: {} }, console.log);
  return failed > 0 ? 1 : 0;
}

function choose(args: readonly string[]): { tools: readonly Tool[]; list: boolean } | { problem: string } {
  try {
    const options = { list: { type: 'boolean' }, only: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const names = values.only?.split(',') ?? tools.map((tool) => tool.name);
    const unknown = names.filter((name) => !tools.some((tool) => tool.name === name));
    if (unknown.length > 0) return { problem: `There is no tool ${unknown.join(', ')}.` };
    return { tools: tools.filter((tool) => names.includes(tool.name)), list: values.list ?? false };
  } catch (error) {
    // parseArgs throws what is wrong with the arguments as a TypeError.
    if (error instanceof TypeError) return { problem: error.message };
    throw error;
  }
}

function tableOf(chosen: readonly Tool[]): string {
  const rows = chosen.map((tool) => {
    const state = isInstalled(tool) ? 'there' : 'missing';
    return `${tool.name.padEnd(14)} ${tool.version.padEnd(8)} ${state.padEnd(8)} ${originOf(tool)}`;
  });
  return rows.join('\n');
}
