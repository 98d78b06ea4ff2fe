import type { Issue } from '../../model/issue.ts';
import { pathText } from '../../model/issue.ts';
import { plainText } from '../../model/plainText.ts';
import type { SpaceInfo } from '../../protocol/studyCheck.ts';

/** Where the command line says things. Text goes to stdout and stderr; with --json stdout is one JSON object a line. */
export interface Output {
  readonly json: boolean;
  /** A result: text for people, or an object for programs. */
  result(text: string, record: Record<string, unknown>): void;
  /** Something on the way there. People see it on stderr, programs as an event. */
  note(text: string, record?: Record<string, unknown>): void;
}

export function createOutput(
  json: boolean,
  streams: { readonly out: NodeJS.WritableStream; readonly err: NodeJS.WritableStream },
): Output {
  const { out, err } = streams;
  const line = (record: Record<string, unknown>): void => {
    out.write(`${JSON.stringify(record, numbersOnly)}\n`);
  };
  return {
    json,
    result: (text, record) => {
      if (json) line(record);
      else out.write(`${visible(text)}\n`);
    },
    note: (text, record) => {
      if (!json) err.write(`${visible(text)}\n`);
      else if (record) line(record);
    },
  };
}

/** Names and cells of files may hold what a terminal obeys, or what reorders a line: it is shown, not sent. */
function visible(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** JSON has no NaN and no typed arrays. */
function numbersOnly(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number>); // every view but DataView is a list of numbers
  return value;
}

/** A name as a shell takes it for one word and no option. */
export function shellWord(text: string): string {
  const word = text.startsWith('-') ? `./${text}` : text;
  if (/^[\w@%+=:,./\\-]+$/.test(word)) return word;
  return /["$`!\\]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
}

const marks = { error: 'error', warning: 'warning', info: 'note' } as const;

/** One issue a line: place, sentence, code. */
export function issueText(issue: Issue): string {
  const place = issue.path.length === 0 ? '' : `${pathText(issue.path)}: `;
  return `${marks[issue.severity]}: ${place}${issue.message} [${issue.code}]`;
}

/** Columns side by side; the first is left-aligned, numbers right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]?.length ?? 0)));
  const isNumber = header.map((_, i) => rows.every((r) => /^[-+]?[\d.,]*( ?[%a-z±].*)?$/.test(r[i] ?? '')));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [lineOf(header), ...rows.map(lineOf)].join('\n');
}

/** "2,916", "about 40,000,000" where they were not counted, "infinitely many". */
export function sizeText({ combinations, isCounted }: SpaceInfo): string {
  if (combinations === null) return 'infinitely many';
  return `${isCounted ? '' : 'about '}${combinations.toLocaleString('en-US')}`;
}

/** A time that is only estimated. */
export function aboutText(ms: number): string {
  return ms < 1000 ? 'under a second' : `about ${durationText(ms)}`;
}

/** 90 s as "1 min 30 s"; two units at most. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: readonly [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  const parts: string[] = [];
  let rest = seconds;
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

/** +0.12 %, -3.4 %: two digits after the sign that matter. */
export function liftText(percent: number): string {
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(2)} %`;
}
