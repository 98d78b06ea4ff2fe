import type { Issue } from '../../model/issue.ts';
import { studySchema } from '../../model/study.ts';
import { schemaNodesAt, type SchemaNode } from '../../model/studySchema.ts';

export type Path = readonly (string | number)[];

/** Value at a path of any JSON value; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

let defaults: unknown = null;

/** What a study gets for everything that is left out. */
export function defaultAt(path: Path): unknown {
  defaults ??= studySchema.parse({ lstmStudy: 1, data: { file: 'prices.csv' } });
  return path[0] === 'data' && path[1] === 'file' ? undefined : valueAt(defaults, path);
}

/** What is written, else the default. */
export function effectiveAt(written: unknown, path: Path): unknown {
  return valueAt(written, path) ?? defaultAt(path);
}

/** Written and not the default; what has no default is never changed from it. */
export function isChanged(written: unknown, path: Path): boolean {
  const value = valueAt(written, path);
  return (
    value !== undefined &&
    defaultAt(path) !== undefined &&
    JSON.stringify(value) !== JSON.stringify(defaultAt(path))
  );
}

/** What the schema says about one place: enough to make a control. */
export interface FieldShape {
  readonly kind: 'choice' | 'integer' | 'number' | 'boolean' | 'text' | 'json';
  readonly choices: readonly string[];
  readonly description: string;
  readonly nullable: boolean;
  readonly low: number | null;
  readonly high: number | null;
}

export function shapeAt(path: Path): FieldShape {
  const nodes = schemaNodesAt(path);
  const choices = nodes.flatMap((node) => [
    ...(node.enum ?? []),
    ...(node.const === undefined ? [] : [node.const]),
  ]);
  const kindOf = nodes.flatMap((node) => (node.properties ? kindConst(node) : []));
  const texts = [...choices, ...kindOf].filter((v): v is string => typeof v === 'string');
  const types = new Set(nodes.map((node) => node.type));
  const numeric = nodes.find((node) => node.type === 'integer' || node.type === 'number');
  return {
    kind:
      texts.length > 0
        ? 'choice'
        : types.has('integer')
          ? 'integer'
          : types.has('number')
            ? 'number'
            : types.has('boolean')
              ? 'boolean'
              : types.has('string')
                ? 'text'
                : 'json',
    choices: [...new Set(texts)],
    description:
      nodes.map((node) => node.description).find((text) => text !== undefined) ?? describedAbove(path),
    nullable: types.has('null'),
    low: numeric?.minimum ?? numeric?.exclusiveMinimum ?? null,
    high: numeric?.maximum ?? numeric?.exclusiveMaximum ?? null,
  };
}

function kindConst(node: SchemaNode): unknown[] {
  const kind = node.properties?.['kind'];
  return kind?.const === undefined ? [] : [kind.const];
}

/** A description stands on the union, not on its alternatives. */
function describedAbove(path: Path): string {
  const parents = schemaNodesAt(path.slice(0, -1));
  const key = String(path.at(-1));
  return parents.map((node) => node.properties?.[key]?.description).find((text) => text !== undefined) ?? '';
}

/** Names of the further options that one kind of a union has (`tpe`: startupTrials, ...). */
export function optionsOfKind(path: Path, kind: string): readonly string[] {
  const node = schemaNodesAt(path).find((n) => n.properties?.['kind']?.const === kind);
  return Object.keys(node?.properties ?? {}).filter((key) => key !== 'kind');
}

export function issuesAt(issues: readonly Issue[], path: Path): readonly Issue[] {
  return issues.filter((issue) => path.every((key, i) => issue.path[i] === key));
}
