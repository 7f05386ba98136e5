import { readFileSync } from 'node:fs';

/** The package's version; package.json lies two folders up from here in a checkout and in the built package alike. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
