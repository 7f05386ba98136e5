import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type BundleParameters, defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { ExporterName } from '../../src/catalogue/exporters.ts';
import { diagnose } from '../../src/probe/diagnose.ts';
import type { Targets } from '../../src/probe/facts.ts';
import { needsOf } from '../../src/probe/needs.ts';
import { factsOf } from './support/facts-of.ts';
import { PAGES } from './support/pages.ts';

interface Case {
  readonly name: string;
  readonly jobs?: Readonly<Record<string, string>>;
  readonly without?: readonly ExporterName[];
  readonly drop?: Readonly<Record<string, string>>;
  readonly replace?: Readonly<Record<string, readonly [string, string]>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly targets?: Readonly<Record<string, Targets | null>>;
  readonly set?: Partial<BundleParameters['jobs']>;
  readonly rules?: boolean;
  readonly expect: Readonly<Record<string, string>>;
}

const CASES = parse(readFileSync(new URL('cases.yaml', import.meta.url), 'utf8')) as readonly Case[];

/** The pages of a case by job. */
function pagesOf({
  jobs = {},
  without = [],
  drop = {},
  replace = {},
  add = {},
}: Case): Readonly<Record<string, string>> {
  const pages: Record<string, string> = {};
  for (const [exporter, page] of Object.entries(PAGES)) {
    if (without.includes(exporter as ExporterName)) continue;
    const dropped = drop[exporter];
    const [what, instead] = replace[exporter] ?? [];
    const kept = page.split('\n').filter((line) => dropped === undefined || !new RegExp(dropped).test(line));
    const text = kept.join('\n');
    pages[jobs[exporter] ?? exporter] =
      what === undefined ? text : text.replaceAll(new RegExp(what, 'g'), instead ?? '');
  }
  for (const [job, lines] of Object.entries(add)) pages[job] = `${pages[job] ?? ''}\n${lines}`;
  return pages;
}

describe('what a cluster’s content makes of the signals', () => {
  test.each(CASES)('$name', (one) => {
    const bundle = defineBundle(CATALOGUE, { jobs: one.set ?? {} });
    const needs = needsOf(bundle);
    const { targets, rules } = one;
    const content = {
      pages: pagesOf(one),
      ...(targets === undefined ? {} : { targets }),
      ...(rules === undefined ? {} : { rules }),
    };
    const facts = factsOf(
      content,
      needs.flatMap((signal) => signal.needs),
    );
    const [cluster] = diagnose([facts], { bundle, needs, values: new Map() });
    const lacking = (cluster?.signals ?? []).filter(({ state }) => state !== 'delivered');
    const found = lacking.map(({ id, state, problems }) => [
      id,
      [state, ...new Set(problems.map(({ code }) => code))].join(' '),
    ]);
    expect(Object.fromEntries(found)).toEqual(one.expect);
  });
});
