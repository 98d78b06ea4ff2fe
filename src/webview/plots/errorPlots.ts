import { html, type TemplateResult } from 'lit';
import type { ForecastErrors } from '../../protocol/analysis.ts';
import { chartOf, chartView, type Chart } from '../charts/chart.ts';
import { cumulativeChart, partsChart } from '../charts/parts.ts';
import { select, type Template } from '../controls/controls.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { lagChart, weekdayChart, weekdays } from '../charts/residuals.ts';
import { analysis } from './analysis.ts';

/** What the validation errors of a trial can be taken apart by. */
const partNames = {
  fold: 'by fold',
  quarter: 'by quarter',
  weekday: 'by weekday',
  move: 'by size of the move',
  step: 'by horizon step',
} as const;
type Part = keyof typeof partNames;

interface Parts {
  readonly reading: string;
  readonly names: readonly string[];
  readonly values: readonly number[];
  readonly rows: readonly number[];
}

/** The errors of a trial's validation forecasts taken apart: where any gain over persistence comes from. The engine's numbers. */
export function errorPlots(panel: Panel, number: number): Template {
  const loaded = analysis(panel, { kind: 'forecastErrors', number });
  return chartOf(loaded, { id: 'errors', title: `U2 of #${number} taken apart`, span: 6 }, (result) =>
    result.errors === null
      ? html`<figure class="chart w6" id="chart-errors">
          <header><h2>U2 of #${number} taken apart</h2></header>
          <p class="read">${result.note}</p>
        </figure>`
      : html`${chartView(panel, errorParts(panel, number, result.errors))}
        ${chartView(
          panel,
          cumulativeChart({
            id: 'savedErrors',
            reading: `Price units², ${plural(result.errors.rows, 'row')} of validation one fold after the other. Rising: better than persistence.`,
            span: 6,
            dates: result.errors.cumulative.dates,
            difference: result.errors.cumulative.difference,
          }),
        )}
        ${chartView(panel, lagChart(result.errors.lagTest, { id: 'lag', span: 6 }))}
        ${chartView(
          panel,
          weekdayChart(result.errors.byWeekday, {
            id: 'weekdays',
            span: 6,
            unit: 'in percent of the last price',
          }),
        )}`,
  );
}

function errorParts(panel: Panel, number: number, errors: ForecastErrors): Chart {
  const offered = (Object.keys(partNames) as Part[]).filter((name) => name !== 'step' || errors.horizon > 1); // its own keys
  const wanted = panel.state.memory.plots.part;
  const part = offered.find((name) => name === wanted) ?? 'fold';
  const { reading, names, values, rows } = partsOf(errors, part);
  return partsChart({
    id: 'errors',
    title: `U2 of #${number} taken apart`,
    reading: html`${reading} Below the dashed line is better than persistence.`,
    span: 6,
    height: 250,
    names,
    values,
    rows,
    source: `${number} ${part} ${errors.rows} ${values.join()}`,
    extra: chooser(panel, offered, part),
  });
}

function chooser(panel: Panel, offered: readonly Part[], part: Part): TemplateResult {
  return select({
    value: part,
    label: 'Taken apart',
    options: offered.map((name) => ({ value: name, label: partNames[name] })),
    onChange: (name) => panel.dispatch({ type: 'plots', plots: { part: name } }),
  });
}

function partsOf(errors: ForecastErrors, part: Part): Parts {
  switch (part) {
    case 'fold':
      return {
        reading: 'Each validation fold.',
        names: errors.byFold.map((f) => `fold ${f.fold + 1}\n${f.firstDate.slice(0, 7)}`),
        values: errors.byFold.map((f) => f.u2),
        rows: errors.byFold.map((f) => f.rows),
      };
    case 'quarter':
      return {
        reading: 'Each quarter of the validation rows.',
        names: errors.byQuarter.map((q) => q.quarter),
        values: errors.byQuarter.map((q) => q.u2),
        rows: errors.byQuarter.map((q) => q.rows),
      };
    case 'weekday':
      return {
        reading: 'Weekday of the day forecast, one step ahead.',
        names: errors.byWeekday.map((d) => weekdays[d.weekday % 7]),
        values: errors.byWeekday.map((d) => d.u2),
        rows: errors.byWeekday.map((d) => d.rows),
      };
    case 'move':
      return {
        reading: 'Days in quarters by the size of their actual change.',
        names: errors.byMove.map((m) => `${m.from.toFixed(2)} to\n${m.to.toFixed(2)} %`),
        values: errors.byMove.map((m) => m.u2),
        rows: errors.byMove.map((m) => m.rows),
      };
    case 'step':
      return {
        reading: 'Each horizon step against persistence at the same distance.',
        names: errors.byStep.map((s) => String(s.step)),
        values: errors.byStep.map((s) => s.u2),
        rows: [],
      };
  }
}
