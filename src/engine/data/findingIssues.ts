import type { DateGap, OhlcViolation, SuspectedSplit } from '../../model/dataReport.ts';
import type { Issue } from '../../model/issue.ts';
import type { DataSpec } from '../../model/dataSpec.ts';
import { plainName } from './plainName.ts';
import type { ResolvedColumns } from './columns.ts';
import type { Listed } from './findings.ts';

/** Above this share of zero changes the report asks whether holidays were filled in (DAX in EuStockMarkets: 4.3 %). */
const manyZeroChanges = 0.02;

export function gapIssues(gaps: Listed<DateGap>): Issue[] {
  if (gaps.count === 0) return [];
  const examples = gaps.list
    .slice(0, 3)
    .map((g) => `${g.from} to ${g.to} (${g.days} days, row ${g.row})`)
    .join('; ');
  return [
    {
      path: ['data', 'file'],
      code: 'dateGaps',
      severity: 'warning',
      message: `${gaps.count} ${gaps.count === 1 ? 'gap' : 'gaps'} without rows: ${examples}. Rows are taken one after the other, whatever lies between; check that none is missing.`,
    },
  ];
}

export function zeroIssues(share: number): Issue[] {
  if (share <= manyZeroChanges) return [];
  return [
    {
      path: ['data', 'price'],
      code: 'zeroChanges',
      severity: 'warning',
      message: `${(share * 100).toFixed(1)} % of the price changes are exactly zero. Were holidays filled with the last price? Delete such rows: they make forecasts look better than they are.`,
    },
  ];
}

const rawRoles = new Set(['open', 'high', 'low', 'close', 'closeprice', 'closingprice', 'last', 'price']);

/**
 * A question, never a repair: a true fall looks like a split. Where an adjusted close moved too, it was true and is not called
 * a split.
 */
export function splitIssues(
  splits: readonly SuspectedSplit[],
  columns: ResolvedColumns,
  spec: Pick<DataSpec, 'adjust'>,
): Issue[] {
  const asked = splits.filter((s) => s.adjusted !== 'movesToo');
  if (asked.length === 0 || spec.adjust !== undefined) return [];
  const column = asked[0].column;
  const used = columns.used.some((c) => c.name === column || rawRoles.has(plainName(c.name)));
  const list = asked
    .slice(0, 10)
    .map((s) => `${s.date} (row ${s.row}, factor ${s.ratio.toFixed(3)}, like ${s.looksLike})`)
    .join('; ');
  const known = asked[0].adjusted === 'doesNotMove';
  const cure = known
    ? 'The adjusted close of the file does not jump on these days. Use it as data.price, and name it in data.adjust if open, high, low or close are inputs.'
    : 'If so, load adjusted prices; if the price truly moved that far, nothing needs to be done.';
  return [
    {
      path: ['data', 'price'],
      code: 'suspectedSplit',
      severity: used ? 'warning' : 'info',
      message: `Was the stock split on ${asked.length === 1 ? 'this day' : 'these days'}? "${column}" jumps on ${list}. ${cure}`,
    },
  ];
}

export function ohlcIssues(violations: Listed<OhlcViolation>, columns: ResolvedColumns): Issue[] {
  if (violations.count === 0) return [];
  const used = columns.used.some((c) => ['open', 'high', 'low'].includes(plainName(c.name)));
  const examples = violations.list
    .slice(0, 3)
    .map((v) => `row ${v.row}, ${v.date}: ${v.what}`)
    .join('; ');
  return [
    {
      path: ['data', 'file'],
      code: 'ohlcViolation',
      severity: used ? 'error' : 'warning',
      message: `${violations.count} ${violations.count === 1 ? 'row' : 'rows'} whose high is not the highest or whose low is not the lowest price of the day (${examples}). ${used ? 'Mend or delete these rows, because the study uses high, low or open.' : 'The study does not use these columns.'}`,
    },
  ];
}
