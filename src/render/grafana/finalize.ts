import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

/** The name of a query in its panel: A, B, C. */
export function refId(at: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + at);
}

/**
 * What the SDK leaves open or sets wrong (0.0.21): ids and refIds are missing, every link and annotation is put into
 * the controls menu, and links and variables carry the fields of other kinds.
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

/** Keys that the SDK writes and nobody set, with the value that says so. */
const NOISE: Readonly<Record<string, (value: unknown) => boolean>> = {
  // A legend has a placement too, and keeps it.
  placement: (value) => value === 'inControlsMenu',
  auto: () => true,
  auto_min: () => true,
  auto_count: () => true,
  repeatDirection: () => true,
  // What a link between boards can have, on links that lead elsewhere.
  type: (value) => value === 'link',
  icon: (value) => value === '',
  tooltip: (value) => value === '',
  tags: (value) => Array.isArray(value) && value.length === 0,
  asDropdown: (value) => value === false,
  includeVars: (value) => value === false,
  keepTime: (value) => value === false,
};

function withoutNoise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !NOISE[key]?.(inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNoise(inner)]));
}
