import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tools } from '../../tools/tools.ts';
import { describeWith, outcomeOf, toolPath } from './tool.ts';

const [promtool] = tools;
const optional = tools.filter((tool) => 'optional' in tool);

test.each([
  { missing: [], ci: undefined, outcome: 'run' },
  { missing: [], ci: 'true', outcome: 'run' },
  { missing: [promtool], ci: undefined, outcome: 'skip' },
  { missing: [promtool], ci: 'true', outcome: 'fail' },
  { missing: optional, ci: 'true', outcome: 'skip' },
  { missing: [promtool, ...optional], ci: 'true', outcome: 'fail' },
])('a suite that misses $missing.length tools, under CI=$ci: $outcome', ({ missing, ci, outcome }) => {
  expect(outcomeOf(missing, { CI: ci })).toBe(outcome);
});

describeWith(['promtool'], 'with promtool', () => {
  test('its path is that of a program', () => {
    expect(existsSync(toolPath('promtool'))).toBe(true);
  });
});
