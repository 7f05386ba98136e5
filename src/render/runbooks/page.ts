import { parse } from 'yaml';
import type { Runbook, RunbookStep } from '../../domain/runbook.ts';
import { BLOCK_BEGIN, BLOCK_END } from './definition-block.ts';

/** A page's parts; problems are found by `pageProblems`, not here. */
export function parsePage(alert: string, text: string): Runbook {
  const found = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  const front: unknown = found?.[1] === undefined ? {} : parse(found[1]);
  const steps = (front as { steps?: readonly RunbookStep[] } | null)?.steps ?? [];
  return { alert, steps, body: found?.[2] ?? text };
}

/** The page with another definition block; undefined when it has no place for one. */
export function withBlock(text: string, block: string): string | undefined {
  const begin = text.indexOf(BLOCK_BEGIN);
  const end = text.indexOf(BLOCK_END);
  if (begin < 0 || end < begin) return undefined;
  return text.slice(0, begin) + block + text.slice(end + BLOCK_END.length);
}

const HEADINGS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation'];

/** Everything that is wrong with a page, in sentences; empty when it is fit to be read at night. */
export function pageProblems(page: Runbook, variables: readonly string[]): readonly string[] {
  const problems: string[] = [];
  const headings = [...page.body.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  if (headings.join() !== HEADINGS.join()) {
    problems.push(`its headings are ${headings.join(', ')}; they are ${HEADINGS.join(', ')}`);
  }
  if (!page.body.trimStart().startsWith(`# ${page.alert}\n`))
    problems.push(`it does not start with "# ${page.alert}"`);
  if (page.steps.length < 2) problems.push('it has fewer than two steps in its front matter');
  const blocks = [...page.body.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, command]) => command);
  const commands = page.steps.map(({ run }) => run);
  if (blocks.join('\0') !== commands.join('\0')) {
    const odd = blocks.find((block, at) => block !== commands[at]) ?? commands[blocks.length] ?? '';
    problems.push(
      `its sh blocks are not the commands of its steps, in order; the first that differs: ${odd}`,
    );
  }
  for (const [at, step] of page.steps.entries()) {
    if (!page.body.includes(`\n### ${at + 1}. ${step.title}\n`)) {
      problems.push(`step ${step.id} has no heading "### ${at + 1}. ${step.title}"`);
    }
    if (step.effect === 'none' && page.steps.slice(0, at).some(({ effect }) => effect === 'change')) {
      problems.push(`step ${step.id} only reads and stands behind one that changes something`);
    }
    const used = [...step.run.matchAll(/\$\{?([A-Z][A-Z_]*)/g)].map(([, name]) => name ?? '');
    const unknown = used.filter((name) => !variables.includes(name));
    if (unknown.length > 0)
      problems.push(`step ${step.id} uses $${unknown.join(', $')}, which the alert has not`);
  }
  return problems;
}
