import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { print } from '../../promql/print.ts';
import { measureOf } from '../prometheus/conditions.ts';
import { itemsPanel, presencePanel } from './lane-panels.ts';
import { unlimitedPanel } from './unlimited-panel.ts';
import { type Comparing, valuePanel } from './value-panel.ts';

/**
 * The panels of a signal, from its definition alone: one for each number that its alerts compare, with their limits
 * in it; bad items and missing things as lanes. Burn alerts stand in panels of their own.
 */
export function signalPanels(signal: AnySignal, bundle: Bundle): readonly Panel[] {
  if (signal.kind === 'presence') return [presencePanel(signal, bundle)];
  const alerts = signal.alerts as readonly AnyAlert[];
  const values = comparisons(signal, bundle).map((drawn) => valuePanel(signal, drawn, bundle));
  const items = alerts.filter(({ when }) => when.is === 'any');
  if (items.length > 0) {
    // Beside a panel of their share, the items need another title.
    const title = values.length === 0 ? signal.title : `${signal.title}, one by one`;
    return [...values, itemsPanel(signal, items, title, bundle)];
  }
  return values.length > 0 ? values : [unlimitedPanel(signal, bundle)];
}

/** Alerts that compare a number with a limit, together where it is the same number. */
function comparisons(signal: AnySignal, bundle: Bundle): readonly [Comparing, ...Comparing[]][] {
  const byNumber = new Map<string, [Comparing, ...Comparing[]]>();
  for (const alert of signal.alerts as readonly AnyAlert[]) {
    const measure = alert.when.is === 'any' ? undefined : measureOf(signal, alert, bundle);
    if (measure === undefined) continue;
    const number = print(measure.value.node, bundle.print);
    const same = byNumber.get(number);
    if (same === undefined) byNumber.set(number, [{ alert, measure }]);
    else same.push({ alert, measure });
  }
  return [...byNumber.values()];
}
