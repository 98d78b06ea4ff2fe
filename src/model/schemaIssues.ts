import type { z } from 'zod';
import { pathText, type Issue, type IssueFix } from './issue.ts';
import { nearest } from './nearest.ts';
import { keysAt, schemaNodesAt } from './studySchema.ts';

type Path = readonly (string | number)[];
type ZodIssue = z.core.$ZodIssue;

/** zod's issues as sentences with place and cure. `root` is the value that was parsed. */
export function schemaIssues(issues: readonly ZodIssue[], root: unknown): Issue[] {
  return issues.flatMap((issue) => translate(issue, issue.path as Path, root)); // study paths hold no symbols
}

function translate(issue: ZodIssue, path: Path, root: unknown): Issue[] {
  const where = path.length === 0 ? 'The study file' : `\`${pathText(path)}\``;
  const value = valueAt(root, path);
  const error = (code: string, message: string, fix?: IssueFix): Issue[] => [
    { path, code, severity: 'error', message, ...(fix ? { fix } : {}) },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_union':
      return union(issue.errors, path, root);
    case 'invalid_type':
      if (value === undefined)
        return error('missing', `${where} is missing: add ${article(issue.expected)}.`);
      if (issue.expected === 'int')
        return error('type', `${where} must be a whole number, not ${shown(value)}.`);
      return error('type', `${where} must be ${article(issue.expected)}, not ${shown(value)}.`);
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof value === 'string' ? nearest(value, values) : null;
      return error(
        value === undefined ? 'missing' : 'value',
        value === undefined
          ? `${where} is missing: add it (${values.join(', ')}).`
          : `${where} cannot be ${shown(value)}. Use ${oneOf(values)}${near ? `; did you mean "${near}"?` : '.'}`,
        near ? { title: `Change to "${near}"`, path, value: near } : undefined,
      );
    }
    case 'too_small': {
      const least = issue.minimum;
      if (issue.origin === 'array')
        return error(
          'tooFew',
          `${where} needs at least ${least} ${Number(least) === 1 ? 'entry' : 'entries'}.`,
        );
      if (issue.origin === 'string') return error('empty', `${where} must not be empty.`);
      return error(
        'tooSmall',
        `${where} is ${shown(value)}; it must be ${issue.inclusive === false ? 'above' : 'at least'} ${least}.`,
      );
    }
    case 'too_big': {
      const most = issue.maximum;
      if (issue.origin === 'array')
        return error('tooMany', `${where} has more than ${most} entries; leave some out.`);
      if (issue.origin === 'string')
        return error('tooLong', `${where} is longer than ${most} characters; shorten it.`);
      return error(
        'tooBig',
        `${where} is ${shown(value)}; it must be ${issue.inclusive === false ? 'below' : 'at most'} ${most}.`,
      );
    }
    case 'invalid_format':
      return error('format', `${where} is ${shown(value)}, which has the wrong form. ${formatHint(path)}`);
    default:
      return error('invalid', `${where}: ${issue.message}.`);
  }
}

function unknownKey(path: Path, key: string): Issue {
  const wholeOnly = path[0] === 'hyperparameters' && key === 'float';
  const near = wholeOnly ? 'int' : nearest(key, keysAt(path));
  const place = path.length === 0 ? 'the study file' : `\`${pathText(path)}\``;
  const full = [...path, key];
  return {
    path: full,
    code: 'unknownKey',
    severity: 'error',
    message: wholeOnly
      ? `${place} takes whole numbers: use "int" instead of "float".`
      : `"${key}" is not known in ${place}${near ? `; did you mean "${near}"?` : `. Known: ${keysAt(path).join(', ')}.`}`,
    fix: near
      ? { title: `Rename to "${near}"`, path: full, value: undefined, rename: near }
      : { title: `Remove "${key}"`, path: full, value: undefined },
  };
}

/** The alternative that the writer most likely meant: the one that got furthest with the value's own shape. */
function union(branches: readonly (readonly ZodIssue[])[], path: Path, root: unknown): Issue[] {
  const value = valueAt(root, path);
  const fitting = branches.filter(
    (branch) => !branch.some((issue) => issue.path.length === 0 && isShapeIssue(issue, value)),
  );
  const candidates = fitting.length > 0 ? fitting : [];
  if (candidates.length === 0) {
    const where = path.length === 0 ? 'The study file' : `\`${pathText(path)}\``;
    const choices = branches
      .flatMap((branch) =>
        branch.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values.map(String) : [])),
      )
      .filter((text, i, all) => all.indexOf(text) === i);
    const near = typeof value === 'string' && choices.length > 0 ? nearest(value, choices) : null;
    return [
      {
        path,
        code: value === undefined ? 'missing' : 'type',
        severity: 'error',
        message:
          value === undefined
            ? `${where} is missing.`
            : `${where} cannot be ${shown(value)}. ${choices.length > 0 ? `Use ${oneOf(choices)}` : formsHint(path)}${near ? `; did you mean "${near}"?` : '.'}`,
        ...(near ? { fix: { title: `Change to "${near}"`, path, value: near } } : {}),
      },
    ];
  }
  const keyed = candidates.filter(
    (branch) =>
      !branch.some(
        (issue) => issue.path.length === 1 && valueAt(root, [...path, ...(issue.path as Path)]) === undefined,
      ),
  );
  const best = [...(keyed.length > 0 ? keyed : candidates)].sort((a, b) => a.length - b.length)[0];
  return best.flatMap((issue) => translate(issue, [...path, ...(issue.path as Path)], root)); // study paths hold no symbols
}

/** Is the value of another kind altogether (an object where a number is asked, a word that is none of the choices)? */
function isShapeIssue(issue: ZodIssue, value: unknown): boolean {
  if (issue.code === 'invalid_type') return !(issue.expected === 'int' && typeof value === 'number');
  return issue.code === 'invalid_value';
}

function formsHint(path: Path): string {
  const constants = schemaNodesAt(path).flatMap((node) =>
    node.const === undefined ? [] : [JSON.stringify(node.const).replaceAll(`"`, ``)],
  );
  if (constants.length > 0) return `Use ${oneOf(constants)}`;
  return path[0] === 'hyperparameters'
    ? 'Write a constant, { "choices": [...] }, { "int": [low, high] } or { "float": [low, high] }, whichever this hyperparameter takes'
    : 'See the description of this field for the forms it takes';
}

function formatHint(path: Path): string {
  const key = path.at(-1);
  if (key === 'timeLimit') return 'Write a number with s, m, h or d, such as "30m" or "2h".';
  if (key === 'from') return 'Write a date as YYYY-MM-DD, such as "2017-04-03".';
  return 'See the description of this field.';
}

function valueAt(root: unknown, path: Path): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key]; // any object may be asked for a key it owns
  }
  return value;
}

/** A value as people wrote it, short. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((v) => (Number.isNaN(Number(v)) ? `"${v}"` : v));
  return quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function article(type: string): string {
  const names: Record<string, string> = {
    number: 'a number',
    string: 'a text',
    array: 'a list',
    object: 'an object',
    boolean: 'true or false',
    record: 'an object',
    tuple: 'a pair [low, high]',
  };
  return names[type] ?? type;
}
