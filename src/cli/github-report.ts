import { appendFileSync } from 'node:fs';
import type { Variables } from '../config/environment.ts';
import { answerText } from '../gate/answer-text.ts';
import type { HookResult } from '../hook/run-hook.ts';

/** How each end of a hook shows in a workflow: the level of its annotation, and a title. */
const SHOWN = {
  go: ['notice', 'Rollout may go on'],
  registered: ['notice', 'Sync registered, no verdict'],
  hold: ['warning', 'Rollout held'],
  halt: ['error', 'Rollout halted'],
  inconclusive: ['error', 'Rollout inconclusive'],
  'no-answer': ['error', 'No answer from the gate'],
  'identity-refused': ['error', 'The gate refused the identity'],
  usage: ['error', 'The gate was asked wrongly'],
} as const satisfies Readonly<Record<HookResult['end'], readonly ['notice' | 'warning' | 'error', string]>>;

/** What a workflow of GitHub Actions is told. */
export interface GitHubReport {
  /** A workflow command, which becomes an annotation of the run. */
  readonly annotation: string;
  /** Markdown for the job's summary. */
  readonly summary: string;
  /** Outputs of the step, one `name=value` a line. */
  readonly outputs: string;
}

/** How a hook's end is told to GitHub Actions. */
export function githubReport({ end, text, answer: last }: HookResult): GitHubReport {
  // What was heard last is no answer to a hook that ended without one.
  const answer = end === 'no-answer' ? undefined : last;
  const [level, title] = SHOWN[end];
  const told = answer === undefined ? text : answerText(answer);
  const place = answer === undefined ? '' : `: ${answer.app} on ${answer.cluster}`;
  const next = answer?.next ?? [];
  const outputs = { verdict: end, reason: answer?.reason ?? end, url: answer?.evidenceUrl ?? '', text: told };
  return {
    annotation: `::${level} title=${escaped(`${title}${place}`, /[%\r\n:,]/g)}::${escaped(told, /[%\r\n]/g)}`,
    summary: [
      `### ${title}${place}`,
      told,
      ...(next.length > 0 ? [['To go on:', '', '```sh', ...next, '```'].join('\n')] : []),
      '',
    ].join('\n\n'),
    // A line break would begin another output.
    outputs: Object.entries(outputs)
      .map(([name, value]) => `${name}=${value.replaceAll(/[\r\n]+/g, ' ')}\n`)
      .join(''),
  };
}

/**
 * Tells GitHub Actions, where the process runs in it. A report that can't be written changes no exit code.
 *
 * @param print a line of the log, in which the runner finds commands
 */
export function reportToGitHub(
  result: HookResult,
  environment: Variables,
  print: (line: string) => void,
): void {
  if (environment['GITHUB_ACTIONS'] !== 'true') return;
  const { annotation, summary, outputs } = githubReport(result);
  print(annotation);
  for (const [name, text] of [
    ['GITHUB_STEP_SUMMARY', summary],
    ['GITHUB_OUTPUT', outputs],
  ] as const) {
    const file = environment[name];
    if (file === undefined || file === '') continue;
    try {
      appendFileSync(file, text);
    } catch (error) {
      print(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** As the runner decodes workflow commands: each character as a percent sign and its code. */
function escaped(text: string, characters: RegExp): string {
  return text.replaceAll(
    characters,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
