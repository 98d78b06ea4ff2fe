import type { Issue } from '../../model/issue.ts';
import type { DataSpec } from '../../model/dataSpec.ts';
import { dateReader, detectDateStyle, styleOf, type DateStyle } from './dates.ts';
import { nearest } from '../../model/nearest.ts';
import { plainName } from './plainName.ts';

const dateNames = [
  'date',
  'datetime',
  'timestamp',
  'time',
  'day',
  'tradedate',
  'tradingdate',
  'datum',
  'fecha',
  'data',
  'jour',
  'index',
  'price',
  'period',
  'month',
  'week',
];

export interface DateColumnQuestion {
  readonly names: readonly string[];
  readonly sampleOf: (column: number) => readonly string[];
  readonly spec: Pick<DataSpec, 'date' | 'dateFormat'>;
}

export type DateColumnAnswer = { readonly at: number; readonly style: DateStyle } | { readonly issue: Issue };

/** The column named in the study, else the first with a usual name whose cells are dates, else the first whose cells are. */
export function chooseDateColumn({ names, sampleOf, spec }: DateColumnQuestion): DateColumnAnswer {
  const fixed = spec.dateFormat === undefined ? null : styleOf(spec.dateFormat);
  const styleAt = (at: number): DateStyle | null => {
    const cells = sampleOf(at);
    if (fixed === null) return detectDateStyle(cells);
    const filled = cells.filter((c) => c.trim() !== '');
    const read = dateReader(fixed);
    const good = filled.filter((c) => !Number.isNaN(read(c))).length;
    return filled.length > 0 && good >= 0.5 * filled.length ? fixed : null;
  };
  if (spec.date !== undefined) {
    const wanted = plainName(spec.date);
    const at = names.findIndex((name) => plainName(name) === wanted);
    if (at < 0) return { issue: noSuchColumn(spec.date, names) };
    const style = styleAt(at);
    return style === null ? { issue: noDates(names[at], sampleOf(at), spec.dateFormat) } : { at, style };
  }
  const byName = names
    .map((name, at) => ({ at, rank: dateNames.indexOf(plainName(name)) }))
    .filter((c) => c.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map((c) => c.at);
  const others = names.map((_, at) => at).filter((at) => !byName.includes(at));
  for (const at of [...byName, ...others]) {
    const style = styleAt(at);
    // Numbers in a column of another name are prices or volumes before they are seconds since 1970.
    if (
      style !== null &&
      (byName.includes(at) || style === 'iso' || style === 'dayMonth' || style === 'words')
    ) {
      return { at, style };
    }
  }
  const compact = others.find((at) => styleAt(at) === 'compact');
  if (compact !== undefined) return { at: compact, style: 'compact' };
  return {
    issue: {
      path: ['data', 'date'],
      code: 'noDateColumn',
      severity: 'error',
      message: `No column with dates was found among ${names.slice(0, 20).join(', ')}. Name it in data.date, and in data.dateFormat how its dates are written.`,
    },
  };
}

function noSuchColumn(name: string, names: readonly string[]): Issue {
  const near = nearest(name, names);
  return {
    path: ['data', 'date'],
    code: 'unknownColumn',
    severity: 'error',
    message: `There is no date column "${name}"${near === null ? '.' : `; did you mean "${near}"?`} The file has: ${names.slice(0, 20).join(', ')}.`,
    ...(near === null ? {} : { fix: { title: `Use "${near}"`, path: ['data', 'date'], value: near } }),
  };
}

function noDates(name: string, cells: readonly string[], format: DataSpec['dateFormat']): Issue {
  const example = cells.find((c) => c.trim() !== '') ?? '';
  const as = format === undefined ? '' : ` as ${format}`;
  return {
    path: format === undefined ? ['data', 'date'] : ['data', 'dateFormat'],
    code: 'badDate',
    severity: 'error',
    message: `The cells of "${name}" cannot be read${as} as dates (for example "${example.slice(0, 40)}"). Dates can be written 2020-12-31, 20201231, 12/31/2020, 31.12.2020, 31 Dec 2020, or as seconds or milliseconds since 1970.`,
  };
}
