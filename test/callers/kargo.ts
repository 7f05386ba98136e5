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
    if (evaluate(failureExpression, { response })) {
      // A problem has no text of ours: then the step tells the status alone.
      const told = evaluate(errorExpression, { response });
      return typeof told === 'string' ? `Failed: ${told.split(' ')[0]}` : 'Failed';
    }
    return evaluate(successExpression, { response }) ? 'Succeeded' : 'Running';
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
