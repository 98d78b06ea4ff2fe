import { z } from 'zod';
import { studySchema } from './study.ts';

/** A JSON Schema node, as far as we read it. */
export interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly [key: string]: unknown;
}

let cached: SchemaNode | null = null;

/** The study file as JSON Schema (draft-7), made from the zod schema: the one in schemas/ is this with snippets. */
export function studyJsonSchema(): SchemaNode {
  cached ??= z.toJSONSchema(studySchema, { target: 'draft-7', io: 'input' }) as SchemaNode; // zod's own type is wider
  return cached;
}

/** All alternatives a node allows, itself included. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return inner.length === 0 ? [node] : inner.flatMap(alternatives);
}

/** Nodes that a path of the study file can lead to. */
export function schemaNodesAt(path: readonly (string | number)[]): readonly SchemaNode[] {
  let nodes: readonly SchemaNode[] = [studyJsonSchema()];
  for (const key of path) nodes = nodes.flatMap(alternatives).flatMap((node) => child(node, key));
  return nodes.flatMap(alternatives);
}

function child(node: SchemaNode, key: string | number): readonly SchemaNode[] {
  if (typeof key === 'string') {
    const property = node.properties?.[key];
    if (property) return [property];
    return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
  }
  if (Array.isArray(node.items)) return node.items[key] ? [node.items[key] as SchemaNode] : []; // tuple
  return node.items ? [node.items as SchemaNode] : [];
}

/** Names of the properties an object at this path may have. */
export function keysAt(path: readonly (string | number)[]): readonly string[] {
  return [...new Set(schemaNodesAt(path).flatMap((node) => Object.keys(node.properties ?? {})))];
}
