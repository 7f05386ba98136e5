import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createIdentity } from '../../src/identity/identity.ts';
import { suiteResources } from '../support/resources.ts';
import { RUN } from './fake-gate.ts';
import { call, NOW, startApp, type TestApp } from './start-app.ts';

const resources = suiteResources();
const PERSON = 'alex-token';
const READER = 'rob-token';
const OVERRIDE = `/act/override?run=${RUN.id}`;

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');

let app: TestApp;
let expires = Number.POSITIVE_INFINITY;

beforeEach(async () => {
  expires = Number.POSITIVE_INFINITY;
  app = resources.use(
    await startApp({
      identify: (presented) =>
        createIdentity({
          tokens: [
            { name: 'alex', sha256: sha256(PERSON), kind: 'person', expires },
            { name: 'rob', sha256: sha256(READER), kind: 'reader' },
          ],
          readers: 'identified',
          publicUrl: 'https://gate.example.org',
          now: () => NOW,
        })(presented),
    }),
  );
});

/** Sends a form as a browser does. */
function send(path: string, fields: Readonly<Record<string, string>>, cookie = '', origin = app.url) {
  return call(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', origin, cookie },
    body: new URLSearchParams(fields),
  });
}

function browse(path: string, cookie = '') {
  return call(`${app.url}${path}`, { headers: { accept: 'text/html', cookie } });
}

async function signIn(token: string): Promise<string> {
  const { headers } = await send('/sign-in', { token, to: '/' });
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Fields of the form on a page, as a browser would send them. */
function fieldsOf(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}

describe('a person with a browser', () => {
  test('is asked to sign in, and comes back to where it wanted to go', async () => {
    const asked = await browse(OVERRIDE);

    expect(asked.status).toBe(401);
    expect(asked.text).toContain('<h1>Sign in</h1>');
    const { to } = fieldsOf(asked.text);
    const signed = await send('/sign-in', { to: to ?? '', token: PERSON });
    expect(signed.status).toBe(303);
    expect(signed.headers.get('location')).toBe(OVERRIDE);
    expect(signed.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict; Max-Age=43200$/);
  });

  test('reads a page after signing in, and is asked to sign in before', async () => {
    expect((await browse('/rollouts')).text).toContain('<h1>Sign in</h1>');
    expect((await browse('/rollouts', await signIn(READER))).text).toContain('<h1>Rollouts</h1>');
  });

  test('with a wrong token stays outside, and that is audited', async () => {
    const refused = await send('/sign-in', { token: 'guessed', to: '/' });

    expect(refused.status).toBe(401);
    expect(refused.headers.has('set-cookie')).toBe(false);
    expect(app.gate.recorded).toMatchObject([{ kind: 'refused', data: { code: 'identity/refused' } }]);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'is never sent to %s',
    async (to) => {
      expect((await send('/sign-in', { token: PERSON, to })).headers.get('location')).toBe('/');
    },
  );
});

describe('the form that decides a run', () => {
  test('shows what it would do before it does it, and does it in the name of the person', async () => {
    const cookie = await signIn(PERSON);
    const form = await browse(OVERRIDE, cookie);
    expect(form.text).toContain('<label for="reason">Reason</label>');
    const typed = { ...fieldsOf(form.text), verdict: 'halt', reason: 'users <b>report</b> it' };

    const shown = await send('/act/override', { ...typed, step: 'show' }, cookie);

    expect(shown.text).toContain('platform-bom on prod-1 is soaking now; it becomes halted by your word.');
    expect(shown.text).toContain('1 cluster of a later wave is not getting this digest');
    expect(shown.text).toContain('users &lt;b&gt;report&lt;/b&gt; it');
    expect(app.gate.words).toEqual([]);

    const done = await send('/act/override', { ...fieldsOf(shown.text), ...typed, step: 'do' }, cookie);
    expect(done.status).toBe(303);
    expect(done.headers.get('location')).toBe('/runs/run-1');
    expect(app.gate.words).toEqual([
      { id: RUN.id, verdict: 'halt', reason: 'users <b>report</b> it', actor: 'alex' },
    ]);
  });

  test.each([
    ['no reason', { reason: ' ' }, 'Give a reason of 1 to 1000 characters'],
    ['a reason without end', { reason: 'x'.repeat(1_500) }, 'this one has 1500'],
    ['no decision', { verdict: '' }, 'Choose go or halt.'],
    ['a run that is not there', { run: 'nobody' }, 'There is no run nobody.'],
  ])('says what is wrong with %s, and keeps what was typed', async (_what, wrong, text) => {
    const cookie = await signIn(PERSON);
    const typed = { ...fieldsOf((await browse(OVERRIDE, cookie)).text), verdict: 'halt', reason: 'typed' };

    const answer = await send('/act/override', { ...typed, ...wrong, step: 'do' }, cookie);

    expect(answer.status).toBe(422);
    expect(answer.text).toContain(text);
    expect(answer.text).toContain('<option value="halt"');
    expect(app.gate.words).toEqual([]);
  });

  test('loses nothing when the session ends in the middle', async () => {
    const cookie = await signIn(PERSON);
    const typed = {
      ...fieldsOf((await browse(OVERRIDE, cookie)).text),
      verdict: 'go',
      reason: 'typed for minutes',
    };
    expires = NOW;

    const asked = await send('/act/override', { ...typed, step: 'show' }, cookie);
    expect(asked.status).toBe(401);
    expires = Number.POSITIVE_INFINITY;
    const back = await send('/sign-in', { ...fieldsOf(asked.text), token: PERSON });

    expect(back.status).toBe(200);
    expect(back.text).toContain('typed for minutes</textarea>');
    expect(back.text).toContain('<option value="go" selected>');
    expect(app.gate.words).toEqual([]);
  });

  test('is refused to who has no right to it', async () => {
    const answer = await browse(OVERRIDE, await signIn(READER));

    expect(answer.status).toBe(403);
    expect(answer.text).toContain('no right &quot;override&quot;');
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['no browser', { origin: '' }, 403],
    ['a form of another session', { seal: 'other' }, 403],
  ])('is not taken from %s', async (_what, { origin, seal }: { origin?: string; seal?: string }, status) => {
    const cookie = await signIn(PERSON);
    const typed = { ...fieldsOf((await browse(OVERRIDE, cookie)).text), verdict: 'halt', reason: 'r' };

    const answer = await send(
      '/act/override',
      { ...typed, ...(seal && { seal }), step: 'do' },
      cookie,
      origin,
    );

    expect(answer.status).toBe(status);
    expect(app.gate.words).toEqual([]);
  });
});

describe('the stop switch', () => {
  test('tells what it stops before it stops it, and for how long', async () => {
    const cookie = await signIn(PERSON);
    const typed = {
      ...fieldsOf((await browse('/act/freeze', cookie)).text),
      scope: 'wave',
      name: 'prod',
      hours: '36',
      rollbacks: 'allowed',
      reason: 'the region is in trouble',
    };

    const shown = await send('/act/freeze', { ...typed, step: 'show' }, cookie);
    expect(shown.text).toContain('Nothing is let onto wave prod for 1 d 12 h');
    const done = await send('/act/freeze', { ...typed, step: 'do' }, cookie);

    expect(done.status).toBe(303);
    expect((await browse('/', cookie)).text).toContain('the region is in trouble');
  });

  test.each([
    ['no hours', { hours: '' }, 'Give the hours as a number'],
    ['hours before now', { hours: '-1' }, 'Give the hours as a number'],
    ['nothing to freeze', { scope: 'planet' }, 'Choose what to freeze.'],
  ])('says what is wrong with %s', async (_what, wrong, text) => {
    const cookie = await signIn(PERSON);
    const typed = {
      ...fieldsOf((await browse('/act/freeze', cookie)).text),
      scope: 'fleet',
      hours: '1',
      reason: 'r',
    };

    expect((await send('/act/freeze', { ...typed, ...wrong, step: 'show' }, cookie)).text).toContain(text);
  });
});
