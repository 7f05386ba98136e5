import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Copy, DockerfileParser, From, JSONInstruction } from 'dockerfile-ast';
import { runCommand } from '../../tools/run-command.ts';

/** What a Dockerfile leads to, without a container: folders in the place of stages. */
export interface Replayed {
  /** Folder that stands for the root of the last stage. */
  readonly root: string;
  readonly entrypoint: readonly string[];
  readonly user: string;
  /** Files and folders that the stages take out of the context. */
  readonly taken: readonly string[];
}

/** Where a replay takes its files and its commands from. */
export interface ReplayOptions {
  /** Folder with what COPY takes. */
  readonly context: string;
  /** An empty folder. */
  readonly into: string;
  /** Stands for RUN: the command as it is written, in the stage's working folder. */
  readonly run: (command: string, folder: string) => Promise<void>;
}

/**
 * Follows WORKDIR, COPY and RUN of every stage in empty folders: what the image would hold, but for its base.
 *
 * @throws Error for an instruction that it does not know, or a file that is not there
 */
export async function replayDockerfile(
  text: string,
  { context, into, run }: ReplayOptions,
): Promise<Replayed> {
  const stages = new Map<string, string>();
  const taken: string[] = [];
  let root = '';
  let folder = '/';
  let entrypoint: readonly string[] = [];
  let user = 'root';
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const args = instruction.getArguments().map((argument) => argument.getValue());
    const keyword = instruction.getKeyword();
    if (instruction instanceof From) {
      root = join(into, `stage-${stages.size}`);
      folder = '/';
      stages.set(instruction.getBuildStage() ?? `${stages.size}`, root);
      mkdirSync(root);
    } else if (instruction instanceof Copy) {
      const from =
        instruction
          .getFlags()
          .find((flag) => flag.getName() === 'from')
          ?.getValue() ?? undefined;
      const to = args.at(-1) ?? '';
      for (const source of args.slice(0, -1)) {
        if (from === undefined) taken.push(source);
        const start = from === undefined ? context : stages.get(from);
        if (start === undefined) throw new Error(`COPY takes from a stage ${from} that is not there`);
        await copy(join(start, source), join(root, folder, to), { isFolder: to.endsWith('/') });
      }
    } else if (keyword === 'WORKDIR') {
      folder = args[0] ?? '';
      mkdirSync(join(root, folder), { recursive: true });
    } else if (keyword === 'RUN') {
      await run(instruction.getArgumentsContent() ?? '', join(root, folder));
    } else if (keyword === 'USER') {
      user = args[0] ?? '';
    } else if (keyword === 'ENTRYPOINT' && instruction instanceof JSONInstruction) {
      entrypoint = instruction.getJSONStrings().map((word) => word.getJSONValue() ?? '');
    } else if (keyword !== 'ARG' && keyword !== 'CMD') {
      throw new Error(`the replay does not know ${keyword}`);
    }
  }
  return { root, entrypoint, user, taken };
}

/** As COPY does: a folder's content goes to the target, a file into it or under its name. */
async function copy(source: string, target: string, { isFolder }: { isFolder: boolean }): Promise<void> {
  if (basename(source) === 'node_modules') {
    // Links instead of tens of thousands of copies.
    const { code, stderr } = await runCommand('cp', ['-al', source, target]);
    if (code !== 0) throw new Error(`${source} could not be linked: ${stderr}`);
    return;
  }
  cpSync(source, isFolder ? join(target, basename(source)) : target, { recursive: true });
}
