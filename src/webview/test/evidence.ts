import { html, nothing, type TemplateResult } from 'lit';
import type { TestResult } from '../../protocol/engine.ts';
import type { Chart } from '../charts/chart.ts';
import {
  dateAxis,
  margins,
  persistenceLine,
  text,
  ticksOver,
  tooltip,
  xAxis,
  yAxis,
  yTicks,
} from '../charts/options.ts';
import { icon, type Template } from '../controls/controls.ts';
import { count, metric, percent, price, ratio, signed } from '../format.ts';

const baselineNames: Readonly<Record<string, string>> = {
  persistence: 'Persistence',
  drift: 'Drift',
  mean: 'Train mean',
  ma5: 'Moving average, 5',
  ma20: 'Moving average, 20',
  seasonal5: 'Same weekday last week',
  ar1: 'AR(1) on log-returns',
  nlinear: 'Linear on the same window',
};

/** Model and baselines on the same rows. */
export function baselineTable(result: TestResult, isWinner: boolean): TemplateResult {
  const ids = ['rmse', 'mae', 'u2', 'relMae', 'direction'] as const;
  const cells = (metrics: Readonly<Record<string, number>>): TemplateResult[] =>
    ids.map((id) => html`<td>${metrics[id] === undefined ? '–' : metric(id, metrics[id])}</td>`);
  const order = Object.entries(result.baselines).sort(
    ([a, x], [b, y]) =>
      Number(b === 'persistence') - Number(a === 'persistence') || (x['u2'] ?? 9) - (y['u2'] ?? 9),
  );
  const { direction, dieboldMariano, clarkWest } = result;
  return html`<figure class="chart w7" aria-labelledby="title-baselines">
    <header>
      <h2 id="title-baselines">Beside the baselines</h2>
      <span class="muted small">same ${count(result.predictions.dates.length)} days, price units</span>
    </header>
    <table class="btable">
      <thead>
        <tr>
          <th scope="col"><span class="unseen">Model</span></th>
          <th scope="col">RMSE</th>
          <th scope="col">MAE</th>
          <th scope="col">U2</th>
          <th scope="col">relMAE</th>
          <th scope="col" title="Share of days with the right sign">direction</th>
        </tr>
      </thead>
      <tbody>
        <tr class="me">
          <td>${isWinner ? 'Winner' : 'Trial'} #${result.trial}, ${result.seeds.length} refit seeds</td>
          ${cells({ ...result.metrics, u2: result.u2, relMae: result.relMae, direction: direction.share })}
        </tr>
        ${order.map(
          ([id, metrics]) =>
            html`<tr class=${id === 'persistence' ? 'base' : ''}>
              <td>
                ${
                  id === 'persistence'
                    ? html`<svg width="22" height="8" aria-hidden="true">
                        <line x1="0" x2="22" y1="4" y2="4" class="persistence"></line>
                      </svg>`
                    : nothing
                }${baselineNames[id] ?? id}
              </td>
              ${
                id === 'persistence'
                  ? html`${cells(metrics).slice(0, 4)}
                      <td class="muted">none</td>`
                  : cells(metrics)
              }
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="read gap-small">
      Always “up” is right on ${percent(direction.alwaysUp, 1)} of these days; the model on
      ${percent(direction.share, 1)} [${percent(direction.interval[0], 1)} to
      ${percent(direction.interval[1], 1)}].${dieboldMariano ? ` Diebold-Mariano ${signed(dieboldMariano.statistic)}, p ${dieboldMariano.p.toFixed(3)}.` : ''}${clarkWest ? ` Clark-West ${signed(clarkWest.statistic)}, p ${clarkWest.p.toFixed(3)}.` : ''}
    </p>
  </figure>`;
}

/** One line each for what would make the number doubtful: copying, one period, the guard. */
export function warnings(result: TestResult): Template {
  const notes: { readonly kind: 'warn' | 'bad'; readonly text: string }[] = [];
  if (result.suspicious.fired)
    notes.push({
      kind: 'bad',
      text: `Too good to believe: ${result.suspicious.reason} ${result.suspicious.checks.join('; ')}.`,
    });
  if (result.lagTest.copies)
    notes.push({
      kind: 'warn',
      text: `The forecast fits the prices best ${result.lagTest.shift === 1 ? 'one day late' : `at a shift of ${result.lagTest.shift} days`}: it reproduces the last price.`,
    });
  const late = concentrated(result);
  if (late) notes.push({ kind: 'warn', text: late });
  if (notes.length === 0) return nothing;
  return html`${notes.map(
    ({ kind, text: words }) =>
      html`<div class="note ${kind}">
        ${icon(kind === 'bad' ? 'error' : 'warning')}<span>${words}</span>
      </div>`,
  )}`;
}

/** The shortest tail of the test range that holds most of the squared error, where it is a small one. */
function concentrated(result: TestResult): string | null {
  const { predictions, horizon } = result;
  const n = predictions.dates.length;
  const errors = predictions.dates.map(
    (_, i) => (predictions.actual[i * horizon] - predictions.last[i]) ** 2,
  );
  const total = errors.reduce((sum, v) => sum + v, 0);
  let sum = 0;
  let days = 0;
  while (days < n && sum < total * 0.5) sum += errors[n - ++days];
  if (days > n * 0.12) return null;
  return `${percent(sum / total)} of persistence’s squared error lies in the last ${days} of ${count(n)} days, from ${predictions.dates[n - days].slice(0, 10)}. Judge the number with that in mind.`;
}

/** Refit seeds as rings, their mean and interval above. */
export function seedsChart(result: TestResult): Chart {
  const lifts = result.seeds.map((s) => (1 - s.u2) * 100);
  const mean = lifts.reduce((sum, v) => sum + v, 0) / lifts.length;
  const interval = result.seedInterval?.map((u2) => (1 - u2) * 100) ?? null;
  const all = [...lifts, ...(interval ?? []), 0];
  const span = Math.max(...all) - Math.min(...all);
  const ticks = ticksOver(Math.min(...all) - span * 0.2, Math.max(...all) + span * 0.1);
  return {
    id: 'seeds',
    title: 'Refit seeds',
    reading: 'Lift of each seed as a ring; dot and bar: their mean, 95 %. Right is better.',
    label: `Lift of ${lifts.length} refit seeds`,
    span: 5,
    height: 190,
    deps: [result],
    data: () => [['seed', 'U2', 'lift, %'], ...result.seeds.map((s, i) => [s.seed, s.u2, lifts[i]])],
    make: (theme) => ({
      grid: { left: 16, right: 16, top: 26, bottom: 38 },
      xAxis: xAxis(theme, {
        ...yTicks(ticks),
        name: 'lift, %',
        axisLabel: text(theme, {
          hideOverlap: true,
          formatter: (v: number) => signed(v, ticks.step < 0.1 ? 2 : 1),
        }),
      }),
      yAxis: { type: 'value', show: false, min: 0, max: 1 },
      series: [
        {
          type: 'scatter',
          data: lifts.map((v) => [v, 0.34]),
          symbolSize: 9,
          itemStyle: { color: 'transparent', borderColor: theme.foreground, borderWidth: 1.5 },
          markLine: persistenceLine(theme, 0, { axis: 'xAxis' }),
        },
        { type: 'scatter', data: [[mean, 0.74]], symbolSize: 11, itemStyle: { color: theme.foreground } },
        {
          type: 'line',
          data: interval ? interval.map((v) => [v, 0.74]) : [],
          symbol: 'none',
          lineStyle: { color: theme.foreground, width: 2 },
        },
      ],
    }),
  };
}

/** Squared error saved against persistence, day by day: one crash shows as one jump. */
export function cumulativeChart(result: TestResult): Chart {
  const saved = result.cumulative.map((v) => -v);
  const { dates } = result.predictions;
  const ticks = ticksOver(Math.min(0, ...saved), Math.max(0, ...saved));
  return {
    id: 'cumulative',
    title: 'Cumulative squared error saved against persistence',
    reading: 'Price units², test range. Rising: better than persistence.',
    label: `Squared error saved over ${dates.length} days`,
    span: 12,
    height: 250,
    deps: [result],
    data: () => [['date', 'saved'], ...dates.map((date, i) => [date, saved[i]])],
    make: (theme) => ({
      grid: { ...margins, left: 64, bottom: 28 },
      tooltip: tooltip(theme, {
        trigger: 'axis',
        axisPointer: { lineStyle: { color: theme.axis } },
        valueFormatter: (v: unknown) => (typeof v === 'number' ? price(v) : ''),
      }),
      xAxis: dateAxis(theme, dates),
      yAxis: yAxis(theme, {
        ...yTicks(ticks),
        axisLabel: text(theme, { formatter: (v: number) => compact(v) }),
      }),
      series: [
        {
          type: 'line',
          name: 'saved',
          data: saved,
          symbol: 'none',
          lineStyle: { color: theme.blue, width: 2 },
          itemStyle: { color: theme.blue },
          markLine: persistenceLine(theme, 0),
        },
      ],
    }),
  };
}

function compact(value: number): string {
  return Math.abs(value) >= 10_000 ? `${signedPlain(value / 1000)} k` : signedPlain(value);
}

function signedPlain(value: number): string {
  return value.toLocaleString('en-US').replace('-', '\u2212');
}

/** U2 of parts of the test range: quarters, horizon steps, weekdays. Points, no line: the parts are not a path. */
export function partsChart(options: {
  readonly id: string;
  readonly title: string;
  readonly reading: string;
  readonly span: number;
  readonly names: readonly string[];
  readonly values: readonly number[];
  readonly rows: readonly number[];
  readonly result: TestResult;
}): Chart {
  const { names, values, rows } = options;
  const ticks = ticksOver(Math.min(0.99, ...values), Math.max(1.01, ...values));
  return {
    id: options.id,
    title: options.title,
    reading: options.reading,
    label: `${options.title}: ${names.length} values`,
    span: options.span,
    height: 220,
    deps: [options.result],
    data: () => [['part', 'U2', 'rows'], ...names.map((name, i) => [name, values[i], rows[i] ?? ''])],
    make: (theme) => ({
      grid: { ...margins, bottom: 40 },
      tooltip: tooltip(theme, {
        formatter: (at: { dataIndex: number }) =>
          `${names[at.dataIndex]}\nU2 ${ratio(values[at.dataIndex])}${rows[at.dataIndex] ? `, ${rows[at.dataIndex]} rows` : ''}`,
      }),
      xAxis: xAxis(theme, {
        type: 'category',
        data: names.map((name, i) => quarterLabel(name, names[i - 1])),
        axisLabel: text(theme, { interval: 0, lineHeight: 14, hideOverlap: true }),
      }),
      yAxis: yAxis(theme, { ...yTicks(ticks), axisLabel: text(theme, { formatter: ticks.text }) }),
      series: [
        {
          type: 'scatter',
          data: values,
          symbolSize: 8,
          itemStyle: { color: theme.foreground },
          markLine: persistenceLine(theme, 1),
        },
      ],
    }),
  };
}

/** `2018 Q1` becomes two lines; the year only where it is a new one. */
function quarterLabel(name: string, before: string | undefined): string {
  const [year, quarter] = name.split(' ');
  if (!quarter?.startsWith('Q')) return name;
  return before?.startsWith(year) ? quarter : `${quarter}\n${year}`;
}

/** Mean error by weekday, and the shift at which forecast and actual fit best. */
export function smallTables(result: TestResult): TemplateResult {
  const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const half = Math.floor(result.lagTest.correlation.length / 2);
  return html`<figure class="chart w5" aria-labelledby="title-weekdays">
    <header><h2 id="title-weekdays">By weekday, and the lag test</h2></header>
    <table class="btable">
      <thead>
        <tr>
          <th scope="col">weekday</th>
          <th scope="col">mean error</th>
          <th scope="col">RMSE</th>
          <th scope="col">rows</th>
        </tr>
      </thead>
      <tbody>
        ${result.byWeekday.map(
          (day) =>
            html`<tr>
              <td>${days[day.weekday % 7]}</td>
              <td>${signed(day.bias)}</td>
              <td>${price(day.rmse)}</td>
              <td>${count(day.rows)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="read gap-small">
      Correlation of forecast and actual, shifted by days:
      ${result.lagTest.correlation.map(
        (value, i) =>
          html`${i > 0 ? ', ' : ''}<span class=${i - half === result.lagTest.shift ? 'strong' : ''}
              >${i - half === 0 ? '0' : signed(i - half, 0)}: ${signed(value)}</span
            >`,
      )}.
      ${result.lagTest.copies ? 'Best one day late: a copy of the last price.' : 'Not best one day late.'}
    </p>
  </figure>`;
}
