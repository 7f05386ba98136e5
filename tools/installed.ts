import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Tool, type ToolName, tools } from './tools.ts';

/** Where the checkout keeps its tools: `bin/` holds the programs, `stamps/` what each was made from. */
export const toolsDir = join(import.meta.dirname, '..', '.tools');

/** The path of a tool's program, whether it is installed or not. */
export function binaryOf(name: string, dir = toolsDir): string {
  return join(dir, 'bin', name);
}

/**
 * The path of an installed tool.
 *
 * @throws Error when it is missing or of another version than the table's, with the command that installs it
 */
export function toolPath(name: ToolName): string {
  const [missing] = missingTools([name]);
  if (missing) throw new Error(missingMessage([missing]));
  return binaryOf(name);
}

/** Those of the named tools that are not installed in the version of the table. */
export function missingTools(names: readonly ToolName[]): Tool[] {
  return tools.filter((tool) => names.includes(tool.name) && !isInstalled(tool));
}

/** What a person reads when tools are missing. */
export function missingMessage(missing: readonly Tool[]): string {
  const named = missing.map((tool) => `${tool.name} ${tool.version}`).join(', ');
  return `${named} is not installed in .tools: run \`npm run tools\``;
}

/** Whether the program is there and was made from exactly what the table says now. */
export function isInstalled(tool: Tool, dir = toolsDir): boolean {
  const stamp = stampOf(tool, dir);
  return (
    existsSync(binaryOf(tool.name, dir)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === recipe(tool)
  );
}

/** Remembers that the program in `bin/` was made from what the table says now; the program itself can't tell. */
export function writeStamp(tool: Tool, dir = toolsDir): void {
  const stamp = stampOf(tool, dir);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, recipe(tool));
}

function stampOf(tool: Tool, dir: string): string {
  return join(dir, 'stamps', `${tool.name}.json`);
}

function recipe(tool: Tool): string {
  return `${JSON.stringify({ version: tool.version, source: tool.source })}\n`;
}
