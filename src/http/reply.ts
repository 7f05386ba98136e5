import type { Html } from './pages/html.ts';

/** What a route answers, before it is sent. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Data, as JSON. */
export function json(data: unknown, status = 200): Reply {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(data) };
}

/** A page for people. */
export function page(content: Html, status = 200): Reply {
  return { status, contentType: 'text/html; charset=utf-8', body: content.html };
}

/** Bare text. */
export function text(body: string, contentType = 'text/plain; charset=utf-8'): Reply {
  return { status: 200, contentType, body };
}
