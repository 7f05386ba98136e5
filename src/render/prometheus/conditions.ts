import { type Bundle, limitOf } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal, Guard } from '../../catalogue/signal.ts';
import { BURN_TIERS, burnThreshold } from '../../domain/burn-rate.ts';
import { type Duration, seconds } from '../../domain/duration.ts';
import { DefinitionError } from '../../domain/errors.ts';
import { observations, observationsUpTo, rate } from '../../promql/counter.ts';
import type { Node } from '../../promql/node.ts';
import { combine, compare, except, only, times, type Vector, vectorOf } from '../../promql/vector.ts';
import { recordedSelector, sumOfMinutes } from './recorded.ts';
import { sloRatioSelector } from './slo.ts';

/** What an alert measures and where it fires; panels draw the one and the limit of the other. */
export interface Measure {
  /** Without the comparison. */
  readonly value: Vector<string>;
  readonly operator: '>' | '<';
  readonly limit: number;
}

/**
 * What an alert compares. With item labels the raw series are read, because nothing below the cluster is recorded;
 * without, the recorded minutes.
 */
export function measureOf(signal: AnySignal, alert: AnyAlert, bundle: Bundle): Measure | undefined {
  const { when } = alert;
  const limit = limitOf(alert, bundle.parameters);
  const above = (value: Vector<string>) => ({ value, operator: '>' as const, limit: limit ?? 0 });
  switch (when.is) {
    case 'above':
    case 'below': {
      const operator = when.is === 'above' ? '>' : '<';
      return { value: valueOver(signal, when.over), operator, limit: limit ?? 0 };
    }
    case 'slower':
      return above(valueOver(signal, when.over, when.than));
    case 'any':
      return signal.kind === 'state' ? { value: signal.bad, operator: '>', limit: 0 } : undefined;
    case 'burning':
    case 'filling':
    case 'missing':
      return undefined;
  }
}

/** The number that a signal is about, over a time where it counts events. */
function valueOver(signal: AnySignal, over: Duration | undefined, edge?: number): Vector<string> {
  const perItem = signal.by.length > 0;
  const window = over ?? '5m';
  switch (signal.kind) {
    case 'ratio':
      return perItem
        ? share(rate(signal.bad, window, signal.by), rate(signal.total, window, signal.by))
        : recordedShare(signal.id, window);
    case 'latency': {
      if (!perItem || edge === undefined) return recordedShare(signal.id, window, edge);
      const all = rate(observations(signal.of), window, signal.by);
      const fast = rate(observationsUpTo(signal.of, edge), window, signal.by);
      return share(combine(all, '-', fast), all);
    }
    case 'events':
      return perItem ? times(rate(signal.events, window, signal.by), 60) : recordedShare(signal.id, window);
    case 'gauge':
      return signal.value;
    case 'state':
      return shareOf(recordedSelector('bad', signal.id), recordedSelector('among', signal.id));
    case 'presence':
      throw new DefinitionError(
        'signal/condition',
        `signal ${signal.id}: a presence has no value to compare`,
      );
  }
}

function share(bad: Vector<string>, all: Vector<string>): Vector<string> {
  return combine(bad, '/', compare(all, '>', 0));
}

function shareOf(bad: Node, all: Node): Vector {
  return combine(vectorOf(bad, []), '/', compare(vectorOf(all, []), '>', 0));
}

/** Events per exposure over the recorded minutes of a window. */
export function recordedShare(signal: string, over: Duration, edge?: number): Vector {
  return shareOf(
    sumOfMinutes(recordedSelector('events', signal, edge), over),
    sumOfMinutes(recordedSelector('exposure', signal), over),
  );
}

/** The expression of an alert. */
export function expressionOf(signal: AnySignal, alert: AnyAlert, bundle: Bundle): Node {
  const fires = guarded(firing(signal, alert, bundle), signal, alert);
  return fires.node;
}

function firing(signal: AnySignal, alert: AnyAlert, bundle: Bundle): Vector<string> {
  const { when } = alert;
  const measure = measureOf(signal, alert, bundle);
  if (measure !== undefined) return compare(measure.value, measure.operator, measure.limit);
  if (when.is === 'missing' && signal.kind === 'presence') return except(signal.expected, signal.seen);
  if (when.is === 'filling' && signal.kind === 'gauge') {
    const trend: Node = {
      is: 'call',
      name: 'predict_linear',
      args: [
        { is: 'range', of: signal.value.node, window: when.over, step: '5m' },
        { is: 'number', value: seconds(when.within) },
      ],
    };
    const full = compare(vectorOf<string>(trend, signal.value.labels), '<', 0);
    return only(compare(signal.value, '<', when.below), full);
  }
  if (when.is === 'burning' && 'slo' in signal && signal.slo !== undefined) {
    const { long, short } = BURN_TIERS[when.tier];
    const limit: Node = {
      is: 'binary',
      operator: '*',
      left: { is: 'number', value: burnThreshold(when.tier) },
      right: {
        is: 'binary',
        operator: '-',
        left: { is: 'number', value: 1 },
        right: { is: 'number', value: signal.slo.objective },
      },
    };
    const burns = (window: Duration): Vector => {
      const left = sloRatioSelector(signal.slo?.id ?? '', window);
      return vectorOf({ is: 'binary', operator: '>', left, right: limit }, []);
    };
    return only(burns(long), burns(short));
  }
  throw new DefinitionError(
    'signal/condition',
    `${alert.name}: a ${signal.kind} signal can't be "${when.is}"`,
  );
}

function guarded(fires: Vector<string>, signal: AnySignal, alert: AnyAlert): Vector<string> {
  return (alert.when.and ?? []).reduce((vector: Vector<string>, guard: Guard<string>) => {
    if ('only' in guard) return only(vector, guard.only);
    if ('except' in guard) return except(vector, guard.except);
    return only(vector, trafficAbove(signal, guard.traffic, windowOf(alert)));
  }, fires);
}

/** Traffic is looked at over the alert's own window; a burning budget over its shortest. */
function windowOf({ when }: AnyAlert): Duration {
  if (when.is === 'burning') return BURN_TIERS.fast.short;
  return ('over' in when ? when.over : undefined) ?? '5m';
}

function trafficAbove(signal: AnySignal, perSecond: number, over: Duration): Vector<string> {
  if (signal.by.length === 0) {
    const total = sumOfMinutes(recordedSelector('exposure', signal.id), over);
    return compare(vectorOf<string>(total, []), '>', perSecond * seconds(over));
  }
  const all =
    signal.kind === 'ratio' ? signal.total : signal.kind === 'latency' ? observations(signal.of) : undefined;
  if (all === undefined) {
    throw new DefinitionError('signal/guard', `signal ${signal.id}: only ratios and latencies have traffic`);
  }
  return compare(rate(all, over, signal.by), '>', perSecond);
}
