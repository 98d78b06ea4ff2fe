import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { meanOf } from '../../test/conformance/search.ts';

/** Mean and standard error, as a cell of a table. */
export function cell(values: readonly number[]): string {
  const mean = meanOf(values);
  if (values.length < 2) return mean.toFixed(4);
  const se = Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)) / (values.length - 1));
  return `${mean.toFixed(4)} (${se.toFixed(4)})`;
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Replaces the text between the markers of a section of docs/search.md. */
export function writeSection(name: string, body: string): void {
  const file = fileURLToPath(new URL('../../docs/search.md', import.meta.url));
  const text = readFileSync(file, 'utf8');
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/search.md has no section ${name}`);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n\n${body.trim()}\n\n${text.slice(to)}`);
}
