import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnySignal } from '../../catalogue/signal.ts';
import { type Duration, durationOf, seconds } from '../../domain/duration.ts';
import { RECORDED, type RecordedKind, type RecordedSeries } from '../../domain/recorded-series.ts';
import { minuteIncrease, observations, observationsUpTo, scraped } from '../../promql/counter.ts';
import type { Node } from '../../promql/node.ts';
import { print } from '../../promql/print.ts';
import { by, combine, either, except, times, type Vector } from '../../promql/vector.ts';

/** A recorded series before printing. */
export interface Recording {
  readonly kind: RecordedKind;
  readonly edge?: number;
  readonly of: Vector;
}

/** What a signal records, per cluster: counts for ratios, latencies and events, items for states, a value for gauges. */
export function recordingsOf(signal: AnySignal, bundle: Bundle): readonly Recording[] {
  const minute = (of: Parameters<typeof minuteIncrease>[0]) =>
    minuteIncrease(of, bundle.parameters.scrapeInterval);
  switch (signal.kind) {
    case 'ratio':
      return [
        { kind: 'exposure', of: minute(signal.total) },
        { kind: 'events', of: minute(signal.bad) },
      ];
    case 'latency': {
      const all = minute(observations(signal.of));
      const slower = signal.edges.map((edge: number) => ({
        kind: 'events' as const,
        edge,
        of: atLeastZero(combine(all, '-', minute(observationsUpTo(signal.of, edge)))),
      }));
      return [{ kind: 'exposure', of: all }, ...slower];
    }
    case 'events':
      return [
        { kind: 'exposure', of: scraped(signal.events.exporter) },
        { kind: 'events', of: minute(signal.events) },
      ];
    case 'gauge':
      return [{ kind: 'value', of: by(signal.worse === 'up' ? 'max' : 'min', signal.value) }];
    case 'state':
      return [
        { kind: 'among', of: by('count', signal.among) },
        { kind: 'bad', of: by('sum', signal.bad) },
      ];
    case 'presence':
      return [
        { kind: 'among', of: signal.expected },
        { kind: 'bad', of: either(except(signal.expected, signal.seen), times(signal.expected, 0)) },
      ];
  }
}

/** Two counts scraped at slightly different moments can differ by less than nothing. */
function atLeastZero(of: Vector): Vector {
  const clamped: Node = { is: 'call', name: 'clamp_min', args: [of.node, { is: 'number', value: 0 }] };
  return { ...of, node: clamped };
}

/** The selector of a recorded series of a signal. */
export function recordedSelector(kind: RecordedKind, signal: string, edge?: number): Node {
  const matchers = [{ label: 'signal', operator: '=' as const, value: signal }];
  const edges = edge === undefined ? [] : [{ label: 'edge', operator: '=' as const, value: String(edge) }];
  return { is: 'selector', metric: RECORDED[kind], matchers: [...matchers, ...edges] };
}

/** A recorded series of a signal as PromQL, for people to paste. */
export function recordedQuery(kind: RecordedKind, signal: string, edge?: number): string {
  return print(recordedSelector(kind, signal, edge), { jobs: {} });
}

/** Every series that the rules record, with the expression that gives the same number live. */
export function recordedSeries(bundle: Bundle): readonly RecordedSeries[] {
  return bundle.signals.flatMap((signal) =>
    recordingsOf(signal, bundle).map(({ kind, edge, of }) => ({
      kind,
      signal: signal.id,
      ...(edge === undefined ? {} : { edge }),
      expr: print(of.node, bundle.print),
    })),
  );
}

/**
 * The sum of the recorded minutes of a window. The range is half a minute shorter than the window, because the
 * minutes stand exactly on the evaluations: `[5m]` would hold five of them in Prometheus 3 and six in Prometheus 2.
 */
export function sumOfMinutes(of: Node, over: Duration): Node {
  const window = durationOf(seconds(over) - 30);
  return { is: 'call', name: 'sum_over_time', args: [{ is: 'range', of, window }] };
}
