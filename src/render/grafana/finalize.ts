import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

/** The name of a query in its panel: A, B, C. */
export function refId(at: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + at);
}

/**
 * What the SDK leaves open or sets wrong (0.0.21): ids and refIds are missing, every link and annotation is put into
 * the controls menu, and variables carry the fields of interval variables.
 */
export function finalize(board: Dashboard): Dashboard {
  return withoutNoise({ ...board, panels: (board.panels ?? []).map(withNames) }) as Dashboard;
}

/** The same for panels that stand on no board. */
export function finalizePanels(panels: readonly Panel[]): readonly Panel[] {
  return withoutNoise(panels.map(withNames)) as readonly Panel[];
}

/** Ids are 1..n in reading order, so that a link to a panel survives a change below it. */
function withNames<P extends Panel | RowPanel>(panel: P, at: number): P {
  const named = { ...panel, id: at + 1 };
  if (!('targets' in named) || named.targets === undefined) return named;
  return { ...named, targets: named.targets.map((target, nth) => ({ ...target, refId: refId(nth) })) };
}

/** Keys that the SDK writes and nobody set. */
const NOISE = new Set(['placement', 'auto', 'auto_min', 'auto_count', '_implementsDataqueryVariant']);

function withoutNoise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !NOISE.has(key) && typeof inner !== 'function');
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNoise(inner)]));
}
