import { beforeAll, expect, test } from 'vitest';
import { suiteResources } from '../support/resources.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { ALERTS, readCases, testedGroups, writeCase } from './rule-cases.ts';
import { runCases } from './run-cases.ts';

const files = new Map(readCases(import.meta.dirname).map((one) => [one.name, one]));

describeWith(['promtool'], 'a mistake in a rule', () => {
  const dir = suiteResources().use(new TempDir());
  const mutants = new Map<string, ReadonlyMap<string, Mutant>>();
  let passed: ReadonlyMap<string, boolean>;

  beforeAll(async () => {
    for (const one of ALERTS) {
      const file = files.get(one.name);
      if (file === undefined) continue;
      const written = mutantsOf(one, testedGroups(one.signal)).map(
        (mutant, at) => [writeCase(dir, `${one.name}/${at}`, file, mutant.groups), mutant] as const,
      );
      mutants.set(one.name, new Map(written));
    }
    passed = await runCases([...mutants.values()].flatMap((written) => [...written.keys()]));
  }, 240_000);

  test.each(ALERTS)('fails the test of $name', ({ name }) => {
    const written = [...(mutants.get(name) ?? [])];
    const survivors = written.filter(([path]) => passed.get(path)).map(([, mutant]) => mutant.name);
    expect(written.length).toBeGreaterThanOrEqual(5);
    expect(survivors).toEqual([]);
  });
});
