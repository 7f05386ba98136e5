import { type Contract, type Example, jsonOrText, objectOf, pathOf } from './contract.ts';
import { evaluate, type Value } from './expr.ts';

interface Spec {
  readonly httpRequest: {
    readonly method: string;
    readonly urlTemplate: string;
    readonly headerTemplates: Readonly<Record<string, string>>;
    readonly bodyTemplate: string;
  };
  readonly success: { readonly when: { readonly expression: string } };
}

/**
 * GitOps Promoter's WebRequestCommitStatus: the commit may be promoted when the expression is true, and is pending when it is
 * false or the request failed. The bearer token comes from a Secret.
 *
 * @see https://gitops-promoter.readthedocs.io/en/latest/commit-status-controllers/web-request/
 */
export const gitopsPromoter: Contract = {
  sends(example) {
    const { method, urlTemplate, headerTemplates, bodyTemplate } = specOf(example).httpRequest;
    const own = Object.entries(headerTemplates).map(([name, value]) => [name.toLowerCase(), value]);
    const headers = { ...Object.fromEntries(own), authorization: 'Bearer TOKEN' };
    return { method, path: pathOf(urlTemplate), headers, body: bodyTemplate };
  },
  makesOf(example, got) {
    if (got === undefined) return 'pending';
    const Response = { StatusCode: got.status, Body: jsonOrText(got.text) as Value };
    try {
      return evaluate(specOf(example).success.when.expression, { Response }) ? 'success' : 'pending';
    } catch (error) {
      // An expression that does not run fails the reconciliation, and the phase stays what it is.
      if (error instanceof TypeError) return 'pending';
      throw error;
    }
  },
};

function specOf(example: Example): Spec {
  return objectOf<{ spec: Spec }>(example, 'WebRequestCommitStatus').spec;
}
