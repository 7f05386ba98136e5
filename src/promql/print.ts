import type { Duration } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import type { BinaryOperator, Matcher, Node } from './node.ts';

/** What an expression leaves open: the job label of each exporter. */
export interface PrintContext {
  /** Exporter name to the value of its `job` label; a value with `|` is matched as an expression. */
  readonly jobs: Readonly<Record<string, string>>;
}

/** Binding strength of PromQL's operators, weakest first. */
const STRENGTH: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
};

/** A text as a PromQL string literal. */
export function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

/** A text that matches itself in a PromQL regular expression (RE2). */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * A number as PromQL and people write it: no binary noise behind the twelfth digit.
 *
 * @throws DefinitionError `promql/number` when it is infinite or none: PromQL would read its name as a metric's
 */
export function printNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new DefinitionError('promql/number', `${value} is no number to compare with; write a finite one`);
  }
  return String(Number(value.toPrecision(12)));
}

/** An expression as one line of PromQL. */
export function print(node: Node, context: PrintContext): string {
  switch (node.is) {
    case 'number':
      return printNumber(node.value);
    case 'selector':
      return printSelector(node, context);
    case 'range':
      return printRange(node, context);
    case 'call': {
      const args = node.args.map((arg) => (typeof arg === 'string' ? quote(arg) : print(arg, context)));
      return `${node.name}(${args.join(', ')})`;
    }
    case 'aggregate':
      return `${node.name} by (${node.by.join(', ')}) (${print(node.of, context)})`;
    case 'binary':
      return printBinary(node, context);
  }
}

/** An expression with a line for each side of its outermost `and`, `or` and `unless`: what people review in Git. */
export function printLines(node: Node, context: PrintContext): string {
  if (node.is !== 'binary' || STRENGTH[node.operator] > STRENGTH.and) return print(node, context);
  const left =
    node.left.is === 'binary' && node.left.operator === node.operator
      ? printLines(node.left, context)
      : operand(node.left, node.operator, false, context);
  return `${left}\n${operatorText(node)} ${operand(node.right, node.operator, true, context)}`;
}

function printSelector(node: Extract<Node, { is: 'selector' }>, context: PrintContext): string {
  const matchers = [...jobMatcher(node, context), ...node.matchers].map(
    ({ label, operator, value }) => `${label}${operator}${quote(value)}`,
  );
  const braces = matchers.length === 0 ? '' : `{${matchers.join(',')}}`;
  return `${node.metric}${braces}${offsetText(node.offset)}`;
}

function offsetText(offset: Duration | undefined): string {
  return offset === undefined ? '' : ` offset ${offset}`;
}

/** An offset stands behind the brackets of a range, and inside those of a subquery. */
function printRange({ of, window, step }: Extract<Node, { is: 'range' }>, context: PrintContext): string {
  if (step !== undefined) {
    const inner = print(of, context);
    return `${of.is === 'binary' ? `(${inner})` : inner}[${window}:${step}]`;
  }
  if (of.is !== 'selector' || of.offset === undefined) return `${print(of, context)}[${window}]`;
  const { offset, ...bare } = of;
  return `${print(bare, context)}[${window}]${offsetText(offset)}`;
}

function jobMatcher(node: Extract<Node, { is: 'selector' }>, context: PrintContext): readonly Matcher[] {
  if (node.exporter === undefined) return [];
  const job = context.jobs[node.exporter] ?? node.exporter;
  return [{ label: 'job', operator: job.includes('|') ? '=~' : '=', value: job }];
}

function printBinary(node: Extract<Node, { is: 'binary' }>, context: PrintContext): string {
  const left = operand(node.left, node.operator, false, context);
  return `${left} ${operatorText(node)} ${operand(node.right, node.operator, true, context)}`;
}

/** All operators group to the left, so a chain of one operator needs no parentheses there. */
function operand(child: Node, parent: BinaryOperator, isRight: boolean, context: PrintContext): string {
  const text = print(child, context);
  if (child.is === 'selector' && child.offset !== undefined) {
    // Prometheus binds an offset to the selector; the grammar of editors would give it to all that stands left of it.
    return `(${text})`;
  }
  if (child.is !== 'binary') return text;
  const binds = STRENGTH[child.operator] > STRENGTH[parent] || (!isRight && child.operator === parent);
  return binds ? text : `(${text})`;
}

function operatorText(node: Extract<Node, { is: 'binary' }>): string {
  const on = node.on === undefined ? '' : ` on (${node.on.join(', ')})`;
  return `${node.operator}${node.bool ? ' bool' : ''}${on}`;
}
