import { beforeAll, describe, expect, test } from 'vitest';
import { MetricsPage } from './metrics-page.ts';
import { suiteResources } from './resources.ts';

const urls: string[] = [];

describe('a suite with resources', () => {
  const resources = suiteResources();
  beforeAll(async () => {
    for (const text of ['a 1\n', 'b 2\n']) urls.push(resources.use(await MetricsPage.start(text)).url);
  });

  test('has them in all of its tests', async () => {
    const texts = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
    expect(texts).toEqual(['a 1\n', 'b 2\n']);
  });
});

test('after the suite all of them are stopped', async () => {
  expect(urls).toHaveLength(2);
  for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed');
});
