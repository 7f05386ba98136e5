import type { IdentityError } from '../domain/errors.ts';
import type { Html } from './pages/layout.ts';

/** What a route answers, before it is sent. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Somebody was turned away, politely: counted and audited as any other refusal. */
  readonly refusal?: IdentityError;
}

/** Data, as JSON. */
export function json(data: unknown, status = 200): Reply {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(data) };
}

/** A page for people. */
export async function page(content: Html, status = 200): Promise<Reply> {
  return { status, contentType: 'text/html; charset=utf-8', body: String(await content) };
}

/** On to another page. */
export function seeOther(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status: 303,
    contentType: 'text/plain; charset=utf-8',
    body: '',
    headers: { ...headers, location },
  };
}

/** Bare text. */
export function text(body: string, contentType = 'text/plain; charset=utf-8'): Reply {
  return { status: 200, contentType, body };
}
