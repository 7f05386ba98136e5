import { expect, test } from 'vitest';
import { GOOD_CONFIG, parse, problemsOf } from './config-text.ts';

test('nobody may show the pages in a frame, unless an origin is named', () => {
  expect(parse(GOOD_CONFIG).gate.frameAncestors).toEqual([]);
  const named = parse(`${GOOD_CONFIG}\ngate: {frameAncestors: ["https://portal.example.org"]}`);
  expect(named.gate.frameAncestors).toEqual(['https://portal.example.org']);
});

test.each(['portal', 'https://portal.example.org/path', "*; script-src 'unsafe-inline'", 'data:text/html'])(
  '%s is no origin',
  (origin) => {
    expect(problemsOf(`${GOOD_CONFIG}\ngate: {frameAncestors: [${JSON.stringify(origin)}]}`)).toMatchObject([
      { path: 'gate.frameAncestors[0]', message: expect.stringContaining('an origin such as') },
    ]);
  },
);
