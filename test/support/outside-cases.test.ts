import { expect, test } from 'vitest';
import { outsideCases } from './outside-cases.ts';

test('cases from outside stand in a folder, or nobody asked for any', () => {
  expect(outsideCases('')).toBeUndefined();
  expect(outsideCases(import.meta.dirname)).toBe(import.meta.dirname);
});

test.each([`${import.meta.dirname}/none`, import.meta.filename])('%s is refused', (path) => {
  expect(() => outsideCases(path)).toThrow('where no folder is');
});
