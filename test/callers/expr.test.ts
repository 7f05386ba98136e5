import { describe, expect, test } from 'vitest';
import { evaluate } from './expr.ts';

const environment = {
  result: 'go',
  response: { status: 200, body: { verdict: 'go' }, text: 'a "b"' },
  none: null,
};

describe('what expr-lang says', () => {
  test.each([
    ['result == "go"', true],
    ["result == 'go'", true],
    ['result != "go"', false],
    ['response.status == 200 && response.body.verdict == "go"', true],
    ['response.status == 200 && response.body.verdict == "halt"', false],
    ['response.status == "200"', false],
    ['response.body.nothing == nil', true],
    ['response.text contains "\\"b\\""', true],
    ['false && response.body.nothing.more == 1', false],
    ['true || none.more == 1', true],
    ['false || true && false', false],
    ['!(result == "halt") && true', true],
    ['response.body.nothing ?? result', 'go'],
    ['response.status ?? result', 200],
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression, environment)).toBe(value);
  });

  test.each([
    ['none.more == 1', /can't read more of null/],
    ['response.body.nothing.more', /can't read more of null/],
    ['unheard == 1', /there is no unheard/],
    ['result && true', /"go" is neither true nor false/],
    ['response.status contains "2"', /200 is no text/],
    ['result ==', /ends too early/],
    ['result == "go" result', /"result" is not expected/],
    ['result = "go"', /can't read/],
    ['(result == "go"', /not closed/],
  ])('%s is refused', (expression, why) => {
    expect(() => evaluate(expression, environment)).toThrow(why);
  });
});
