import type { Bundle } from '../../catalogue/bundle.ts';
import { runbookUrl } from '../../catalogue/bundle.ts';
import { gateWatchdog } from '../../catalogue/gate.ts';
import { WATCHDOG, WATCHDOG_MISSING } from '../../domain/watchdog.ts';
import { print } from '../../promql/print.ts';
import { gauge } from '../../promql/vector.ts';
import { boardUrl } from '../board-link.ts';
import type { RuleGroup } from './rule.ts';

/**
 * An alert that nobody is paged by: it goes the way of every other, so that one who waits for it knows when none arrives.
 * It is made of the gate's own series, which end when the gate is not scraped any more.
 *
 * @returns nothing where the bundle leaves out who waits for it
 */
export function watchdogGroups({ signals, parameters, print: context }: Bundle): readonly RuleGroup[] {
  if (!signals.some(({ id }) => id === gateWatchdog.id)) return [];
  const alive = gauge('tidegate', 'tidegate_build_info', {}, []);
  return [
    {
      name: 'tidegate/watchdog',
      interval: '1m',
      rules: [
        {
          alert: WATCHDOG,
          expr: print(alive.node, context),
          for: '0s',
          labels: { severity: 'none' },
          annotations: {
            summary: 'Always fires, so that the gate hears that alerts reach it. Pages nobody.',
            // Who sees it where it should not be asks what it is for.
            runbook_url: runbookUrl(WATCHDOG_MISSING, parameters),
            dashboard_url: boardUrl('gate', parameters, '{{ $labels.cluster | urlquery }}'),
          },
        },
      ],
    },
  ];
}
