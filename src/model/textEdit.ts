import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree, type Edit } from 'jsonc-parser';

type Path = readonly (string | number)[];

/** How deep and with what a text is indented: its own first indented line decides. */
function formattingOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** A list of strings, numbers, true, false and null, written over several lines. */
const plainList = /\[\s*\n\s*((?:(?:"(?:[^"\\]|\\.)*"|[-+.\w]+)(?:,\s*)?)+?)\s*\]/g;

/**
 * Edits that set the JSON value at `path`; comments, order and formatting around it stay, and a list of plain values is
 * written on one line. `undefined` removes it. Throws where the path runs through a value that has no members.
 */
export function setValueEdits(text: string, path: Path, value: unknown): Edit[] {
  const edits = modify(text, [...path], value, {
    formattingOptions: formattingOf(text),
    getInsertionIndex: (properties) => properties.length,
  });
  return edits.map((edit) => ({
    ...edit,
    content: edit.content.replace(plainList, (_, values: string) => `[${values.replace(/\s*\n\s*/g, ' ')}]`),
  }));
}

/** Edits that rename the property at `path`; its value and comments stay. */
export function renameEdits(text: string, path: Path, name: string): Edit[] {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const key = tree && findNodeAtLocation(tree, [...path])?.parent?.children?.[0];
  return key ? [{ offset: key.offset, length: key.length, content: JSON.stringify(name) }] : [];
}

/** Value at a path, undefined when there is none. */
export function valueAt(text: string, path: Path): unknown {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const node = tree && findNodeAtLocation(tree, [...path]);
  return node ? (getNodeValue(node) as unknown) : undefined;
}

export function applied(text: string, edits: readonly Edit[]): string {
  return applyEdits(text, [...edits]);
}
