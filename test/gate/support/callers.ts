import type { Caller } from '../../../src/gate/use-cases.ts';

/** What an Argo CD hook is. */
export const HOOK: Caller = { name: 'hook', rights: new Set(['hook', 'read']) };
