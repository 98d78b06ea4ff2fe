import jsep from 'jsep';
import {
  hyperparameterNames,
  hyperparameterSpecs,
  type HyperparameterName,
  type Params,
} from './hyperparameters.ts';
import type { Issue } from './issue.ts';
import { nearest } from './nearest.ts';

/**
 * `search.constraints`: expressions over hyperparameters such as "units * layers <= 300". jsep parses the text to a tree, the tree
 * is checked and turned into closures here; nothing is ever evaluated as code.
 */
export interface Constraint {
  readonly text: string;
  /** Hyperparameters the expression reads. */
  readonly names: ReadonlySet<HyperparameterName>;
  holds(params: Params): boolean;
}

type ValueType = 'number' | 'text' | 'boolean';
interface Compiled {
  readonly type: ValueType;
  evaluate(params: Params): number | string | boolean;
}

class ExpressionError extends Error {}

const arithmetic: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
};
const comparison: Record<string, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
/** Functions an expression may call, with the number of arguments they take (null: one or more). */
const functions: Record<string, { count: number | null; apply: (...x: number[]) => number }> = {
  min: { count: null, apply: Math.min },
  max: { count: null, apply: Math.max },
  abs: { count: 1, apply: Math.abs },
  floor: { count: 1, apply: Math.floor },
  ceil: { count: 1, apply: Math.ceil },
  round: { count: 1, apply: Math.round },
  sqrt: { count: 1, apply: Math.sqrt },
  log2: { count: 1, apply: Math.log2 },
  log10: { count: 1, apply: Math.log10 },
};

function typeName(type: ValueType): string {
  return type === 'number' ? 'a number' : type === 'text' ? 'a text' : 'true or false';
}

function expectType(compiled: Compiled, type: ValueType, where: string): void {
  if (compiled.type !== type)
    throw new ExpressionError(`${where} needs ${typeName(type)}, not ${typeName(compiled.type)}.`);
}

function compile(node: jsep.CoreExpression, names: Set<HyperparameterName>): Compiled {
  // jsep's Expression is an open record; each node of the default grammar is one of CoreExpression.
  const sub = (inner: jsep.Expression): Compiled => compile(inner as jsep.CoreExpression, names);
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      if (typeof value === 'number') return { type: 'number', evaluate: () => value };
      if (typeof value === 'string') return { type: 'text', evaluate: () => value };
      if (typeof value === 'boolean') return { type: 'boolean', evaluate: () => value };
      throw new ExpressionError(`"${node.raw}" is neither a number nor a text.`);
    }
    case 'Identifier': {
      const name = hyperparameterNames.find((known) => known === node.name);
      if (!name)
        throw new ExpressionError(`There is no hyperparameter "${node.name}"; ${suggestion(node.name)}`);
      names.add(name);
      const type = hyperparameterSpecs[name].type === 'categorical' ? 'text' : 'number';
      return { type, evaluate: (params) => params[name] };
    }
    case 'UnaryExpression': {
      const argument = sub(node.argument);
      if (node.operator === '!') {
        expectType(argument, 'boolean', '"!"');
        return { type: 'boolean', evaluate: (params) => argument.evaluate(params) === false };
      }
      if (node.operator === '-' || node.operator === '+') {
        expectType(argument, 'number', `"${node.operator}"`);
        const sign = node.operator === '-' ? -1 : 1;
        return { type: 'number', evaluate: (params) => sign * Number(argument.evaluate(params)) };
      }
      throw new ExpressionError(`"${node.operator}" cannot be used here.`);
    }
    case 'BinaryExpression':
      return compileBinary(node.operator, sub(node.left), sub(node.right));
    case 'CallExpression':
      return compileCall(node, sub);
    default:
      throw new ExpressionError(
        'Only numbers, texts, hyperparameters, + - * / % **, comparisons, && || !, and the functions ' +
          `${Object.keys(functions).join(', ')} can be used.`,
      );
  }
}

function compileBinary(operator: string, left: Compiled, right: Compiled): Compiled {
  const where = `"${operator}"`;
  if (Object.hasOwn(arithmetic, operator)) {
    expectType(left, 'number', where);
    expectType(right, 'number', where);
    const apply = arithmetic[operator];
    return {
      type: 'number',
      evaluate: (params) => apply(Number(left.evaluate(params)), Number(right.evaluate(params))),
    };
  }
  if (Object.hasOwn(comparison, operator)) {
    expectType(left, 'number', where);
    expectType(right, 'number', where);
    const apply = comparison[operator];
    return {
      type: 'boolean',
      evaluate: (params) => apply(Number(left.evaluate(params)), Number(right.evaluate(params))),
    };
  }
  switch (operator) {
    case '==':
    case '===':
    case '!=':
    case '!==': {
      if (left.type !== right.type)
        throw new ExpressionError(`${where} compares ${typeName(left.type)} with ${typeName(right.type)}.`);
      const wanted = operator.startsWith('=');
      return {
        type: 'boolean',
        evaluate: (params) => (left.evaluate(params) === right.evaluate(params)) === wanted,
      };
    }
    case '&&':
    case '||': {
      expectType(left, 'boolean', where);
      expectType(right, 'boolean', where);
      const decides = operator === '||';
      return {
        type: 'boolean',
        evaluate: (params) => (left.evaluate(params) === decides ? decides : right.evaluate(params) === true),
      };
    }
    default:
      throw new ExpressionError(`${where} cannot be used here.`);
  }
}

function compileCall(node: jsep.CallExpression, sub: (inner: jsep.Expression) => Compiled): Compiled {
  const { callee } = node;
  const name = callee.type === 'Identifier' && typeof callee.name === 'string' ? callee.name : '';
  if (!Object.hasOwn(functions, name))
    throw new ExpressionError(
      `There is no function "${name}"; there are ${Object.keys(functions).join(', ')}.`,
    );
  const { count, apply } = functions[name];
  const args = node.arguments.map(sub);
  args.forEach((argument) => expectType(argument, 'number', name));
  if (count === null ? args.length === 0 : args.length !== count)
    throw new ExpressionError(`${name} takes ${count ?? 'one or more'} number${count === 1 ? '' : 's'}.`);
  return { type: 'number', evaluate: (params) => apply(...args.map((x) => Number(x.evaluate(params)))) };
}

function suggestion(name: string): string {
  const near = nearest(name, hyperparameterNames);
  return near ? `did you mean "${near}"?` : `there are ${hyperparameterNames.join(', ')}.`;
}

function equalsHint(text: string): string {
  return /[^=!<>]=[^=]/.test(text) ? ' Equal is written "==".' : '';
}

/** Compiles one expression. On failure: what is wrong, as a sentence. */
export function parseConstraint(text: string): Constraint | { readonly error: string } {
  const names = new Set<HyperparameterName>();
  try {
    const compiled = compile(jsep(text) as jsep.CoreExpression, names); // see compile
    if (compiled.type !== 'boolean')
      return { error: `A constraint must be true or false, for example "${text} <= 300".` };
    return { text, names, holds: (params) => compiled.evaluate(params) === true };
  } catch (error) {
    if (error instanceof ExpressionError) return { error: error.message };
    // jsep's parse error: an Error with an index
    if (error instanceof Error && 'index' in error)
      return { error: `The expression cannot be read: ${error.message}.${equalsHint(text)}` };
    throw error;
  }
}

/** Compiles all expressions; the ones that cannot be read are issues at search.constraints. */
export function parseConstraints(texts: readonly string[]): {
  readonly constraints: readonly Constraint[];
  readonly issues: readonly Issue[];
} {
  const constraints: Constraint[] = [];
  const issues: Issue[] = [];
  texts.forEach((text, i) => {
    const parsed = parseConstraint(text);
    if ('error' in parsed)
      issues.push({
        path: ['search', 'constraints', i],
        code: 'constraintInvalid',
        severity: 'error',
        message: parsed.error,
      });
    else constraints.push(parsed);
  });
  return { constraints, issues };
}

export function satisfies(constraints: readonly Constraint[], params: Params): boolean {
  return constraints.every((constraint) => constraint.holds(params));
}
