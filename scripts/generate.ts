/**
 * Writes what follows from src/model: schemas/study.schema.json and docs/study-file.md.
 * `node scripts/generate.ts --check` writes nothing and fails when one of them is stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hyperparameterSpecs } from '../src/model/hyperparameters.ts';
import { alternatives, studyJsonSchema, type SchemaNode } from '../src/model/studySchema.ts';

/** The generated files with their content, by path from the project's top. */
export function generated(): Record<string, string> {
  return {
    'schemas/study.schema.json': `${JSON.stringify(withSnippets(studyJsonSchema()), null, 2)}\n`,
    'docs/study-file.md': reference(studyJsonSchema()),
  };
}

/** The editor offers a new study, and for each hyperparameter its usual values. */
function withSnippets(schema: SchemaNode): SchemaNode {
  const copy = structuredClone(schema) as unknown as Record<string, unknown>; // a plain JSON value
  const properties = copy['properties'] as Record<string, Record<string, unknown>>; // studySchema is an object
  const searched = properties['hyperparameters']['properties'] as Record<string, Record<string, unknown>>; // an object too
  for (const [name, spec] of Object.entries(hyperparameterSpecs)) {
    const usual: readonly (string | number)[] = spec.usual;
    const snippets: { label: string; description?: string; body: unknown }[] = [
      {
        label: 'usual values',
        description: usual.join(', '),
        body: { choices: [...usual], ...(spec.type === 'categorical' ? {} : { ordered: true }) },
      },
      { label: 'constant', body: usual[0] },
    ];
    if (spec.type !== 'categorical') {
      const log = name === 'learningRate';
      snippets.push({
        label: 'range',
        body: { [spec.type]: [usual[0], usual.at(-1)], ...(log ? { log: true } : {}) },
      });
    }
    searched[name]['defaultSnippets'] = snippets;
  }
  properties['data']['defaultSnippets'] = [
    {
      label: 'prices',
      body: { file: '${1:prices.csv}', features: [{ column: '${2:close}', transform: 'logReturn' }] },
    },
  ];
  return {
    ...copy,
    title: 'LSTM study',
    description: 'Which data, how to split it, which hyperparameters to search, and how.',
    allowComments: true,
    allowTrailingCommas: true,
    defaultSnippets: [
      {
        label: 'new study',
        description: 'Quick search on daily prices',
        body: {
          lstmStudy: 1,
          data: { file: '${1:prices.csv}' },
          horizon: 1,
          hyperparameters: {
            lookback: 20,
            units: { choices: [25, 50], ordered: true },
            layers: { int: [1, 2] },
          },
          search: { trials: 12 },
        },
      },
    ],
  };
}

function reference(schema: SchemaNode): string {
  const lines = [
    '# The study file',
    '',
    'Generated from src/model by `npm run generate`; do not edit by hand.',
    '',
    'A study file is `name.lstm.json`: JSON with comments and trailing commas. Objects are strict: a misspelt name is an error with the nearest known one.',
    'What is left out gets its default; only `lstmStudy` and `data.file` must be written. The editor completes and checks all of it.',
    '',
    '```jsonc',
    '{ "lstmStudy": 1, "data": { "file": "prices.csv" } }',
    '```',
    '',
    'Distributions: a constant (`50`), `{ "choices": [50, 100, 150], "ordered": true }`, `{ "int": [1, 3], "step": 1 }`, or `{ "float": [0.001, 0.1], "log": true }`. A grid needs a `step` or `choices` for each float.',
    '',
  ];
  section(schema, [], lines);
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(node: SchemaNode, path: readonly string[], lines: string[]): void {
  const rows: string[] = [];
  const inner: [SchemaNode, string[]][] = [];
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    rows.push(
      `| \`${name}\` | ${cell(formOf(property))} | ${property.default === undefined ? '' : cell(`\`${JSON.stringify(property.default)}\``)} | ${cell(property.description ?? '')} |`,
    );
    if (path[0] === 'hyperparameters') continue;
    for (const alternative of alternatives(property)) {
      const object =
        alternative.type === 'array' && !Array.isArray(alternative.items)
          ? (alternative.items as SchemaNode | undefined)
          : alternative; // a list has one kind of entry here
      if (object?.properties)
        inner.push([object, [...path, alternative.type === 'array' ? `${name}[]` : name]]);
    }
  }
  if (path.length > 0) lines.push(`## ${path.join('.')}${kindOf(node)}`, '');
  lines.push('| name | form | default | meaning |', '| --- | --- | --- | --- |', ...rows, '');
  for (const [object, at] of inner) section(object, at, lines);
}

function kindOf(node: SchemaNode): string {
  const kind = node.properties?.['kind']?.const;
  return typeof kind === 'string' ? ` (${kind})` : '';
}

function formOf(node: SchemaNode): string {
  const forms = alternatives(node).map((n) => {
    if (n.const !== undefined) return JSON.stringify(n.const);
    if (n.enum) return n.enum.map((v) => JSON.stringify(v)).join(', ');
    if (n.type === 'object') return n.properties ? `{ ${Object.keys(n.properties).join(', ')} }` : 'object';
    if (n.type === 'array') return Array.isArray(n.items) ? '[low, high]' : 'list';
    return `${n.type ?? 'value'}${rangeOf(n)}`;
  });
  return [...new Set(forms)].join(' or ');
}

function rangeOf(node: SchemaNode): string {
  const low = node.minimum ?? node.exclusiveMinimum;
  const high = node.maximum ?? node.exclusiveMaximum;
  const finite = [low, high].map((x) =>
    x === undefined || Math.abs(x) >= Number.MAX_SAFE_INTEGER ? null : x,
  );
  if (finite[0] === null && finite[1] === null) return '';
  if (finite[1] === null) return `, from ${String(finite[0])}`;
  return ` ${String(finite[0])} to ${String(finite[1])}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const top = new URL('../', import.meta.url);
  let stale = 0;
  for (const [path, content] of Object.entries(generated())) {
    const url = new URL(path, top);
    if (existsSync(url) && readFileSync(url, 'utf8') === content) continue;
    if (check) {
      console.error(`${path} is stale: run "npm run generate" and commit it.`);
      stale++;
      continue;
    }
    mkdirSync(dirname(url.pathname), { recursive: true });
    writeFileSync(url, content);
    console.log(`wrote ${path}`);
  }
  process.exitCode = stale > 0 ? 1 : 0;
}
