import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import type { Phase } from '../../src/domain/run.ts';
import type { HookAsk } from '../../src/hook/ask-gate.ts';
import { type HookResult, runHook } from '../../src/hook/run-hook.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { createVerifyJwt } from '../../src/identity/jwt.ts';
import { createKeySet } from '../../src/identity/key-set.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { World } from '../gate/support/world.ts';
import { startApp, type TestApp } from '../http/start-app.ts';
import { type Issuer, type SigningKey, signingKey, startIssuer } from '../support/issuer.ts';

const HOOK = 'system:serviceaccount:platform:tidegate-hook';
/** The shortest that Kubernetes gives out; the kubelet fetches another one at 80 % of it. */
const LIFE_SECONDS = 600;

/** A gate that knows the cluster a-1 by its issuer. */
function serve(world: World, { url: issuer }: Issuer): Promise<TestApp> {
  const now = () => world.clock.now();
  const verifyJwt = createVerifyJwt(
    [
      {
        issuer,
        kind: 'hook',
        audience: 'tidegate',
        subjects: [HOOK],
        maxLifetimeSeconds: 3600,
        clusters: ['a-1'],
        keys: createKeySet({ issuer }, { now }),
      },
    ],
    now,
  );
  const identify = createIdentity({ verifyJwt, readers: 'identified', publicUrl: 'http://127.0.0.1', now });
  return startApp({ gate: world.gate, identify, now });
}

/** The kubelet: what it puts in the pod's file. */
function tokenFile(world: World, issuer: Issuer, signsWith: () => SigningKey): () => Promise<string> {
  let token = '';
  let since = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = Math.floor(world.clock.now() / 1000);
    if (now - since >= LIFE_SECONDS * 0.8) {
      since = now;
      const claims = { sub: HOOK, aud: 'tidegate', iat: now, nbf: now, exp: now + LIFE_SECONDS };
      token = await issuer.sign(signsWith(), claims);
    }
    return token;
  };
}

test('through a rotation of keys, an outage and throttling of the issuer a soak ends as it would have', async () => {
  const [old, next] = [await signingKey('old'), await signingKey('next')];
  await using issuer = await startIssuer([old.jwk]);
  issuer.cacheControl = 'max-age=60';
  await using world = await World.open({ clusters: ['a-1'], judge: judgeRun });
  world.policy = { ...world.policy, minSoakMs: 25 * MINUTE_MS };
  await using app = await serve(world, issuer);
  let signsWith = old;
  const token = tokenFile(world, issuer, () => signsWith);
  const hook = (phase: Phase, mode: 'wait' | 'register'): Promise<HookResult> =>
    runHook(
      {
        gateUrl: app.url,
        // The cluster is not told: it is derived.
        ask: { app: 'bom', revision: 'r1', digest: 'd1', phase } as HookAsk,
        token,
        mode,
        onHold: 'fail',
        maxWaitMs: 0,
      },
      { clock: world.clock, progress: () => undefined, aborted: new AbortController().signal },
    );
  expect(await hook('PreSync', 'wait')).toMatchObject({ end: 'go' });
  expect(await hook('PostSync', 'register')).toMatchObject({ end: 'registered' });

  const happens: Readonly<Record<number, () => void>> = {
    2: () => {
      issuer.keys = [old.jwk, next.jwk];
      signsWith = next;
    },
    12: () => {
      issuer.keys = [next.jwk];
    },
    14: () => {
      issuer.answering = (_request, response) => response.destroy();
    },
    18: () => {
      issuer.answering = (_request, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    },
  };
  const ends = new Set<string>();
  let minute = 0;
  do {
    minute += 1;
    happens[minute]?.();
    await world.pass(1);
    ends.add((await hook('PostSync', 'wait')).end);
  } while (!ends.has('go') && minute < 60);

  expect([...ends]).toEqual(['hold', 'go']);
  expect(minute).toBeGreaterThan(18);
  expect(await world.store.latest('bom', 'a-1', 'd1')).toMatchObject({ state: 'go' });
});
