import { open } from 'node:fs/promises';
import type { CsvDialect } from '../../../model/dataReport.ts';
import type { Issue } from '../../../model/issue.ts';
import type { DateStyle } from '../dates.ts';
import type { NotRead, RawTable } from '../rawTable.ts';
import type { ReadTask } from '../readTask.ts';
import { detectEncoding, sniffDialect, type Dialect } from './dialect.ts';
import { createRowReader, linesIn } from './rowReader.ts';
import { planCsv } from './setup.ts';

const pieceBytes = 1 << 20;
const headBytes = 1 << 18;
const tailBytes = 1 << 16;

export interface CsvRead {
  readonly raw: RawTable;
  readonly style: DateStyle;
  readonly dialect: CsvDialect;
  readonly issues: readonly Issue[];
}

/** Reads a CSV piece by piece; memory grows with the numbers in it, not with its text. */
export async function readCsv(options: ReadTask): Promise<CsvRead | NotRead> {
  const { spec, bytes } = options;
  const file = await open(options.path, 'r');
  try {
    const head = await readBytes(file, 0, Math.min(headBytes, bytes));
    const { encoding, byteOrderMark } = detectEncoding(head);
    const decode = (part: Uint8Array): string => new TextDecoder(encoding).decode(part);
    const tailFrom = Math.max(head.length, bytes - tailBytes) & ~1;
    const tail = await readBytes(file, tailFrom, Math.max(0, bytes - tailFrom));
    // A head that is not the whole file ends in the middle of a line.
    const headText = head.length < bytes ? decode(head).replace(/[^\r\n]*$/, '') : decode(head);
    const dialect = sniffDialect({ head: headText, tail: decode(tail), encoding, byteOrderMark }, spec);
    const setup = planCsv(dialect, options, headText.length / Math.max(1, linesIn(headText)));
    if ('issues' in setup) return { raw: null, issues: setup.issues };

    const decoder = new TextDecoder(encoding);
    const buffer = Buffer.allocUnsafe(pieceBytes);
    let carry = '';
    let position = 0;
    const rows = createRowReader(setup, dialect);
    while (position < bytes) {
      const { bytesRead } = await file.read(buffer, 0, pieceBytes, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const text = carry + decoder.decode(buffer.subarray(0, bytesRead), { stream: position < bytes });
      const atEnd = position >= bytes;
      const cut = atEnd ? text.length : lastLineEnd(text, dialect.quoted);
      carry = text.slice(cut);
      if (cut > 0) rows.read(text.slice(0, cut));
    }
    return { ...rows.finish(), dialect: reportedDialect(dialect), issues: setup.issuesSoFar };
  } finally {
    await file.close();
  }
}

function reportedDialect(dialect: Dialect): CsvDialect {
  const { encoding, byteOrderMark, delimiter, decimal, quoted, lineEnd } = dialect;
  return { encoding, byteOrderMark, delimiter, decimal, quoted, lineEnd };
}

async function readBytes(
  file: Awaited<ReturnType<typeof open>>,
  from: number,
  length: number,
): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** Index after the last line end that is not inside quotes; 0 when there is none. */
function lastLineEnd(text: string, quoted: boolean): number {
  let cut = text.lastIndexOf('\n');
  if (cut < 0) cut = text.lastIndexOf('\r', text.length - 2);
  if (!quoted) return cut + 1;
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0 && at <= cut; at = text.indexOf('"', at + 1)) quotes++;
  while (cut >= 0 && quotes % 2 === 1) {
    const before = text.lastIndexOf('\n', cut - 1);
    for (let at = text.indexOf('"', before + 1); at >= 0 && at <= cut; at = text.indexOf('"', at + 1))
      quotes--;
    cut = before;
  }
  return cut + 1;
}
