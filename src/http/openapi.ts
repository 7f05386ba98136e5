import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { rightsTable } from '../identity/token-kinds.ts';
import type { Route } from './route.ts';
import { ProblemView } from './view-schemas.ts';

/** What the document says of the gate as a whole. */
export interface ApiFacts {
  readonly version: string;
  readonly publicUrl: string;
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request can not be read.',
  401: 'No identity, or a refused one.',
  403: 'Not from here, or not with this token.',
  404: 'There is no such thing.',
  409: 'It contradicts what the ledger holds.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'A part of the request does not fit.',
  503: 'It can not be decided now; ask again later.',
};

const PROBLEM_CONTENT = { 'application/problem+json': { schema: ProblemView } };

/** The OpenAPI 3.1 document of routes, from the very schemas that validate. */
export function openApiDocument(routes: readonly Route[], { version, publicUrl }: ApiFacts): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'tidegate',
      version,
      description: 'SLO-based rollout gates: hooks ask whether a change may go on.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: `Not needed by a gate that listens on loopback only. Each operation names the right it needs.\n\n${rightsTable()}`,
        },
      },
    },
    paths,
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { id, tag, summary, description, access, hasCapability, params, query, body, isForm } = route;
  const bodyType = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    security: access === 'open' || hasCapability ? [] : [{ token: [access] }],
    requestParams: {
      ...(params instanceof z.ZodObject && { path: params }),
      ...(query instanceof z.ZodObject && { query }),
    },
    ...(body && { requestBody: { required: true, content: { [bodyType]: { schema: body } } } }),
    responses: responses(route),
  };
}

function responses({ answers, problems = [], body }: Route): ZodOpenApiResponsesObject {
  const own = Object.entries(answers).map(([status, { description, contentType, schema }]) => [
    status,
    {
      description,
      content: {
        [contentType ?? 'application/json']: schema ? { schema } : {},
        // A status that a verdict has may be a problem's, too.
        ...(problems.some((problem) => problem === Number(status)) && PROBLEM_CONTENT),
      },
    },
  ]);
  const statuses = [
    // Even where none is needed a token that is shown must be a good one.
    401,
    403,
    ...(body ? [400, 413, 415] : []),
    422,
    ...problems,
  ];
  const refused = statuses
    .filter((status) => answers[status] === undefined)
    .map((status) => [status, problemResponse(PROBLEMS[status] ?? 'A problem.')]);
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(refused),
    default: problemResponse('Anything else that went wrong.'),
  };
}

function problemResponse(description: string) {
  return { description, content: PROBLEM_CONTENT };
}
