import type { StepView } from './forecasts.ts';
import { direction } from './metrics.ts';

/** sum over days of (model's squared error - persistence's), one a row; below 0 = ahead of persistence so far. */
export function cumulativeDifference(model: ArrayLike<number>, naive: ArrayLike<number>): number[] {
  let sum = 0;
  return Array.from({ length: model.length }, (_, t) => (sum += model[t] - naive[t]));
}

export interface QuarterU2 {
  /** "2020 Q1" */
  readonly quarter: string;
  readonly u2: number;
  readonly rows: number;
}

/** U2 of each calendar quarter of the targets; `times` one a row. */
export function u2ByQuarter(
  times: Float64Array,
  losses: { readonly model: Float64Array; readonly naive: Float64Array },
): QuarterU2[] {
  const quarters = new Map<string, { model: number; naive: number; rows: number }>();
  for (let t = 0; t < times.length; t++) {
    const date = new Date(times[t]);
    const key = `${date.getUTCFullYear()} Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
    const sums = quarters.get(key) ?? { model: 0, naive: 0, rows: 0 };
    sums.model += losses.model[t];
    sums.naive += losses.naive[t];
    sums.rows++;
    quarters.set(key, sums);
  }
  return [...quarters].map(([quarter, { model, naive, rows }]) => ({
    quarter,
    u2: naive > 0 ? Math.sqrt(model / naive) : 1,
    rows,
  }));
}

export interface WeekdayErrors {
  /** 1 = Monday .. 7 = Sunday, of the target. */
  readonly weekday: number;
  readonly bias: number;
  readonly rmse: number;
  readonly rows: number;
}

export function errorsByWeekday(times: Float64Array, { actual, forecast }: StepView): WeekdayErrors[] {
  const days = new Map<number, { sum: number; squares: number; rows: number }>();
  for (let t = 0; t < times.length; t++) {
    const weekday = ((new Date(times[t]).getUTCDay() + 6) % 7) + 1;
    const error = forecast[t] - actual[t];
    const sums = days.get(weekday) ?? { sum: 0, squares: 0, rows: 0 };
    sums.sum += error;
    sums.squares += error * error;
    sums.rows++;
    days.set(weekday, sums);
  }
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([weekday, { sum, squares, rows }]) => ({
      weekday,
      bias: sum / rows,
      rmse: Math.sqrt(squares / rows),
      rows,
    }));
}

export interface MoveErrors {
  /** Smallest and largest |actual - last| of the group, in the unit of the view. */
  readonly from: number;
  readonly to: number;
  readonly u2: number;
  /** Share of changes with the right sign; null where no row has a change. */
  readonly direction: number | null;
  readonly rows: number;
}

/** Four groups of equal size by |actual - last|, smallest first: where any gain comes from. */
export function errorsByMove(view: StepView): MoveErrors[] {
  const { actual, forecast, last } = view;
  const size = actual.map((y, i) => Math.abs(y - last[i]));
  const order = Array.from(size, (_, i) => i).sort((a, b) => size[a] - size[b] || a - b);
  return [0, 1, 2, 3].flatMap((quarter): MoveErrors[] => {
    const [begin, end] = [quarter, quarter + 1].map((q) => Math.floor((q * order.length) / 4));
    const part = order.slice(begin, end);
    if (part.length === 0) return [];
    const sum = (of: (i: number) => number): number => part.reduce((s, i) => s + of(i), 0);
    const naive = sum((i) => size[i] ** 2);
    const own = sum((i) => (actual[i] - forecast[i]) ** 2);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(part, (i) => values[i]);
    const moved = part.some((i) => size[i] > 0);
    return [
      {
        from: size[part[0]],
        to: size[part[part.length - 1]],
        u2: naive > 0 ? Math.sqrt(own / naive) : 1,
        direction: moved
          ? direction({ actual: pick(actual), forecast: pick(forecast), last: pick(last) })
          : null,
        rows: part.length,
      },
    ];
  });
}
