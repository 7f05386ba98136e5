import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rightsTable } from '../../src/identity/token-kinds.ts';

test('the README holds the table of rights as it is', () => {
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(rightsTable());
});
