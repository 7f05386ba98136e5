import { type Contract, type Example, headersOf, jsonOrText, objectOf, pathOf } from './contract.ts';
import { evaluate, type Value } from './expr.ts';

interface HttpStep {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
  readonly successExpression: string;
  readonly failureExpression: string;
  readonly errorExpression: string;
}

/**
 * Kargo's promotion step `http`: failure is final and comes first, success ends the step, anything else is asked again.
 *
 * @see https://docs.kargo.io/user-guide/reference-docs/promotion-steps/http
 */
export const kargoHttp: Contract = {
  sends(example) {
    const { method, url, headers, body } = stepOf(example);
    return { method, path: pathOf(url), headers: headersOf(headers), body };
  },
  makesOf(example, got) {
    if (got === undefined) return 'Errored';
    const { successExpression, failureExpression, errorExpression } = stepOf(example);
    const response = { status: got.status, body: jsonOrText(got.text) as Value };
    try {
      if (evaluate(failureExpression, { response })) {
        return `Failed: ${String(evaluate(errorExpression, { response })).split(' ')[0]}`;
      }
      return evaluate(successExpression, { response }) ? 'Succeeded' : 'Running';
    } catch (error) {
      // An expression that does not run is an error of the step, which is tried again.
      if (error instanceof TypeError) return 'Errored';
      throw error;
    }
  },
};

function stepOf(example: Example): HttpStep {
  const { spec } = objectOf<{
    spec: { promotionTemplate: { spec: { steps: readonly { uses: string; config: HttpStep }[] } } };
  }>(example, 'Stage');
  const step = spec.promotionTemplate.spec.steps.find(({ uses }) => uses === 'http');
  if (step === undefined) throw new Error('the stage has no step http');
  return step.config;
}
