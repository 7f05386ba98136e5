import { type Contract, type Example, headersOf, objectOf, pathOf } from './contract.ts';
import { evaluate } from './expr.ts';

interface HttpTemplate {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value?: string }[];
  readonly body: string;
  readonly successCondition: string;
}

/**
 * The `http` template of Argo Workflows: its condition sees the body as text. A header from a Secret is that Secret's value.
 *
 * @see https://argo-workflows.readthedocs.io/en/latest/http-template/
 */
export const argoWorkflowsHttp: Contract = {
  sends(example) {
    const { method, url, headers, body } = templateOf(example);
    const known = headers.filter(({ value }) => value !== undefined);
    return {
      method,
      path: pathOf(url),
      headers: { ...headersOf(known), authorization: 'Bearer TOKEN' },
      body,
    };
  },
  makesOf(example, got) {
    if (got === undefined) return 'Error';
    const response = { statusCode: got.status, body: got.text };
    return evaluate(templateOf(example).successCondition, { response }) ? 'Succeeded' : 'Failed';
  },
};

function templateOf(example: Example): HttpTemplate {
  const { spec } = objectOf<{ spec: { templates: readonly { http: HttpTemplate }[] } }>(
    example,
    'WorkflowTemplate',
  );
  const [template] = spec.templates;
  if (template === undefined) throw new Error('the workflow has no template');
  return template.http;
}
