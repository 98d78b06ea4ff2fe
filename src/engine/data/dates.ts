import { DateTime } from 'luxon';
import type { DataSpec } from '../../model/dataSpec.ts';
import { dayMs } from './dataTable.ts';

/** How a date column is written. `dayMonth` leaves the order of day and month open until all rows are read. */
export type DateStyle = 'iso' | 'compact' | 'epochSeconds' | 'epochMilliseconds' | 'dayMonth' | 'words';
export type DayMonthOrder = 'us' | 'european';

const dayMonthPattern =
  /^(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})(?:[,T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?$/;
const isoPattern = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?/;

/** Formats tried for dates with month names and the like, in this order. */
const wordFormats = [
  'd LLL yyyy',
  'd LLLL yyyy',
  'd-LLL-yyyy',
  'd-LLL-yy',
  'd LLL yy',
  'LLL d, yyyy',
  'LLLL d, yyyy',
  'LLL d yyyy',
  'LLLL d yyyy',
  'LLL-d-yyyy',
  'EEE, d LLL yyyy',
  'EEE, LLL d, yyyy',
  'EEE LLL d yyyy',
  'yyyy-LLL-d',
  'd LLL yyyy HH:mm',
  'LLL d, yyyy HH:mm',
  'EEE, d LLL yyyy HH:mm:ss',
  'LLL yyyy',
  'LLLL yyyy',
  'yyyy-LL',
];

/**
 * Reads the dates of a column: time of a date text in one style (ms, wall clock), NaN when it is none. dayMonth: a packed
 * number for `unpackDayMonth`.
 */
export function dateReader(style: DateStyle): (text: string) => number {
  return style === 'words' ? wordReader() : (text) => parseFast(text, style);
}

function parseFast(text: string, style: Exclude<DateStyle, 'words'>): number {
  switch (style) {
    case 'iso':
      return parseIso(text);
    case 'compact':
      return parseCompact(text.trim());
    case 'epochSeconds':
      return /^\s*-?\d{1,11}(\.\d+)?\s*$/.test(text) ? Math.round(+text * 1000) : NaN;
    case 'epochMilliseconds':
      return /^\s*-?\d{1,14}(\.\d+)?\s*$/.test(text) ? Math.round(+text) : NaN;
    case 'dayMonth':
      return packDayMonth(text);
  }
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const d = text.charCodeAt(at) - 48;
  return d >= 0 && d <= 9 ? d : NaN;
}

/** YYYY-MM-DD, with or without hh:mm and :ss, by characters (most of every file is that); the rest through the pattern. */
function parseIso(text: string): number {
  if (text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45) {
    const year = digit(text, 0) * 1000 + digit(text, 1) * 100 + two(text, 2);
    const day = fromParts(year, two(text, 5), two(text, 8));
    if (text.length === 10) return day;
    if (text.length >= 16 && text.charCodeAt(13) === 58 && /[T ]/.test(text[10])) {
      const seconds = text.charCodeAt(16) === 58 ? two(text, 17) : 0;
      const [hour, minute] = [two(text, 11), two(text, 14)];
      return hour < 24 && minute < 60 && seconds < 61
        ? day + ((hour * 60 + minute) * 60 + seconds) * 1000
        : NaN;
    }
  }
  const m = isoPattern.exec(text.trim());
  if (!m) return NaN;
  return fromParts(+m[1], +m[2], +m[3]) + timeOfDay(m[4], m[5], m[6], undefined);
}

function parseCompact(text: string): number {
  return /^\d{8}$/.test(text) ? fromParts(+text.slice(0, 4), +text.slice(4, 6), +text.slice(6)) : NaN;
}

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days from 1970-01-01 by the civil calendar (H. Hinnant, days_from_civil); NaN for a day that does not exist. */
function fromParts(year: number, month: number, day: number): number {
  if (!(
    year >= 1000 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= monthDays[month - 1]
  )) {
    return NaN;
  }
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146097 + dayOfEra - 719468) * dayMs;
}

function timeOfDay(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  half: string | undefined,
): number {
  if (hour === undefined) return 0;
  let h = +hour;
  if (half) h = (h % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const m = +(minute ?? 0);
  const s = +(second ?? 0);
  return h < 24 && m < 60 && s < 61 ? ((h * 60 + m) * 60 + s) * 1000 : NaN;
}

function packDayMonth(text: string): number {
  const m = dayMonthPattern.exec(text.trim());
  if (!m) return NaN;
  const year = m[3].length === 4 ? +m[3] : +m[3] + (+m[3] < 70 ? 2000 : 1900);
  return ((year * 100 + +m[1]) * 100 + +m[2]) * dayMs + timeOfDay(m[4], m[5], m[6], m[7]);
}

/** First and second number of a packed date. */
function dayMonthParts(packed: number): readonly [number, number] {
  const date = Math.floor(packed / dayMs);
  return [Math.floor(date / 100) % 100, date % 100];
}

/** Time of a packed date read in one order; NaN when that day does not exist. */
export function unpackDayMonth(packed: number, order: DayMonthOrder): number {
  const date = Math.floor(packed / dayMs);
  const [first, second] = dayMonthParts(packed);
  const year = Math.floor(date / 10_000);
  const [month, day] = order === 'us' ? [first, second] : [second, first];
  return fromParts(year, month, day) + (packed - date * dayMs);
}

const wordParsers = wordFormats.map((format) => DateTime.buildFormatParser(format, { locale: 'en' }));

/** Reads dates with month names; tries the format that read the last date first. */
function wordReader(): (text: string) => number {
  let usual = 0;
  const read = (text: string, parser: number): number => {
    const parsed = DateTime.fromFormatParser(text, wordParsers[parser], { zone: 'utc', locale: 'en' });
    return parsed.isValid ? parsed.toMillis() : NaN;
  };
  return (text) => {
    const s = text
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/(\d)(st|nd|rd|th)\b/i, '$1');
    if (s.length < 6 || s.length > 40 || !/\d/.test(s)) return NaN;
    const again = read(s, usual);
    if (!Number.isNaN(again)) return again;
    for (let i = 0; i < wordParsers.length; i++) {
      const time = read(s, i);
      if (Number.isNaN(time)) continue;
      usual = i;
      return time;
    }
    const rfc = DateTime.fromRFC2822(s, { setZone: true });
    return rfc.isValid ? rfc.setZone('utc', { keepLocalTime: true }).toMillis() : NaN;
  };
}

/** Cells of a column that its style is decided by. */
const detectionCells = 200;

const styles: readonly DateStyle[] = [
  'iso',
  'compact',
  'dayMonth',
  'epochMilliseconds',
  'epochSeconds',
  'words',
];

/** Style that a dateFormat of the study file fixes. */
export function styleOf(format: NonNullable<DataSpec['dateFormat']>): DateStyle {
  return format === 'us' || format === 'european' ? 'dayMonth' : format;
}

/** Style that reads at least 80 % of the cells, null when none does. Numbers count as epochs only in plausible ranges. */
export function detectDateStyle(cells: readonly string[]): DateStyle | null {
  // Titles and notes are no dates; every date has a digit.
  const all = cells.filter((c) => /\d/.test(c));
  if (all.length === 0) return null;
  const stride = Math.max(1, Math.floor(all.length / detectionCells));
  const filled = all.filter((_, i) => i % stride === 0);
  for (const style of styles) {
    if (style === 'words' && !filled.some((c) => /[a-z]{3}/i.test(c) || /^\d{4}-\d{2}$/.test(c))) continue;
    const read = dateReader(style);
    const good = filled.filter((c) => isPlausible(read(c), style)).length;
    if (good >= 0.8 * filled.length) return style;
  }
  return null;
}

const firstPlausible = Date.UTC(1600, 0, 1);
const lastPlausible = Date.UTC(2300, 0, 1);
/** Epochs are machine-made: before 1980 a number is more likely a price or a volume. */
const firstEpoch = Date.UTC(1980, 0, 1);
const lastEpoch = Date.UTC(2100, 0, 1);

function isPlausible(time: number, style: DateStyle): boolean {
  if (Number.isNaN(time)) return false;
  if (style === 'dayMonth') {
    return !Number.isNaN(unpackDayMonth(time, 'us')) || !Number.isNaN(unpackDayMonth(time, 'european'));
  }
  if (style === 'epochSeconds' || style === 'epochMilliseconds')
    return time >= firstEpoch && time < lastEpoch;
  return time >= firstPlausible && time < lastPlausible;
}

export interface OrderDecision {
  readonly order: DayMonthOrder;
  /** evidence: a number above 12; sequence: only this reading is in time order; open: both fit. */
  readonly by: 'evidence' | 'sequence' | 'open';
}

/** Order of day and month of a whole column of packed dates. */
export function decideOrder(packed: Float64Array): OrderDecision {
  let firstAbove12 = 0;
  let secondAbove12 = 0;
  for (const value of packed) {
    const [first, second] = dayMonthParts(value);
    if (first > 12) firstAbove12++;
    if (second > 12) secondAbove12++;
  }
  if (firstAbove12 !== secondAbove12) {
    return { order: firstAbove12 > secondAbove12 ? 'european' : 'us', by: 'evidence' };
  }
  const us = isOrdered(packed.map((p) => unpackDayMonth(p, 'us')));
  const european = isOrdered(packed.map((p) => unpackDayMonth(p, 'european')));
  if (us !== european) return { order: us ? 'us' : 'european', by: 'sequence' };
  return { order: 'us', by: 'open' };
}

function isOrdered(times: Float64Array): boolean {
  let up = true;
  let down = true;
  for (let i = 1; i < times.length; i++) {
    up &&= times[i] > times[i - 1];
    down &&= times[i] < times[i - 1];
  }
  return up || down;
}
