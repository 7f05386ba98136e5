import { statSync } from 'node:fs';

/**
 * The folder with cases from outside, which the environment variable TIDEGATE_CASES names; undefined when it names none.
 *
 * @throws Error when there is no such folder: cases that nobody finds must not look like cases that pass
 */
export function outsideCases(folder = process.env['TIDEGATE_CASES']): string | undefined {
  if (folder === undefined || folder === '') return undefined;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new Error(
    `TIDEGATE_CASES is ${folder}, where no folder is; name one with vectors/*.json or rules/*.yaml`,
  );
}
