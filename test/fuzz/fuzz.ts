import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { anyRequest, type FuzzRequest, type FuzzWorld } from './arbitrary-request.ts';
import type { Document, Operation } from './document.ts';

/** How much is tried. */
export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
}

/** An answer as it came. */
interface Answered {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Sends requests to a gate, one after the other, and holds every answer to the document.
 *
 * @returns how many answers there were of each status
 * @throws Error with the shortest request that shows the problem
 */
export async function fuzz(
  url: string,
  world: FuzzWorld,
  { requests, seed }: FuzzOptions,
): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const property = fc.asyncProperty(anyRequest(world), async (asked) => {
      const answer = await send(url, agent, asked);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const problems = problemsOf(world.document, asked, answer);
      if (problems.length > 0) throw new Error(told(asked, answer, problems));
    });
    const { failed, errorInstance, counterexamplePath } = await fc.check(property, {
      numRuns: requests,
      seed,
    });
    // Its own report repeats the request whole, the document's part included.
    if (failed) {
      throw new Error(`seed ${seed}, path ${counterexamplePath}`, { cause: errorInstance });
    }
  } finally {
    agent.destroy();
  }
  return statuses;
}

/** Longest that an answer may take; a verdict is waited for a second at most here. */
const PATIENCE_MS = 20_000;

function send(url: string, agent: Agent, asked: FuzzRequest): Promise<Answered> {
  const { method, path, headers, body = '' } = asked;
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const sent = body === '' ? headers : { ...headers, 'content-length': String(length) };
    const outgoing = httpRequest(
      { hostname, port, agent, method, path, headers: sent, timeout: PATIENCE_MS },
      (incoming) => {
        const { statusCode: status = 0, headers: answered } = incoming;
        text(incoming).then(
          (whole) => resolve({ status, type: answered['content-type'] ?? '', body: whole }),
          reject,
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Statuses of HTTP itself, which any route may answer. */
const OF_HTTP: readonly number[] = [400, 404, 405, 413, 414, 415, 431];

function problemsOf(document: Document, asked: FuzzRequest, answer: Answered): readonly string[] {
  const { status, type, body } = answer;
  if (status >= 500) return [`answered ${status}`];
  // Headers of more than 16 KiB are refused before any of ours sees the request.
  if (status === 431) return [];
  if (asked.method === 'HEAD' || asked.method === 'OPTIONS') return [];
  if (status < 400 && (asked.isStray || asked.method !== asked.operation.method)) return [];
  const [mediaType = ''] = type.split(';');
  const content = contentOf(asked.operation, status)?.[mediaType];
  // A browser reads problems as pages.
  if (content === undefined)
    return status >= 400 && mediaType === 'text/html'
      ? []
      : [`${status} is not documented as ${mediaType || 'an answer without type'}`];
  if (!mediaType.endsWith('json') || content.schema === undefined) return [];
  const value = parsed(body);
  return value === undefined ? ['the body is not JSON'] : document.problemsOf(content.schema, value.json);
}

function contentOf(
  { responses }: Operation,
  status: number,
): NonNullable<Operation['responses'][string]['content']> | undefined {
  const own = responses[String(status)] ?? (OF_HTTP.includes(status) ? responses['default'] : undefined);
  return own?.content ?? (own === undefined ? undefined : {});
}

function parsed(body: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(body) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function told(
  { operation, method, path, headers, body }: FuzzRequest,
  answer: Answered,
  problems: readonly string[],
): string {
  return [
    `${operation.operationId}: ${problems.join('; ')}`,
    `> ${method} ${path.slice(0, 500)}`,
    `> ${JSON.stringify(headers).slice(0, 500)}`,
    `> ${body?.slice(0, 500) ?? ''}`,
    `< ${answer.status} ${answer.type}`,
    `< ${answer.body.slice(0, 1_000)}`,
  ].join('\n');
}
