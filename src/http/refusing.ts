import type { Express, NextFunction, Request, Response } from 'express';
import { NotFoundError } from '../domain/errors.ts';
import type { Log } from '../telemetry/log.ts';
import { factsOf } from './middleware.ts';
import { problemPage } from './pages/problem-page.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { type ProblemAnswer, problemOf } from './problem.ts';
import { RequestError } from './request-error.ts';
import { expressPath, type Route } from './route.ts';

/** Answers 405 with `Allow` where a path is known and the method is not. */
export function refuseOtherMethods(app: Express, routes: readonly Route[]): void {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  for (const [path, own] of paths) {
    const methods = own.flatMap(({ method }) =>
      method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    );
    const allow = methods.join(', ');
    app.all(expressPath({ path }), (request, response) => {
      factsOf(response).route = path;
      const message = `${path} can't be asked by ${request.method}; use ${allow}.`;
      throw new RequestError(405, 'route/wrong-method', message, { headers: { allow } });
    });
  }
}

/** Answers 404 where no route matches. */
export function refuseUnknownRoutes(request: Request): never {
  throw new NotFoundError(
    'route/unknown',
    `There is no ${request.path} here; GET /openapi.json lists every route.`,
  );
}

/** Answers an error that was thrown on the way, as a problem or to a browser as a page; logs those that are ours. */
export function answerErrors(
  error: unknown,
  on: {
    readonly request: Request;
    readonly response: Response;
    readonly next: NextFunction;
    readonly log: Log;
    /** Where people can sign in without a token. */
    readonly provider: string | undefined;
  },
): void {
  const { request, response, next, log, provider } = on;
  const { requestId, route } = factsOf(response);
  const answer = problemOf(error, requestId);
  const { status, code } = answer.problem;
  if (status >= 500) {
    log[status === 503 ? 'warn' : 'error'](
      { err: error, requestId, method: request.method, route, code },
      'failed',
    );
  }
  // Half an answer is out already: Express ends the connection, so that nobody takes it for a whole one.
  if (response.headersSent) next(error);
  else sendProblem(request, response, { ...answer, provider });
}

function sendProblem(
  request: Request,
  response: Response,
  { problem, headers, provider }: ProblemAnswer & { readonly provider: string | undefined },
): void {
  response.status(problem.status).set(headers);
  const asked = request.accepts(['application/problem+json', 'application/json', 'text/html']);
  if (asked === 'text/html') {
    // A person who is not known yet is asked to sign in, and comes back to where it wanted to go.
    const isStranger = problem.status === 401 && request.method === 'GET';
    const shown = isStranger ? signInPage({ to: request.originalUrl, provider }) : problemPage(problem);
    response.set('content-type', 'text/html; charset=utf-8').end(String(shown));
    return;
  }
  response.set('content-type', 'application/problem+json; charset=utf-8').end(JSON.stringify(problem));
}
