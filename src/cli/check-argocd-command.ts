import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { checkManifests } from '../argo-cd/check-manifests.ts';
import { parseManifests } from '../argo-cd/parse-manifests.ts';
import { isBroken, reportText } from '../argo-cd/report.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { seconds } from '../domain/duration.ts';
import { InputError } from '../domain/errors.ts';
import { CommandEnd } from './exit.ts';

interface Flags {
  readonly config?: string;
  readonly json?: true;
}

/** A file of manifests. */
interface Input {
  readonly name: string;
  readonly text: string;
}

/** `tidegate check argocd`: settings of Argo CD that open a way around the gate, or end where nobody asks. */
export function addCheckArgocdCommand(check: Command): void {
  check
    .command('argocd')
    .description(
      'check Applications, ApplicationSets, hook Jobs and rendered charts for ways around the gate',
    )
    .argument('<path...>', 'files or folders of YAML or JSON; - is standard input')
    .option('--config <file>', 'a tidegate.yaml: waiting hooks are compared with its policies')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      '\nCharts are checked as they render: helm template CHART | tidegate check argocd -\nEnds with 1 when there are errors.',
    )
    // `--config` and `--json` are options of `check`, too, which takes them first.
    .action(async (paths: string[], _own: Flags, command: Command) => {
      const { config, json } = command.optsWithGlobals<Flags>();
      const inputs = (await Promise.all(paths.map(readInputs))).flat();
      const parsed = inputs.map(({ name, text }) => parseManifests(name, text));
      const manifests = parsed.flatMap((file) => file.manifests);
      const unreadable = parsed.flatMap((file) => file.unreadable);
      if (manifests.length === 0 && unreadable.length === 0) {
        throw new InputError(
          'input/no-manifests',
          `${paths.join(', ')}: no Kubernetes object in ${inputs.length} files; name files or folders that hold some, or pipe a rendered chart into -`,
        );
      }
      const longest = config === undefined ? undefined : longestVerdict(loadConfig(config, process.env));
      const findings = checkManifests(
        manifests,
        longest === undefined ? {} : { longestVerdictSeconds: longest },
      );
      const report = { files: inputs.length, objects: manifests.length, findings, unreadable };
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
      if (isBroken(report)) throw new CommandEnd(1);
    });
}

/** The longest time from a sync to its verdict, in seconds, by the policies of the waves. */
function longestVerdict({ waves, policies }: Config): number {
  return Math.max(
    ...waves.map(({ policy }) => {
      const parameters = policies[policy];
      return parameters === undefined ? 0 : seconds(parameters.maxSettle) + seconds(parameters.maxSoak);
    }),
  );
}

async function readInputs(path: string): Promise<readonly Input[]> {
  if (path === '-') return [{ name: '(standard input)', text: await textOf(process.stdin) }];
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new InputError('input/no-file', `${path}: there is no such file or folder`);
  }
  if (!found.isDirectory()) return [{ name: path, text: await readFile(path, 'utf8') }];
  const files = await manifestFiles(path);
  return Promise.all(files.map(async (name) => ({ name, text: await readFile(name, 'utf8') })));
}

/** YAML and JSON below a folder; templates of a chart are no manifests before they are rendered. */
async function manifestFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === 'Chart.yaml')) {
    process.stderr.write(
      `${folder}: a chart; render it: helm template ${folder} | tidegate check argocd -\n`,
    );
    return [];
  }
  const below = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return manifestFiles(path);
        return entry.isFile() && /\.(ya?ml|json)$/.test(entry.name) ? [path] : [];
      }),
  );
  return below.flat();
}
