import type { Command } from 'commander';
import { digestPaths } from '../digest/digest-paths.ts';

interface Flags {
  readonly values: readonly string[];
  readonly json?: true;
}

/** How the text is made whose SHA-256 the digest is: whoever wants to compute it elsewhere needs no more. */
const FORM = `
The digest is "sha256:" and the SHA-256 of these lines, joined by line feeds, h(x) being a SHA-256 in hexadecimal digits:
  tidegate-digest/1
  chart h(name) h(version) h(appVersion)      of a Helm chart only
  dependency h(name) h(version)               of subcharts, whose digest only Helm can compute
  file h(path) h(content)                     of every file; these two sorted as lines
  values V                                    of a Helm chart only
  path h(name) digest                         instead of all of these, where several paths are named
V is {h(key)=V,...} of a map, sorted, keys with null left out; [V,...] of a list; s:h(text); n:number; b:true; z for null.
A chart's files are those that its templates can read (.helmignore heeded), so none of templates/: another template needs
another version in Chart.yaml. Its values count without tidegate and the paths of tidegate.perCluster. Of folders all files
count but .git. A byte order mark at the beginning of a file does not.`;

/** `tidegate digest <path...>`: the identity of a change, the same on every cluster. */
export function addDigestCommand(program: Command): void {
  program
    .command('digest')
    .description('the digest of a bill of materials: a Helm chart, folders or files')
    .argument('<path...>', 'a chart, a folder or a file')
    .option('--values <file...>', 'values files that the chart is rendered with on every cluster', [])
    .option('--json', 'print what the digest is made of, too')
    .addHelpText('after', FORM)
    .action((paths: readonly string[], { values, json }: Flags) => {
      const result = digestPaths(paths, values);
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${result.digest}\n`);
    });
}
