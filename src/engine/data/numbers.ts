export type DecimalMark = '.' | ',';

/** What a cell that is no number holds. */
export const unreadable = Symbol('unreadable');

const missingWords = new Set([
  '',
  '.',
  '..',
  '-',
  '--',
  '—',
  '–',
  'na',
  'n/a',
  '#n/a',
  '#na',
  'nan',
  'null',
  'none',
  'nil',
  'nd',
  'n.a.',
]);

/** Is the cell empty or a word for "no value" (`.`, `null`, `NaN`, `N/A`, `-`)? */
export function isMissing(text: string): boolean {
  return text.length <= 6 && missingWords.has(text.trim().toLowerCase());
}

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
// Groups of three, or of two after the first three from the right (1,23,456.7).
const grouped = /^[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$/;
const suffixes: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
const currency =
  /^(?:[$€£¥₹₽₩₺฿]|R\$|kr\.?|zł|CHF|USD|EUR|GBP|JPY|Rs\.?)\s*|\s*(?:[$€£¥₹₽₩₺฿]|kr\.?|zł|CHF|USD|EUR|GBP|JPY)$/iu;

/**
 * Number of a cell: plain numbers at once; else thousands marks (comma, point, space, apostrophe), currency signs, brackets for
 * negative, `%` (the number before it as written), K, M, B, T. NaN for a missing cell, `unreadable` for any other text.
 */
export function parseNumber(text: string, decimal: DecimalMark): number | typeof unreadable {
  if (decimal === '.' || !text.includes('.')) {
    const fast = +text;
    // +'' and +' ' are 0; the rest of the odd cases (NaN, hexadecimal, Infinity) goes the slow way.
    if (fast !== 0 && fast - fast === 0 && text.charCodeAt(1) !== 120) return fast;
  }
  if (isMissing(text)) return NaN;
  return parseSlowly(text.trim(), decimal);
}

function parseSlowly(text: string, decimal: DecimalMark): number | typeof unreadable {
  let s = text.replaceAll('\u2212', '-');
  let factor = 1;
  if (s.startsWith('(') && s.endsWith(')')) {
    s = s.slice(1, -1);
    factor = -1;
  }
  const sign = s.startsWith('-') ? '-' : '';
  if (sign) s = s.slice(1);
  s = s.replace(currency, '').replace(currency, '');
  if (s.endsWith('%')) s = s.slice(0, -1);
  const suffix = s.length > 1 ? suffixes[s[s.length - 1].toLowerCase()] : undefined;
  if (suffix !== undefined) {
    s = s.slice(0, -1);
    factor *= suffix;
  }
  s = sign + s.replace(/[\s\u00a0\u2009\u202f'’_]/g, '');
  // From here on the decimal mark is a point and the thousands mark a comma.
  if (decimal === ',') s = s.replace(/[.,]/g, (mark) => (mark === ',' ? '.' : ','));
  if (plain.test(s)) return +s * factor;
  if (grouped.test(s)) return +s.replaceAll(',', '') * factor;
  return unreadable;
}

/** What one cell says about the decimal mark of its file. */
export function decimalEvidence(text: string): DecimalMark | 'ambiguous' | null {
  const s = text
    .trim()
    .replace(currency, '')
    .replace(currency, '')
    .replace(/[%KMBT]$/i, '');
  if (!/^[+-]?[\d.,\s\u00a0\u202f'’]*\d[\d.,\s\u00a0\u202f'’]*$/.test(s)) return null;
  const commas = s.split(',').length - 1;
  const points = s.split('.').length - 1;
  if (commas === 0 && points === 0) return null;
  if (commas > 0 && points > 0) return s.lastIndexOf(',') > s.lastIndexOf('.') ? ',' : '.';
  if (commas > 1) return '.';
  if (points > 1) return ',';
  const mark = commas === 1 ? ',' : '.';
  const [whole, part] = s.replace(/^[+-]/, '').split(mark);
  const couldBeThousands = part.length === 3 && whole.length >= 1 && whole.length <= 3 && whole !== '0';
  return couldBeThousands ? 'ambiguous' : mark;
}
