import { DefinitionError } from '../domain/errors.ts';
import type { Matcher } from './node.ts';

/** Matchers as an author writes them: `Ready` for equality, `=~a|b`, `!~a|b` or `!=a` in front for the others. */
export type Matchers = Readonly<Record<string, string>>;

/** Functions that lose or merge clusters in a shared store, with what to write instead. */
const REFUSED: Readonly<Record<string, string>> = {
  absent: 'absent() sees one store, not one cluster; use a presence signal, which asks per cluster',
  absent_over_time:
    'absent_over_time() sees one store, not one cluster; use a presence signal, which asks per cluster',
  vector: 'vector() has no cluster; multiply something that has one by 0 instead',
  scalar: 'scalar() has no cluster and is NaN for two; compare two vectors instead',
};

/** @internal The name of a label. */
export function labelName(label: string): string {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
    throw new DefinitionError('promql/label-name', `"${label}" is no label name`);
  }
  return label;
}

/** @internal */
export function parseMatchers(matchers: Matchers): readonly Matcher[] {
  return Object.entries(matchers).map(([label, text]) => {
    if (label === 'cluster' || label === 'job') {
      throw new DefinitionError(
        'promql/reserved-label',
        `${label} is filled in by the model; leave it out of the matchers`,
      );
    }
    const operator = (['=~', '!~', '!='] as const).find((prefix) => text.startsWith(prefix));
    return operator === undefined
      ? { label: labelName(label), operator: '=' as const, value: text }
      : { label: labelName(label), operator, value: text.slice(2) };
  });
}

/** @internal The name of a metric, refused where it is really a function call. */
export function metricName(name: string): string {
  const called = /^([a-z_]+)\(/.exec(name)?.[1];
  if (called !== undefined) {
    throw new DefinitionError(
      'promql/function-as-metric',
      REFUSED[called] ??
        `"${name}" is an expression; name a metric and combine it with the functions of promql/`,
    );
  }
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) {
    throw new DefinitionError('promql/metric-name', `"${name}" is no metric name`);
  }
  return name;
}
