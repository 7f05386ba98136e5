import type { Unreadable } from './parse-manifests.ts';
import type { Finding } from './rule.ts';

/** What was looked at, and what was found. */
export interface CheckReport {
  readonly files: number;
  readonly objects: number;
  readonly findings: readonly Finding[];
  readonly unreadable: readonly Unreadable[];
}

/** Whether something has to be mended before the gate can be relied on. */
export function isBroken({ findings, unreadable }: CheckReport): boolean {
  return unreadable.length > 0 || findings.some(({ severity }) => severity === 'error');
}

/** A report as lines for people: each finding with its place, the reason and the mend. */
export function reportText(report: CheckReport): string {
  const { files, objects, findings, unreadable } = report;
  const looked = `${count(objects, 'object')} in ${count(files, 'file')}`;
  if (findings.length === 0 && unreadable.length === 0) {
    return `${looked}: nothing opens a way around the gate, and nothing ends where nobody asks.\n`;
  }
  const broken = unreadable.map(
    ({ file, line, what }) =>
      `${file}:${line}: error: ${what}\n  Nothing after it in this document was checked.`,
  );
  const found = findings.map(
    ({ file, line, severity, rule, object, what, why, mend }) =>
      `${file}:${line}: ${severity}: ${object}: ${what}  [${rule}]\n  ${why}\n  Mend: ${mend}`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length + unreadable.length;
  const warnings = findings.length + unreadable.length - errors;
  return `${[...broken, ...found].join('\n\n')}\n\n${looked}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.\n`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
