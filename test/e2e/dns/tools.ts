import type { ToolName } from '../../../tools/tools.ts';

/** Real programs that the scenario starts. */
export const TOOLS = [
  'prometheus',
  'coredns',
  'node_exporter',
  'alertmanager',
] as const satisfies readonly ToolName[];
