import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { Issue } from './issue.ts';
import { schemaIssues } from './schemaIssues.ts';
import { studySchema, type Study } from './study.ts';
import { ownIssues, studyIssues } from './studyChecks.ts';

export interface ParsedStudy {
  /** Null while there is an error of form or meaning. */
  readonly study: Study | null;
  /** Everything found at once: errors and warnings, with places. */
  readonly issues: readonly Issue[];
}

/** A study file is a page, not a data set. */
export const studyTextLimit = 5_000_000;

/** Deeper nesting than any study has; a parser that recurses must not be led further. */
const depthLimit = 64;

/** Reads a study file (JSON with comments, trailing commas allowed). Never throws. */
export function parseStudy(text: string): ParsedStudy {
  if (text.length > studyTextLimit) {
    return failed({
      path: [],
      code: 'tooLarge',
      severity: 'error',
      message: `The study file has ${text.length} characters; at most ${studyTextLimit} are read. Lists of values belong into ranges.`,
    });
  }
  if (nesting(text) > depthLimit) {
    return failed({
      path: [],
      code: 'tooDeep',
      severity: 'error',
      message: `The study file nests more than ${depthLimit} levels deep; a study needs fewer than 10.`,
    });
  }
  if (text.trim() === '') return failed(emptyFile);
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0)
    return {
      study: null,
      issues: errors.length > 0 ? errors.slice(0, 20).map((e) => syntaxIssue(text, e)) : [emptyFile],
    };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return failed({
      path: [],
      code: 'notAnObject',
      severity: 'error',
      message: 'A study file holds one object: { "lstmStudy": 1, "data": { "file": "prices.csv" } }.',
    });
  }
  const parsed = studySchema.safeParse(value);
  if (!parsed.success) {
    const issues = schemaIssues(parsed.error.issues, value);
    return { study: null, issues: [...issues, ...issuesBeside(value, issues)] };
  }
  const issues = studyIssues(parsed.data);
  return { study: issues.some((issue) => issue.severity === 'error') ? null : parsed.data, issues };
}

/** What can be told from a study file with errors of form: the wrong places are taken out, and the ranges of the rest looked at. */
function issuesBeside(value: object, found: readonly Issue[]): readonly Issue[] {
  const rest = structuredClone(value);
  for (const { path } of found) {
    // A hyperparameter counts as a whole: half of a distribution says nothing.
    const [top, name] = path;
    if (top === 'hyperparameters' && name !== undefined) removeAt(rest, [top, name]);
    else if (top !== undefined && top !== 'lstmStudy') removeAt(rest, [top]);
  }
  const parsed = studySchema.safeParse({ data: { file: 'x' }, ...rest, lstmStudy: 1 });
  return parsed.success ? ownIssues(parsed.data) : [];
}

function removeAt(root: object, [key, ...deeper]: readonly (string | number)[]): void {
  if (deeper.length === 0) {
    Reflect.deleteProperty(root, key);
    return;
  }
  const next: unknown = Reflect.get(root, key);
  if (typeof next === 'object' && next !== null) removeAt(next, deeper);
}

function failed(issue: Issue): ParsedStudy {
  return { study: null, issues: [issue] };
}

const emptyFile: Issue = {
  path: [],
  code: 'empty',
  severity: 'error',
  message: 'The study file is empty. Start with { "lstmStudy": 1, "data": { "file": "prices.csv" } }.',
};

function syntaxIssue(text: string, error: ParseError): Issue {
  const before = text.slice(0, error.offset);
  const line = before.split('\n').length;
  const column = error.offset - before.lastIndexOf('\n');
  const words = printParseErrorCode(error.error)
    .replace(/([A-Z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`)
    .trim();
  return {
    path: [],
    code: 'syntax',
    severity: 'error',
    message: `Line ${line}, column ${column}: this is not JSON (${words}). Mend the text there; comments and trailing commas are fine.`,
    range: { offset: error.offset, length: Math.max(1, error.length) },
  };
}

/** Deepest nesting of brackets outside strings. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"' || c === '\n') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') deepest = Math.max(deepest, ++depth);
    else if (c === '}' || c === ']') depth--;
  }
  return deepest;
}
