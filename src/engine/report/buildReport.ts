import type { ReportDocument } from './document.ts';
import { counted } from './numbers.ts';
import { forecastSection } from './sections/forecasts.ts';
import { infoSection } from './sections/infoSheet.ts';
import { baselineSection, cumulativeSection, partsSection, seedSection } from './sections/scores.ts';
import { searchSection, shrinkageSection } from './sections/search.ts';
import { verdictSection } from './sections/verdict.ts';
import type { ReportSource } from './source.ts';

/** All that a report says, in the fixed order of docs/report.md. */
export function buildReport(source: ReportSource): ReportDocument {
  const { experiment, trials, madeAt, version } = source;
  const sections = [
    verdictSection(source),
    baselineSection(source),
    cumulativeSection(source),
    partsSection(source),
    seedSection(source),
    searchSection(source),
    shrinkageSection(source),
    forecastSection(source),
    infoSection(source),
  ].filter((section) => section !== null);
  const name = source.annotations?.name ?? experiment.name;
  return {
    title: name,
    subtitle: `${experiment.resolved.price} of ${experiment.study.data.file}, ${counted(experiment.study.horizon, 'step')} ahead; ${counted(trials.length, 'trial')}, ${counted(experiment.folds.length, 'fold')}`,
    sections,
    foot: `LSTM Study ${version}, ${madeAt}. Not investment advice.`,
  };
}

/** The verdict and the information sheet alone: what goes with a model. */
export function buildModelSheet(source: ReportSource): ReportDocument {
  const whole = buildReport(source);
  return {
    ...whole,
    title: `Model information sheet: ${whole.title}`,
    sections: whole.sections.filter(({ id }) => ['verdict', 'baselines', 'search', 'info'].includes(id)),
  };
}
