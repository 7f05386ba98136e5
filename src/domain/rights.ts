/**
 * What a caller may do. `hook` asks before a sync, `sync` reports its end, both as Argo CD hooks do; `read` reads; `webhook` makes the gate look at once;
 * `probe` reports a functional test; `fix` lets a repair past the waves; the others are a person's words of that name
 * (`freeze` thaws, too).
 */
export const RIGHTS = [
  'hook',
  'sync',
  'read',
  'freeze',
  'override',
  'retry',
  'acknowledge',
  'adopt',
  'fix',
  'webhook',
  'probe',
] as const;

export type Right = (typeof RIGHTS)[number];
