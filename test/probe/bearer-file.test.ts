import { expect, test } from 'vitest';
import { withoutToken } from '../../src/cli/bearer-file.ts';

test.each([
  ['Bearer abcdefgh and abcdefgh', 'abcdefgh', 'Bearer (token) and (token)'],
  [JSON.stringify({ cluster: 'a"b\\c-defgh' }), 'a"b\\c-defgh', '{"cluster":"(token)"}'],
  ['a$&b12345', 'a$&b12345', '(token)'],
  ['prod-1', 'prod', 'prod-1'],
  ['prod-1', undefined, 'prod-1'],
])('%s without the token %s', (text, token, expected) => {
  expect(withoutToken(text, token)).toBe(expected);
});
