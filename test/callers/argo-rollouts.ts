import {
  type Contract,
  type Example,
  type Got,
  headersOf,
  jsonOrText,
  objectOf,
  pathOf,
} from './contract.ts';
import { evaluate, type Value } from './expr.ts';

/** How one measurement ends. */
export type Phase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** A metric with the provider `web`, as far as the rules below read it. */
export interface WebMetric {
  readonly count: number;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  readonly consecutiveSuccessLimit: number;
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: {
    readonly web: {
      readonly method: string;
      readonly url: string;
      readonly headers: readonly { readonly key: string; readonly value: string }[];
      readonly jsonBody: unknown;
      readonly jsonPath: string;
    };
  };
}

/** The one metric of the example. */
export function webMetricOf(example: Example): WebMetric {
  const { spec } = objectOf<{ spec: { metrics: readonly WebMetric[] } }>(example, 'AnalysisTemplate');
  const [metric] = spec.metrics;
  if (metric === undefined) throw new Error('the template has no metric');
  return metric;
}

/**
 * The `web` metric of Argo Rollouts, which Kargo's verification runs, too.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
 */
export const argoRolloutsWeb: Contract = {
  sends(example) {
    const { method, url, headers, jsonBody } = webMetricOf(example).provider.web;
    return { method, path: pathOf(url), headers: headersOf(headers, 'key'), body: JSON.stringify(jsonBody) };
  },
  makesOf: (example, got) => measure(webMetricOf(example), got),
};

function measure({ provider, successCondition, failureCondition }: WebMetric, got: Got): Phase {
  // Everything but 2xx is an error of the measurement and not a failure of what is measured.
  if (got === undefined || got.status < 200 || got.status > 299) return 'Error';
  const body = jsonOrText(got.text);
  // What is no JSON is the result as it stands.
  const result = typeof body === 'string' ? body : fieldAt(body, provider.web.jsonPath);
  if (result === undefined) return 'Error';
  if (evaluate(failureCondition, { result })) return 'Failed';
  return evaluate(successCondition, { result }) ? 'Successful' : 'Inconclusive';
}

/** The simple form of Kubernetes' JSONPath: one field of the body. */
function fieldAt(body: unknown, path: string): Value | undefined {
  const field = /^\{\$\.(?<name>\w+)\}$/.exec(path)?.groups?.['name'];
  if (field === undefined) throw new Error(`${path} is no path to one field`);
  return (body as { readonly [name: string]: Value })[field];
}

/**
 * How an analysis with one metric ends after these measurements; `Running` while it goes on.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export function analysisOf(metric: WebMetric, measurements: readonly Phase[]): Phase | 'Running' {
  const count = { Successful: 0, Failed: 0, Inconclusive: 0, Error: 0 };
  let [errors, successes] = [0, 0];
  for (const phase of measurements) {
    count[phase] += 1;
    errors = phase === 'Error' ? errors + 1 : 0;
    successes = phase === 'Successful' ? successes + 1 : 0;
    if (count.Failed > metric.failureLimit) return 'Failed';
    if (count.Inconclusive > metric.inconclusiveLimit) return 'Inconclusive';
    if (errors > metric.consecutiveErrorLimit) return 'Error';
    if (successes >= metric.consecutiveSuccessLimit) return 'Successful';
    // Measurements that ended in an error are not counted.
    if (count.Successful + count.Failed + count.Inconclusive >= metric.count) return 'Successful';
  }
  return 'Running';
}
