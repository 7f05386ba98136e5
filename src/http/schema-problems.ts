import { z } from 'zod';

/** One thing a schema refuses: where, why, and in which of three ways. */
export interface SchemaProblem {
  /** `change.components[0]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly kind: 'missing' | 'unknown' | 'invalid';
}

/** What zod expects, in words for people. */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Longest text of a refused value that a message repeats. */
const SHOWN_CHARACTERS = 60;

/**
 * Parses with a schema and tells everything that is wrong, not only the first thing.
 *
 * Messages in schemas are noun phrases of what is expected ("a duration such as 15m"); here they become sentences.
 * A check with `params: { secret: true }` never has its value repeated.
 */
export function parseWith<T extends z.ZodType>(
  schema: T,
  input: unknown,
): { readonly value: z.output<T> } | { readonly problems: readonly SchemaProblem[] } {
  const result = schema.safeParse(input, { reportInput: true, error: nameKnownKeys });
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap(problemsOf) };
}

/** A path as it is written in JavaScript: `fleet.clusters[3].wave`, `jobs["node exporter"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** zod knows the keys of an object only here: later the issue holds no schema any more. */
function nameKnownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined;
  const keys = Object.keys(issue.inst.shape);
  return keys.length === 0
    ? 'is not known here; nothing is'
    : `is not known here; known are ${keys.join(', ')}`;
}

function problemsOf(issue: z.core.$ZodIssue): SchemaProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: issue.message,
      kind: 'unknown',
    }));
  }
  const path = pathText(issue.path);
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [{ path, message: `the name is not ${first ? expected(first) : 'valid'}`, kind: 'invalid' }];
  }
  if (issue.input === undefined) {
    return [{ path, message: `is missing; expected ${expected(issue)}`, kind: 'missing' }];
  }
  return [{ path, message: `${shown(issue)} is not ${expected(issue)}`, kind: 'invalid' }];
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return ownMessage(issue) ?? EXPECTED[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
    case 'too_big':
      return ownMessage(issue) ?? bound(issue);
    default:
      return issue.message;
  }
}

/** What a schema says itself, where it says something. */
function ownMessage({ message }: z.core.$ZodIssue): string | undefined {
  return /^(Too (small|big)|Invalid)\b/.test(message) ? undefined : message;
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const [word, limit] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  if (issue.origin === 'string') return `text of ${word} ${limit} characters`;
  if (issue.origin === 'array') return `a list of ${word} ${limit}`;
  return issue.inclusive === false ? `${word} ${limit}, which is left out` : `${word} ${limit}`;
}

function shown(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  if (issue.code === 'custom' && issue.params?.['secret'] === true) return 'what stands here';
  if (issue.code === 'invalid_type' || (typeof input === 'object' && input !== null)) return kindOf(input);
  const text = JSON.stringify(input);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing (null)';
  if (Array.isArray(input)) return 'a list';
  return EXPECTED[typeof input] ?? typeof input;
}
