import { ADDONS_CONTEXT } from './addons.ts';
import type { ContextPanel } from './context-panel.ts';
import { CONTROL_PLANE_CONTEXT } from './control-plane.ts';
import { COREDNS_CONTEXT } from './coredns.ts';
import { GATE_CONTEXT } from './gate.ts';
import { NODES_CONTEXT } from './nodes.ts';

/** Every context panel; of those of one board the most telling come first. */
export const CONTEXT_PANELS: readonly ContextPanel[] = [
  ...CONTROL_PLANE_CONTEXT,
  ...NODES_CONTEXT,
  ...COREDNS_CONTEXT,
  ...ADDONS_CONTEXT,
  ...GATE_CONTEXT,
];
