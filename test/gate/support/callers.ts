import type { Caller } from '../../../src/gate/use-cases.ts';

/** What an Argo CD hook is. */
export const HOOK: Caller = { name: 'hook', rights: new Set(['hook', 'read']) };

/** Somebody who may let a fix past the waves. */
export const FIXER: Caller = { name: 'ada', rights: new Set(['hook', 'read', 'fix']) };

/** What tells what Argo CD has deployed. */
export const NOTIFIER: Caller = { name: 'argocd', rights: new Set(['webhook']) };

/** A person's word. */
export const ADA = { actor: 'ada', reason: 'looked at it' };
