import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installedPromtools, testRules } from '../support/promtool.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { groupsNamedIn, readCases, writeCase } from './rule-cases.ts';

const cases = readCases(join(import.meta.dirname, 'recorded'));

describeWith(['promtool'], 'recorded series', () => {
  describe.each(installedPromtools())('%s', (promtool) => {
    test.each(cases)('$name', async (one) => {
      using dir = new TempDir();
      const path = writeCase(dir, one.name, one, groupsNamedIn(one.text));
      const { ok, output } = await testRules([path], promtool);
      expect(ok ? 'SUCCESS' : output).toBe('SUCCESS');
    });
  });
});
