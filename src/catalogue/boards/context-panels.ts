import type { ContextPanel } from './context-panel.ts';

/** Every context panel, the most telling first. */
export const CONTEXT_PANELS: readonly ContextPanel[] = [];
