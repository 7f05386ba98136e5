import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Bundle, defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { AnyAlert, AnySignal } from '../../src/catalogue/signal.ts';
import { groupsOf, toYaml } from '../../src/render/prometheus/render-rules.ts';
import type { RuleGroup } from '../../src/render/prometheus/rule.ts';
import type { TempDir } from '../support/temp-dir.ts';

/** The catalogue with every parameter's default: what the test files are written for. */
export const BUNDLE: Bundle = defineBundle(CATALOGUE);

/** An alert and the signal it stands under. */
export interface CatalogueAlert {
  readonly name: string;
  readonly signal: AnySignal;
  readonly alert: AnyAlert;
}

/** Every alert of the catalogue. */
export const ALERTS: readonly CatalogueAlert[] = BUNDLE.signals.flatMap((signal) =>
  (signal.alerts as readonly AnyAlert[]).map((alert) => ({ name: alert.name, signal, alert })),
);

/** A promtool test file. Its `rule_files` are `[RULES]`: the rendered rules, as for none and for any that is not beside it. */
export interface RuleCase {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
}

/** The YAML files of a folder, sorted; none when there is no such folder. */
export function readCases(folder: string): readonly RuleCase[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return names.sort().map((name) => ({
      name: name.replace(/\.ya?ml$/, ''),
      folder,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Rule groups of a signal that evaluate within a test: all but the thirty days of the remaining budget. */
export function testedGroups(signal: AnySignal, bundle: Bundle = BUNDLE): readonly RuleGroup[] {
  return groupsOf(signal, bundle).filter(({ name }) => !name.startsWith('tidegate/slo-budget/'));
}

/** The groups of every signal that a test file names, by an alert, its id or its SLO; all when it names none. */
export function groupsNamedIn(text: string): readonly RuleGroup[] {
  const words = new Set(text.match(/[A-Za-z0-9-]+/g));
  const named = BUNDLE.signals.filter((signal) => namesOf(signal).some((name) => words.has(name)));
  return (named.length > 0 ? named : BUNDLE.signals).flatMap((signal) => testedGroups(signal));
}

function namesOf(signal: AnySignal): readonly string[] {
  const slo = 'slo' in signal && signal.slo !== undefined ? [signal.slo.id] : [];
  return [signal.id, ...slo, ...(signal.alerts as readonly AnyAlert[]).map(({ name }) => name)];
}

/**
 * Writes a test file and the rules it reads, and returns its path. The groups are evaluated in the order in which
 * they read each other; promtool takes any order unless the file names one.
 *
 * @param name of the files, without ending
 */
export function writeCase(dir: TempDir, name: string, one: RuleCase, groups: readonly RuleGroup[]): string {
  const rendered = dir.write(`${name}.rules.yaml`, toYaml({ groups }));
  const content: CaseContent | null = parse(one.text);
  if (content === null || typeof content !== 'object') {
    throw new Error(`${join(one.folder, one.name)}: is no promtool test file; expected an object with tests`);
  }
  const files = (content.rule_files ?? []).map((file) => join(one.folder, file));
  const read = files.map((file) => (existsSync(file) ? file : rendered));
  const filledIn = {
    ...content,
    rule_files: read.length > 0 ? [...new Set(read)] : [rendered],
    group_eval_order: content.group_eval_order ?? groups.map((group) => group.name),
  };
  return dir.write(`${name}.test.yaml`, stringify(filledIn));
}

interface CaseContent {
  readonly rule_files?: readonly string[];
  readonly group_eval_order?: readonly string[];
}
