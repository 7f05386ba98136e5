/** Values of expr-lang as JSON has them; nil is null. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

interface Token {
  readonly is: 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
}

/** A part of an expression, to be evaluated when it is its turn. */
type Part = () => Value;

const TOKEN =
  /\s*(?:(?<name>[A-Za-z_]\w*)|(?<number>\d+)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>==|!=|&&|\|\||\?\?|[!.()]))/y;

/**
 * What an expression of expr-lang, which Argo Rollouts, Argo Workflows, Kargo and GitOps Promoter evaluate, comes to: the
 * part of the language that our examples use, with its rules (nothing is converted, what is not in a map is nil, a field of
 * nil is an error).
 *
 * @throws Error where expr would not compile or not run
 * @see https://expr-lang.org/docs/language-definition
 */
export function evaluate(expression: string, environment: Readonly<Record<string, Value>>): Value {
  const tokens = tokensOf(expression);
  let at = 0;
  const take = (text: string): boolean => {
    const found = tokens[at]?.is !== 'text' && tokens[at]?.text === text;
    if (found) at += 1;
    return found;
  };
  const whole = either();
  if (at < tokens.length) throw new Error(`"${tokens[at]?.text}" is not expected in ${expression}`);
  return whole();

  function either(): Part {
    const left = both();
    if (!take('||')) return left;
    const right = either();
    return () => truth(left()) || truth(right());
  }
  function both(): Part {
    const left = compared();
    if (!take('&&')) return left;
    const right = both();
    return () => truth(left()) && truth(right());
  }
  function compared(): Part {
    const left = member();
    if (take('==')) return compare(left, (one, other) => one === other);
    if (take('!=')) return compare(left, (one, other) => one !== other);
    if (take('??')) {
      const other = member();
      return () => left() ?? other();
    }
    if (take('contains')) return compare(left, (one, other) => textOf(one).includes(textOf(other)));
    return left;
  }
  function compare(left: Part, rule: (one: Value, other: Value) => boolean): Part {
    const right = member();
    return () => rule(left(), right());
  }
  function member(): Part {
    let part = atom();
    while (take('.')) {
      const [of, name] = [part, tokens[at++]];
      if (name?.is !== 'name') throw new Error(`a name is missing behind the point in ${expression}`);
      part = () => fieldOf(of(), name.text);
    }
    return part;
  }
  function atom(): Part {
    if (take('!')) {
      const inner = member();
      return () => !truth(inner());
    }
    if (take('(')) {
      const inner = either();
      if (!take(')')) throw new Error(`a parenthesis is not closed in ${expression}`);
      return inner;
    }
    const token = tokens[at++];
    if (token?.is === 'text') return constant(JSON.parse(`"${token.text.slice(1, -1)}"`) as string);
    if (token?.is === 'number') return constant(Number(token.text));
    if (token?.is !== 'name') throw new Error(`${expression} ends too early`);
    if (token.text === 'nil') return constant(null);
    if (token.text === 'true' || token.text === 'false') return constant(token.text === 'true');
    const known = environment[token.text];
    if (known === undefined) throw new Error(`there is no ${token.text} in ${expression}`);
    return constant(known);
  }
}

function constant(value: Value): Part {
  return () => value;
}

function fieldOf(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`can't read ${name} of ${JSON.stringify(value)}`);
  }
  return (value as { readonly [name: string]: Value })[name] ?? null;
}

function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${JSON.stringify(value)} is neither true nor false`);
  return value;
}

function textOf(value: Value): string {
  if (typeof value !== 'string') throw new TypeError(`${JSON.stringify(value)} is no text`);
  return value;
}

function tokensOf(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let end = 0; end < expression.trimEnd().length; end = TOKEN.lastIndex) {
    TOKEN.lastIndex = end;
    const parts = Object.entries(TOKEN.exec(expression)?.groups ?? {});
    const [is, text] = parts.find(([, part]) => part !== undefined) ?? [];
    if (is === undefined || text === undefined) throw new Error(`can't read ${expression.slice(end)}`);
    tokens.push({ is: is as Token['is'], text });
  }
  return tokens;
}
