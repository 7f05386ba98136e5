import { beforeAll, describe, expect, test } from 'vitest';
import { SCRIPT_PATH } from '../../src/http/pages/script.ts';
import { STYLE_PATH } from '../../src/http/pages/style.ts';
import { suiteResources } from '../support/resources.ts';
import { call, startApp, type TestApp } from './start-app.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: unknown }[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: { $ref: string } }> };
  readonly responses: Record<string, { description: string; content?: Record<string, object> }>;
}

interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly servers: readonly { url: string }[];
  readonly tags: readonly { name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Record<string, unknown>>; securitySchemes: object };
}

interface RouterLayer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

const resources = suiteResources();
let app: TestApp;
let document: Document;
let operations: (readonly [string, Operation])[];

beforeAll(async () => {
  app = resources.use(await startApp());
  const answer = await call(`${app.url}/openapi.json`);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  document = answer.body as unknown as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
});

test('every route of the application is in the document, and every operation in the application', () => {
  const stack = (app.app.router as unknown as { stack: readonly RouterLayer[] }).stack;
  const served = stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {});
    // What refuses other methods stands under all of them.
    return methods.length === 1 ? [`${methods[0]} ${route?.path.replace(/:(\w+)/g, '{$1}')}`] : [];
  });

  expect(served.length).toBeGreaterThan(15);
  expect(served.sort()).toEqual(operations.map(([name]) => name).sort());
});

describe('the document is OpenAPI 3.1', () => {
  test('in its frame', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'tidegate', version: '0.0.0-test' });
    expect(document.servers).toEqual([{ url: 'http://127.0.0.1' }]);
    expect(document.components.securitySchemes).toHaveProperty('token.scheme', 'bearer');
  });

  test('in every operation', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const [name, { operationId, summary, responses, tags: own }] of operations) {
      expect(operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary, name).toMatch(/^[A-Z].*[^.]$/);
      expect(tags, name).toEqual(expect.arrayContaining([...own]));
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(status, name).toMatch(/^([1-5]\d\d|default)$/);
        expect(description, name).toMatch(/\.$/);
        const isProblem = status === 'default' || (Number(status) >= 400 && !name.endsWith('/readyz'));
        if (isProblem) expect(Object.keys(content ?? {}), name).toContain('application/problem+json');
      }
    }
  });

  test('in every parameter: those of the path are there, required, and no others', () => {
    for (const [name, { parameters = [] }] of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      const inTemplate = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect(
        inPath.map((parameter) => parameter.name),
        name,
      ).toEqual(inTemplate);
      expect(
        inPath.every(({ required }) => required),
        name,
      ).toBe(true);
      for (const parameter of parameters) expect(parameter.schema, name).toHaveProperty('type');
    }
  });

  test('in every reference', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '');
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs) {
      expect(document.components.schemas).toHaveProperty([ref.replace('#/components/schemas/', '')]);
    }
  });

  test('in every schema: objects say what they require, and it is among what they have', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const {
        type,
        properties = {},
        required = [],
      } = schema as { type?: string; properties?: object; required?: string[] };
      expect(type, name).toBe('object');
      expect(Object.keys(properties), name).toEqual(expect.arrayContaining(required));
    }
  });
});

test('requests are documented as strict as they are, numbers as numbers', () => {
  expect(document.components.schemas['Ask']).toMatchObject({
    additionalProperties: false,
    required: ['app', 'revision', 'phase'],
    properties: { phase: { enum: ['PreSync', 'PostSync', 'SyncFail'] } },
  });
  const wait = document.paths['/v1/verdicts']?.['post']?.parameters?.[0];
  expect(wait).toMatchObject({
    name: 'wait',
    in: 'query',
    schema: { type: 'integer', minimum: 0, maximum: 60, default: 0 },
  });
  expect(wait?.required ?? false).toBe(false);
});

test('what needs an identity says so', () => {
  const open = operations.filter(([, { security }]) => security.length === 0).map(([name]) => name);

  expect(open.sort()).toEqual(
    [
      // Its address tells who calls.
      'post /v1/callers/flagger/{capability}',
      `get ${STYLE_PATH}`,
      `get ${SCRIPT_PATH}`,
      'get /act/{form}',
      'get /catalogue',
      'get /healthz',
      'get /openapi.json',
      'get /readyz',
      'get /runbooks',
      'get /runbooks/{alert}',
      'get /runbooks/{alert}.json',
      'get /sign-in',
      'get /sign-in/oidc',
      'get /sign-in/oidc/callback',
      'post /act/{form}',
      'post /sign-in',
      'post /sign-out',
    ].sort(),
  );
});
