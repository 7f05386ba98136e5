import { z } from 'zod';

/** A JSON schema as the document has them. */
export type Schema = Readonly<Record<string, unknown>>;

/** One parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

/** One operation of the document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly type: string; readonly schema: Schema };
  /** The right that its caller needs; undefined where none is. */
  readonly right?: string;
  /** By status, or `default`. */
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** An OpenAPI document as far as fuzzing needs it. */
export interface Document {
  readonly operations: readonly Operation[];
  /** A schema without references at its top. */
  resolve(schema: Schema): Schema;
  /** What is wrong with a value; empty when it fits. */
  problemsOf(schema: Schema, value: unknown): readonly string[];
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly security?: readonly { readonly token?: readonly string[] }[];
  readonly responses: Operation['responses'];
}

type JsonSchemas = Record<string, z.core.JSONSchema.JSONSchema>;

const LOCAL = '#/components/schemas/';

/** Reads a document; the schemas that validate answers are made of it and not of the code that made it. */
export function readDocument(raw: unknown): Document {
  const { paths, components } = raw as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const definitions = JSON.parse(
    JSON.stringify(components.schemas).replaceAll(LOCAL, '#/$defs/'),
  ) as JsonSchemas;
  const validators = new Map<Schema, z.ZodType>();
  const validatorOf = (schema: Schema) => {
    const known = validators.get(schema);
    if (known) return known;
    const own = JSON.parse(JSON.stringify(schema).replaceAll(LOCAL, '#/$defs/')) as object;
    const made = z.fromJSONSchema({ ...own, $defs: definitions });
    validators.set(schema, made);
    return made;
  };
  return {
    operations: Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => operationOf(path, method, operation)),
    ),
    resolve(schema) {
      const { $ref } = schema;
      if (typeof $ref !== 'string') return schema;
      const target = components.schemas[$ref.replace(LOCAL, '')];
      if (target === undefined) throw new Error(`the document refers to ${$ref}, which it does not hold`);
      return target;
    },
    problemsOf(schema, value) {
      const { error } = validatorOf(schema).safeParse(value);
      return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    },
  };
}

function operationOf(path: string, method: string, operation: RawOperation): Operation {
  const [body] = Object.entries(operation.requestBody?.content ?? {});
  const right = operation.security?.[0]?.token?.[0];
  return {
    method: method.toUpperCase(),
    path,
    operationId: operation.operationId,
    parameters: operation.parameters ?? [],
    ...(body?.[1].schema && { body: { type: body[0], schema: body[1].schema } }),
    ...(right !== undefined && { right }),
    responses: operation.responses,
  };
}
