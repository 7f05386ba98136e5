import type { AnySignal, Slo } from '../../catalogue/signal.ts';
import { BURN_TIERS, SLO_PERIOD } from '../../domain/burn-rate.ts';
import { type Duration, seconds } from '../../domain/duration.ts';
import { BUDGET_REMAINING } from '../../domain/recorded-series.ts';
import type { Node } from '../../promql/node.ts';
import { print } from '../../promql/print.ts';
import { recordedSelector, sumOfMinutes } from './recorded.ts';
import type { Rule, RuleGroup } from './rule.ts';

/** A signal's SLO with the recorded series that count its bad and all events. */
export interface SloSeries {
  readonly slo: Slo;
  readonly bad: Node;
  readonly all: Node;
}

/** The SLO of a signal; in item-minutes for states. */
export function sloSeriesOf(signal: AnySignal): SloSeries | undefined {
  if (!('slo' in signal) || signal.slo === undefined) return undefined;
  const { slo, id } = signal;
  if (signal.kind === 'state') {
    return { slo, bad: recordedSelector('bad', id), all: recordedSelector('among', id) };
  }
  const edge = signal.kind === 'latency' ? signal.slo.edge : undefined;
  return { slo, bad: recordedSelector('events', id, edge), all: recordedSelector('exposure', id) };
}

/** Windows that burn alerts and boards read, shortest first. */
export const SLO_WINDOWS: readonly Duration[] = [
  ...new Set(Object.values(BURN_TIERS).flatMap(({ long, short }) => [long, short])),
].sort((a, b) => seconds(a) - seconds(b));

/** Recorded error ratio of an SLO over a window, per cluster; the name is Sloth's. */
export function sloRatioSelector(slo: string, window: Duration): Node {
  const matchers = [{ label: 'slo', operator: '=' as const, value: slo }];
  return { is: 'selector', metric: `slo:sli_error:ratio_rate${window}`, matchers };
}

/** The error ratios of all windows, for the group that the burn alerts stand in. */
export function sloRecordings({ slo, bad, all }: SloSeries): readonly Rule[] {
  return SLO_WINDOWS.map((window) => ({
    record: `slo:sli_error:ratio_rate${window}`,
    expr: print(errorRatio(bad, all, window), { jobs: {} }),
    labels: { slo: slo.id },
  }));
}

/** The remaining budget, in a group of its own: thirty days of minutes are read seldom. */
export function budgetGroup({ slo, bad, all }: SloSeries): RuleGroup {
  const remaining: Node = {
    is: 'binary',
    operator: '-',
    left: { is: 'number', value: 1 },
    right: {
      is: 'binary',
      operator: '/',
      left: errorRatio(bad, all, SLO_PERIOD),
      right: {
        is: 'binary',
        operator: '-',
        left: { is: 'number', value: 1 },
        right: { is: 'number', value: slo.objective },
      },
    },
  };
  return {
    name: `tidegate/slo-budget/${slo.id}`,
    interval: '5m',
    rules: [{ record: BUDGET_REMAINING, expr: print(remaining, { jobs: {} }), labels: { slo: slo.id } }],
  };
}

function errorRatio(bad: Node, all: Node, window: Duration): Node {
  const some: Node = {
    is: 'binary',
    operator: '>',
    left: sumOfMinutes(all, window),
    right: { is: 'number', value: 0 },
  };
  return { is: 'binary', operator: '/', on: ['cluster'], left: sumOfMinutes(bad, window), right: some };
}
