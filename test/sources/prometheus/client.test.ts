import { describe, expect, test } from 'vitest';
import type { AskedQuestion } from '../../../src/sources/prometheus/client.ts';
import { sourceOf, storeForEachTest, window } from '../fixtures/doubled-source.ts';
import { healthy, json } from '../fixtures/store-double.ts';

const use = storeForEachTest();

describe('what goes out', () => {
  test('headers go with every question, and those who sign see what is sent', async () => {
    const signed: string[] = [];
    await sourceOf(use.store, {
      headers: ({ url, body }) => {
        signed.push(`${url.pathname} ${new URLSearchParams(body).get('query')?.slice(0, 7)}`);
        return { authorization: 'Bearer t', 'x-scope-orgid': 'fleet' };
      },
    }).observe(['a'], window, Date.now());
    expect(signed.sort()).toEqual([
      '/api/v1/query ALERTS{',
      '/api/v1/query time()',
      '/api/v1/query {__name',
      '/api/v1/query {__name',
      '/api/v1/query {__name',
    ]);
    expect(
      use.store.questions.map(({ headers }) => [headers.authorization, headers['x-scope-orgid']]),
    ).toEqual(Array.from({ length: 5 }, () => ['Bearer t', 'fleet']));
  });

  test('a path of the url is kept', async () => {
    await sourceOf(use.store, { url: `${use.store.url}/workspaces/ws-1/` }).health(Date.now());
    expect(use.store.questions.map(({ path }) => path)).toEqual(['/workspaces/ws-1/api/v1/query']);
  });

  test('every question is told with its outcome', async () => {
    const asked: AskedQuestion[] = [];
    use.store.behave = healthy([], { warnings: ['incomplete'] });
    await sourceOf(use.store, { onQuestion: (question) => asked.push(question) }).observe(
      ['a'],
      window,
      Date.now(),
    );
    use.store.behave = json({}, 500);
    await sourceOf(use.store, { onQuestion: (question) => asked.push(question) }).health(Date.now());
    const told = asked.map(({ subject, outcome }) => `${subject} ${outcome}`).sort();
    expect(told).toEqual([
      'alerts partial',
      'clock answered',
      'clock failed',
      'events partial',
      'exposure partial',
      'states partial',
    ]);
    expect(asked.every(({ source, seconds }) => source === 'store' && seconds >= 0)).toBe(true);
  });
});
