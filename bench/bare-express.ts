import express from 'express';
import { listen } from '../src/http/server.ts';

/** The floor of a gate's answers: the same framework, the same kind of body in and out, and nothing in between. */
export function startBareExpress(): ReturnType<typeof listen> {
  const bare = express();
  bare.disable('x-powered-by');
  bare.disable('etag');
  bare.post('/v1/verdicts', express.json(), (request, response) => {
    response.json({
      verdict: 'hold',
      reason: 'run/soaking',
      cluster: request.body.cluster,
      reasons: [{ code: 'x', text: 'y'.repeat(1_000) }],
    });
  });
  return listen(bare, { host: '127.0.0.1', port: 0 });
}
