/**
 * What a signal belongs to. `addons` stands for "any add-on": it is among the components of a change
 * as soon as the change has one `addon/<name>`.
 */
export type Component =
  | 'control-plane'
  | 'nodes'
  | 'dns'
  | 'addons'
  | `addon/${string}`
  | 'workloads'
  | 'telemetry'
  | 'gate';

/** Whether a text names a component. */
export function isComponent(text: string): text is Component {
  return /^(control-plane|nodes|dns|addons|workloads|telemetry|gate|addon\/[a-z0-9]([a-z0-9-]*[a-z0-9])?)$/.test(
    text,
  );
}

/** Whether a change of `changed` components can be blamed for trouble in `component`. */
export function touches(changed: readonly Component[], component: Component): boolean {
  if (changed.includes(component)) return true;
  const isAddon = (name: Component) => name === 'addons' || name.startsWith('addon/');
  if (component === 'addons') return changed.some(isAddon);
  return isAddon(component) && changed.includes('addons');
}
