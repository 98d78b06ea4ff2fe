import type { BaselineResult } from '../../../model/experiment.ts';
import { liftPercent, type BaselineId } from '../../../model/metrics.ts';
import { meanMetrics } from '../../../model/trial.ts';
import type { TestResult } from '../../../protocol/results.ts';
import { cumulativeChart } from '../charts/timeCharts.ts';
import { liftChart, ratioChart } from '../charts/pointCharts.ts';
import type { Block, Section, Table } from '../document.ts';
import type { StepView } from '../../evaluation/forecasts.ts';
import { stepMetrics } from '../../evaluation/metrics.ts';
import { reportMetrics } from '../../evaluation/reportMetrics.ts';
import { counted, fixed, percentText, rangeText, significant, signed } from '../numbers.ts';
import { subjectOf, type ReportSource } from '../source.ts';
import { concentrationOf, dailyLosses } from '../testLosses.ts';

const baselineNames: Record<BaselineId, string> = {
  persistence: 'Persistence (last price)',
  drift: 'Drift',
  nlinear: 'Linear on the same window',
  ar1: 'AR(1) on log-returns',
  ma5: 'Moving average, 5',
  ma20: 'Moving average, 20',
  seasonal5: 'Same weekday last week',
  mean: 'Train mean',
};
const baselineOrder = Object.keys(baselineNames) as BaselineId[]; // the keys of a Record over all ids
const head = ['', 'RMSE', 'MAE', 'U2', 'relMAE', 'direction'];

/** 2: model and baselines on the same rows, in price units. */
export function baselineSection(source: ReportSource): Section {
  return {
    id: 'baselines',
    title: 'Beside the baselines',
    blocks: source.result ? testedTable(source.result) : validationTable(source),
  };
}

function testedTable(result: TestResult): readonly Block[] {
  const table: Table = {
    kind: 'table',
    caption: `The same ${counted(result.predictions.dates.length, 'test row')}, in units of the price. U2 and relMAE: ratio to persistence, below 1 is better.${result.seeds.length > 1 ? ' Of the trial: the mean over its refit seeds; the U2 of the verdict averages the squared errors over them first.' : ''}`,
    head,
    rows: [
      metricRow(`Trial #${result.trial}, ${counted(result.seeds.length, 'refit seed')}`, result.metrics),
      ...baselineOrder.flatMap((id) => {
        const metrics = result.baselines[id];
        return metrics ? [metricRow(baselineNames[id], metrics, id)] : [];
      }),
    ],
    strong: 0,
  };
  return [
    table,
    {
      kind: 'text',
      text: `Always “up” would be right on ${percentText(result.direction.alwaysUp)} of these days. The measures below are common and say little: on price levels persistence itself has an R² near 1 and errors of a percent or so.`,
    },
    otherMeasures(result),
  ];
}

/** What other programs print, of the first refit seed one step ahead, beside what persistence gets. */
function otherMeasures({ predictions, horizon, metrics }: TestResult): Table {
  const last = Float64Array.from(predictions.last);
  const step = (values: ArrayLike<number>): Float64Array => last.map((_, i) => values[i * horizon]);
  const naive: StepView = { actual: step(predictions.actual), last, forecast: last };
  const base = reportMetrics(naive, []);
  // Scaled by the same changes of the train prices, so the ratio is that of the errors.
  const [own, persistence] = [
    stepMetrics({ ...naive, forecast: step(predictions.forecast) }),
    stepMetrics(naive),
  ];
  const scaled = (id: string, error: 'mae' | 'rmse'): number =>
    own[error] > 0 ? (metrics[id] * persistence[error]) / own[error] : NaN;
  const rows: readonly (readonly [string, number | undefined, number, (x: number) => string])[] = [
    ['R² about the mean test price', metrics.r2, base.r2, (x) => fixed(x, 4)],
    ['MAPE, %', own.mape, persistence.mape, (x) => fixed(x, 3)],
    ['sMAPE, %', metrics.smape, base.smape, (x) => fixed(x, 3)],
    ['MASE, scaled by the train changes', metrics.mase, scaled('mase', 'mae'), (x) => fixed(x, 4)],
    ['RMSSE, scaled by the train changes', metrics.rmsse, scaled('rmsse', 'rmse'), (x) => fixed(x, 4)],
    ['Theil’s U1', metrics.u1, base.u1, (x) => significant(x)],
    ['Bias (mean of forecast − actual)', metrics.bias, base.bias, (x) => significant(x, 3)],
  ];
  return {
    kind: 'table',
    caption: 'Never a headline: one step ahead, first refit seed',
    head: ['Measure', 'trial', 'persistence'],
    rows: rows.flatMap(([name, ours, theirs, text]) =>
      ours === undefined ? [] : [[name, text(ours), Number.isFinite(theirs) ? text(theirs) : '–']],
    ),
  };
}

function validationTable(source: ReportSource): readonly Block[] {
  const { experiment } = source;
  const trial = subjectOf(source);
  const metrics = trial ? meanMetrics(trial.folds) : null;
  const baseline = (id: BaselineId): BaselineResult | undefined =>
    experiment.baselines.find(
      (b) => b.id === id && (b.lookback === undefined || b.lookback === trial?.params.lookback),
    );
  return [
    {
      kind: 'table',
      caption: `Mean over ${counted(experiment.folds.length, 'validation fold')}, not the test range; in units of the price.`,
      head,
      rows: [
        ...(trial && metrics
          ? [metricRow(`${nameOf(trial.number, experiment)}, search run, one seed`, metrics)]
          : []),
        ...baselineOrder.flatMap((id) => {
          const found = baseline(id);
          return found ? [metricRow(baselineNames[id], found.mean, id)] : [];
        }),
      ],
      ...(trial && metrics ? { strong: 0 } : {}),
    },
  ];
}

function nameOf(number: number, { winner }: ReportSource['experiment']): string {
  return `${number === winner ? 'Winner' : 'Leader'} #${number}`;
}

function metricRow(name: string, m: Readonly<Record<string, number>>, id?: BaselineId): readonly string[] {
  const direction = id === 'persistence' ? 'none' : percentText(m.direction);
  return [name, significant(m.rmse), significant(m.mae), fixed(m.u2, 4), fixed(m.relMae, 4), direction];
}

/** 3: where over time the difference comes from. */
export function cumulativeSection({ result }: ReportSource): Section | null {
  if (!result) return null;
  const concentration = concentrationOf(dailyLosses(result));
  const { dates } = result.predictions;
  const saved = result.cumulative.map((x) => 0 - x);
  const blocks: Block[] = [];
  if (concentration) {
    const { from, to, days, share, u2Without } = concentration;
    const others = Math.sign(1 - u2Without) === Math.sign(1 - result.u2) && Math.abs(1 - u2Without) > 0.002;
    blocks.push({
      kind: 'warning',
      text: `${percentText(share, 0)} of persistence’s squared error lies in ${counted(days, 'day')}, ${dates[from]} to ${dates[to]}. On all other days U2 is ${fixed(u2Without, 4)}.${others ? '' : ' Whatever difference there is comes from these few days.'}`,
    });
  }
  blocks.push({
    kind: 'figure',
    id: 'cumulative',
    title: 'Squared error saved against persistence, summed over the test days',
    reading: `Price units squared${result.horizon > 1 ? ', mean over the horizon steps' : ''}. Rising: better than persistence on that day; above the dashed line: ahead so far.${concentration ? ' Shaded: the days named above.' : ''}`,
    wide: 'wide',
    svg: cumulativeChart(
      { dates, saved, shaded: concentration },
      `Squared error saved ends at ${significant(saved.at(-1) ?? 0)}`,
    ),
  });
  return { id: 'cumulative', title: 'Where it comes from', blocks };
}

/** 4: U2 by fold (validation), quarter and horizon step (test). */
export function partsSection(source: ReportSource): Section {
  const { experiment, result } = source;
  const trial = subjectOf(source);
  const blocks: Block[] = [];
  const folds = (trial?.folds ?? []).flatMap((fold) =>
    fold.metrics ? [{ ...fold, u2: fold.metrics.u2 }] : [],
  );
  const reading = 'Below the dashed line is better than persistence.';
  if (folds.length > 0) {
    blocks.push(
      {
        kind: 'figure',
        id: 'u2-folds',
        title: `U2 by validation fold, trial #${trial?.number}`,
        reading: `Search run, one seed. ${reading}`,
        wide: 'half',
        svg: ratioChart(
          folds.map((fold) => ({ label: `fold ${fold.fold + 1}`, value: fold.u2 })),
          `U2 by fold: ${folds.map((fold) => fixed(fold.u2, 4)).join(', ')}`,
        ),
      },
      {
        kind: 'table',
        caption: 'Validation folds',
        head: ['Fold', 'from', 'to', 'U2'],
        rows: folds.map((fold) => {
          const plan = experiment.folds.find((f) => f.fold === fold.fold);
          return [
            String(fold.fold + 1),
            plan?.validation.firstDate ?? '',
            plan?.validation.lastDate ?? '',
            fixed(fold.u2, 4),
          ];
        }),
      },
    );
  }
  if (result) {
    blocks.push(
      {
        kind: 'figure',
        id: 'u2-quarters',
        title: 'U2 by quarter of the test range',
        reading,
        wide: 'half',
        svg: ratioChart(
          result.byQuarter.map((q) => ({ label: q.quarter.replace(/^20(\d\d) Q/, '$1 Q'), value: q.u2 })),
          `U2 by quarter: ${result.byQuarter.map((q) => `${q.quarter} ${fixed(q.u2, 4)}`).join(', ')}`,
        ),
      },
      {
        kind: 'table',
        caption: 'Quarters of the test range',
        head: ['Quarter', 'rows', 'U2'],
        rows: result.byQuarter.map((q) => [q.quarter, String(q.rows), fixed(q.u2, 4)]),
      },
    );
    if (result.byStep.length > 1)
      blocks.push(
        {
          kind: 'figure',
          id: 'u2-steps',
          title: 'U2 by horizon step, test range',
          reading,
          wide: 'half',
          svg: ratioChart(
            result.byStep.map((s) => ({ label: `+${s.step}`, value: s.u2 })),
            `U2 by step: ${result.byStep.map((s) => fixed(s.u2, 4)).join(', ')}`,
          ),
        },
        {
          kind: 'table',
          caption: 'Horizon steps, test range',
          head: ['Step', 'U2'],
          rows: result.byStep.map((s) => [String(s.step), fixed(s.u2, 4)]),
        },
      );
  }
  return { id: 'parts', title: 'U2 by fold, quarter and horizon step', blocks };
}

/** 5: how much the seed alone moves the result. */
export function seedSection({ result }: ReportSource): Section | null {
  if (!result) return null;
  const lifts = result.seeds.map((s) => liftPercent(s.u2));
  const mean = lifts.reduce((sum, x) => sum + x, 0) / Math.max(1, lifts.length);
  const interval = result.seedInterval?.map(liftPercent);
  return {
    id: 'seeds',
    title: 'Refit seeds',
    blocks: [
      {
        kind: 'figure',
        id: 'seeds',
        title: `Lift of ${counted(lifts.length, 'refit seed')} on the test range`,
        reading:
          'Rings: seeds. Dot and bar: their mean and 95 % t-interval over seeds. The days’ own uncertainty is larger and stands in the verdict.',
        wide: 'half',
        svg: liftChart(
          { mean, interval: interval ? [interval[1], interval[0]] : null, seeds: lifts, standing: 'neutral' },
          `Lift by seed: ${lifts.map((x) => signed(x, 2)).join(', ')} %`,
        ),
      },
      {
        kind: 'table',
        caption: `Mean U2 ${fixed(1 - mean / 100, 4)}${result.seedInterval ? `, 95 % interval over seeds ${rangeText(result.seedInterval, 4)}` : ''}. The exported model is the first seed’s.`,
        head: ['Seed', 'U2', 'lift, %'],
        rows: result.seeds.map((s, i) => [String(s.seed), fixed(s.u2, 4), signed(lifts[i], 2)]),
      },
    ],
  };
}
