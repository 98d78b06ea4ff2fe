/** forecast.ts, part of reading a CSV: fields, numbers and dates as price files write them, read as src/engine/data reads them. */
export const cellsTs = `
/** Fields of one CSV line; quotes may enclose a field and are doubled inside. */
function fieldsOf(line: string, delimiter: string): string[] {
  const fields = [''];
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"' && quoted && line[i + 1] === '"') fields[fields.length - 1] += line[++i];
    else if (c === '"') quoted = !quoted;
    else if (c === delimiter && !quoted) fields.push('');
    else fields[fields.length - 1] += c;
  }
  return fields.map((field) => field.trim());
}

const currency = /^(?:[$€£¥₹₽₩₺฿]|R\\$|kr\\.?|zł|CHF|USD|EUR|GBP|JPY|Rs\\.?)\\s*|\\s*(?:[$€£¥₹₽₩₺฿]|kr\\.?|zł|CHF|USD|EUR|GBP|JPY)$/giu;
const suffixes: Record<string, number> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/** A number as people write it: currency, thousands marks, %, K, M, B, T, brackets for negative. NaN where there is none. */
function toNumber(text: string, decimal: string): number {
  const inner = text.replace(/^\\((.*)\\)$/, '-$1').replace('\\u2212', '-').replace(/^(-?)(.*)$/, (_, sign, rest) => sign + rest.replace(currency, ''));
  const parts = /^([+-]?[\\d.,]*\\d[\\d.,]*(?:e[+-]?\\d+)?)%?([kmbt]?)$/i.exec(inner.replace(/[\\s'’_]/g, ''));
  if (!parts) return NaN;
  const digits = decimal === ',' ? parts[1].replaceAll('.', '').replace(',', '.') : parts[1].replaceAll(',', '');
  return Number(digits) * (suffixes[parts[2].toLowerCase()] ?? 1);
}

/** Comma or point, by the cells of the file: "1,234" leaves it open, "1,234.5" and "12,5" do not. */
function decimalOf(rows: string[][], dateIndex: number, delimiter: string): string {
  let [points, commas, open] = [0, 0, 0];
  for (const cells of rows)
    cells.forEach((cell, i) => {
      const marks = cell.match(/[.,]/g) ?? [];
      if (i === dateIndex || marks.length === 0 || Number.isNaN(toNumber(cell, '.'))) return;
      const last = marks[marks.length - 1];
      const isThousands = marks.length > 1 && new Set(marks).size === 1;
      if (marks.length === 1 && /(^|\\D)[1-9]\\d{0,2}[.,]\\d{3}(\\D|$)/.test(cell)) open += last === ',' ? 1 : 0;
      else if ((last === ',') !== isThousands) commas++;
      else points++;
    });
  if (commas !== points) return commas > points ? ',' : '.';
  return points === 0 && open > 0 && delimiter === ';' ? ',' : '.';
}

/** Is a cell the value that the filter asks for, as text or as a number? */
function isSame(cell: string, value: string | number): boolean {
  return cell === String(value).trim() || (cell !== '' && Number(cell) === Number(value));
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayMonth = /^(\\d{1,2})[/.\\-\\s](\\d{1,2})[/.\\-\\s](\\d{4}|\\d{2})(?!\\d)/;

/** Dates as text that sorts by time, empty where they cannot be read. 03/04/2020 is read in the order that fits all rows. */
function dayReader(dates: string[], format?: string): (text: string) => string {
  const two = (n: string | number): string => String(n).padStart(2, '0');
  const year = (n: string): string => (n.length > 2 ? n : (Number(n) < 70 ? '20' : '19') + n);
  const timeOf = (text: string): string => {
    const m = /(\\d{1,2}):(\\d{2})(?::(\\d{2}))?\\s*([ap]m)?/i.exec(text);
    if (!m) return '';
    const hour = m[4] ? (Number(m[1]) % 12) + (m[4].toLowerCase() === 'pm' ? 12 : 0) : m[1];
    return ' ' + two(hour) + ':' + m[2] + ':' + (m[3] ?? '00');
  };
  const read = (text: string, isUs: boolean): string => {
    if (/^\\d{8,}(\\.\\d+)?$/.test(text)) return text.padStart(20, '0');
    const iso = /^(\\d{4})[-/.](\\d{1,2})(?:[-/.](\\d{1,2}))?/.exec(text);
    if (iso) return iso[1] + '-' + two(iso[2]) + '-' + two(iso[3] ?? 1) + timeOf(text);
    const mixed = dayMonth.exec(text);
    if (mixed) return year(mixed[3]) + '-' + two(mixed[isUs ? 1 : 2]) + '-' + two(mixed[isUs ? 2 : 1]) + timeOf(text);
    const month = (text.match(/[a-z]{3,}/gi) ?? []).map((word) => months.indexOf(word.slice(0, 3).toLowerCase())).find((i) => i >= 0);
    const numbers = text.replace(/\\d{1,2}:.*$/, '').match(/\\d+/g) ?? [];
    if (month === undefined || numbers.length === 0) return '';
    const four = numbers.findIndex((n) => n.length === 4);
    const yearAt = four < 0 ? numbers.length - 1 : four;
    return year(numbers[yearAt]) + '-' + two(month + 1) + '-' + two(numbers.find((_, i) => i !== yearAt) ?? 1) + timeOf(text);
  };
  const found = dates.map((text) => dayMonth.exec(text)).filter((m) => m !== null);
  const above = (part: 1 | 2): number => found.filter((m) => Number(m[part]) > 12).length;
  const inOrder = (isUs: boolean): boolean => {
    const days = dates.map((text) => read(text, isUs)).filter((day) => day !== '');
    return days.every((day, i) => i === 0 || day > days[i - 1]) || days.every((day, i) => i === 0 || day < days[i - 1]);
  };
  const byOrder = (): boolean => inOrder(true) || !inOrder(false);
  const isUs = format === 'us' || (format !== 'european' && (above(1) === above(2) ? byOrder() : above(2) > above(1)));
  return (text) => read(text, isUs);
}
`;
