import { z } from 'zod';
import type { Access, KnownCaller } from '../identity/caller.ts';
import type { Reply } from './reply.ts';
import { validPart } from './request-error.ts';

/** One kind of answer of a route; without a schema it is text. */
export interface DocumentedAnswer {
  readonly description: string;
  readonly contentType?: string;
  readonly schema?: z.ZodType;
}

/** A request in which everything is checked. */
export interface RouteRequest<A extends Access, P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Undefined only on open routes. */
  readonly caller: A extends 'open' ? KnownCaller | undefined : KnownCaller;
  /** A secret that this browser and the gate share: what forms are sealed with. */
  readonly session: string;
  /** The header `Cookie`. */
  readonly cookie: string | undefined;
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal;
}

interface RouteFacts {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/runs/{id}`. */
  readonly path: string;
  /** Name of the operation in generated clients. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** The path holds a secret, `{capability}`, that tells who calls; callers that send no headers of ours have it. */
  readonly hasCapability?: true;
  /** By status. */
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  /** The body comes from a form of a page, not as JSON. */
  readonly isForm?: true;
  /** Statuses of problems of its own, beside those of identity and input. */
  readonly problems?: readonly (404 | 409 | 503)[];
}

/** How a route is written: one schema for each part validates, types and documents it. */
export interface RouteDefinition<
  A extends Access,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
> extends RouteFacts {
  readonly access: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly handle: (
    request: RouteRequest<A, z.output<P>, z.output<Q>, z.output<B>>,
  ) => Reply | Promise<Reply>;
}

/** A request as it came. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: KnownCaller | undefined;
  readonly session: string;
  readonly cookie: string | undefined;
  readonly gone: AbortSignal;
}

/** A route, whatever its schemas. */
export interface Route extends RouteFacts {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** @throws RequestError 422 when a part does not fit its schema, and whatever the use case throws */
  answer(request: RawRequest): Promise<Reply>;
}

const NOTHING = z.strictObject({});

/** A route from its definition. Parts that are not described have to be empty; a body without schema is not looked at. */
export function route<
  A extends Access,
  P extends z.ZodType = typeof NOTHING,
  Q extends z.ZodType = typeof NOTHING,
  B extends z.ZodType = z.ZodUndefined,
>(definition: RouteDefinition<A, P, Q, B>): Route {
  const { handle, params, query, body, ...facts } = definition;
  return {
    ...facts,
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    async answer(raw) {
      return handle({
        params: validPart(params ?? NOTHING, 'path', raw.params) as z.output<P>,
        query: validPart(query ?? NOTHING, 'query', raw.query) as z.output<Q>,
        body: (body && validPart(body, 'body', raw.body)) as z.output<B>,
        caller: raw.caller as RouteRequest<A, never, never, never>['caller'],
        session: raw.session,
        cookie: raw.cookie,
        gone: raw.gone,
      });
    },
  };
}

/** A path as Express writes it: `/v1/runs/:id`. */
export function expressPath({ path }: Pick<Route, 'path'>): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
