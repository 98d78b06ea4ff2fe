import { html, nothing, type TemplateResult } from 'lit';
import type { TestResult } from '../../protocol/results.ts';
import { showLog, testOnce } from '../actions.ts';
import { chartView } from '../charts/chart.ts';
import { cumulativeChart, partsChart } from '../charts/parts.ts';
import { lagChart, weekdayChart } from '../charts/residuals.ts';
import { changesChart, moveSizeChart, pricesChart, residualsChart } from '../charts/forecasts.ts';
import { button, statePage } from '../controls/controls.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { freshSeedsChart } from '../plots/freshSeeds.ts';
import { testedTrials } from '../plots/analysis.ts';
import type { PlotGround } from '../plots/points.ts';
import { baselineTable } from './baselineTable.ts';
import { doubts } from './doubts.ts';
import { sealedRange, shownTest, whatATestIs } from './looks.ts';
import { searchFacts } from './searchFacts.ts';
import { seedsChart } from './seedsChart.ts';
import { takeAway } from './takeAway.ts';
import { verdict } from './verdict.ts';

/** Test: sealed until the search has ended, then one button; afterwards the verdict first and all evidence below. */
export function testTab(panel: Panel, groundOf: (panel: Panel) => PlotGround): TemplateResult {
  const { experiment, asked } = panel.state;
  if (!experiment) return sealed(panel, null);
  const { summary } = experiment;
  if (asked.test !== null)
    return statePage({
      icon: 'lock',
      title: `The sealed range is being opened for #${asked.test}`,
      text: 'The trial is refitted on all search rows with several seeds, then scored once. This look is counted.',
    });
  if (summary.state !== 'finished' && experiment.experiment.looks.length === 0)
    return sealed(panel, whatIsLeft(panel));
  const number = shownTest(panel.state);
  const loaded = panel.loads.get(
    { subject: `testResult ${summary.id} ${number}`, version: summary.looks },
    () => panel.host.request('testResult', number === null ? {} : { number }),
  );
  switch (loaded.state) {
    case 'loading':
      return statePage({ title: 'Reading the test result', text: 'Showing a stored result is not a look.' });
    case 'failed':
      return statePage({
        icon: 'error',
        title: 'The test result cannot be shown',
        text: loaded.message,
        actions: html`${button({ label: 'Try again', kind: 'primary', onClick: loaded.again })}
        ${button({ label: 'Show log', onClick: () => showLog(panel) })}`,
      });
    case 'ready':
      return loaded.value === null ? unopened(panel) : tested(panel, loaded.value, groundOf(panel));
  }
}

function whatIsLeft(panel: Panel): string {
  const { progress, experiment } = panel.state;
  const { top, seeds } = experiment!.experiment.study.search.confirm;
  const left = progress ? progress.budget - progress.done : 0;
  if (progress?.confirm && progress.phase === 'confirm')
    return `${plural(progress.confirm.of - progress.confirm.done, 'confirmation run')} left`;
  return `${plural(Math.max(0, left), 'trial')} left, then ${top * seeds} confirmation runs`;
}

function sealed(panel: Panel, left: string | null): TemplateResult {
  return statePage({
    icon: 'lock',
    title: 'The test range is sealed',
    text: `${sealedRange(panel)}Nothing in the search has seen it. Once the search is finished the winner is refitted with several seeds and tested once.`,
    actions: html`${button({ label: 'Test the winner', disabled: true, onClick: () => undefined })}
      <span class="muted">${left ?? 'No search has run yet.'}</span>`,
  });
}

function unopened(panel: Panel): TemplateResult {
  const { summary } = panel.state.experiment!;
  const who = summary.winner ?? summary.leader;
  if (!who)
    return statePage({
      icon: 'lock',
      title: 'There is nothing to test',
      text: 'No trial of this experiment is complete.',
      actions: button({
        label: 'Open Trials',
        onClick: () => panel.dispatch({ type: 'tab', tab: 'trials' }),
      }),
    });
  return statePage({
    icon: 'lock',
    title: 'The test range is sealed',
    text: whatATestIs(panel, who.number),
    actions: panel.state.document?.trusted
      ? button({
          label: `Test ${summary.winner ? 'the winner' : 'the leader'}, #${who.number}`,
          icon: 'unlock',
          kind: 'primary',
          onClick: () => testOnce(panel, who.number),
        })
      : html`<span class="muted">Browse only: this folder is not trusted.</span>`,
  });
}

function tested(panel: Panel, result: TestResult, ground: PlotGround): TemplateResult {
  const isWinner = panel.state.experiment?.summary.winner?.number === result.trial;
  const set = result.predictions;
  const one = [{ name: `#${result.trial}`, set }];
  const fresh = freshSeedsChart(ground, { tests: testedTrials(panel), note: '', span: 5 });
  const { horizon } = result;
  return html`<div class="pad">
    <div class="testtop">${verdict(panel, result)} ${takeAway(panel, result)}</div>
    <div class="notes">${doubts(result)}</div>
    <div class="charts gap-above">
      ${baselineTable(result, isWinner)} ${chartView(panel, seedsChart(result))}
      ${chartView(
        panel,
        cumulativeChart({
          id: 'cumulative',
          reading: 'Price units², test range. Rising: better than persistence.',
          span: 12,
          dates: set.dates,
          difference: result.cumulative,
        }),
      )}
      ${chartView(
        panel,
        partsChart({
          id: 'quarters',
          title: 'U2 per quarter',
          reading: 'Lower is better; below the dashed line is better than persistence.',
          span: fresh ? 7 : 12,
          names: result.byQuarter.map((q) => q.quarter),
          values: result.byQuarter.map((q) => q.u2),
          rows: result.byQuarter.map((q) => q.rows),
          source: result,
        }),
      )}
      ${fresh ? chartView(panel, fresh) : nothing}
      ${
        result.byStep.length > 1
          ? chartView(
              panel,
              partsChart({
                id: 'steps',
                title: 'U2 per horizon step',
                reading: 'Each step against persistence at the same distance.',
                span: 12,
                names: result.byStep.map((s) => String(s.step)),
                values: result.byStep.map((s) => s.u2),
                rows: [],
                source: result,
              }),
            )
          : nothing
      }
      ${chartView(
        panel,
        changesChart(one, {
          id: 'testChanges',
          title: 'Forecast and actual changes',
          reading: 'Last 80 days. Grey: actual; blue: forecast of the first refit seed.',
          span: 7,
          horizon,
          last: 80,
        }),
      )}
      ${searchFacts(panel)}
      ${chartView(
        panel,
        pricesChart(one, {
          id: 'testPrices',
          title: 'Prices',
          reading: 'The same days as prices.',
          span: 7,
          horizon,
          last: 80,
        }),
      )}
      ${chartView(
        panel,
        weekdayChart(result.byWeekday, { id: 'testWeekdays', span: 5, unit: 'in units of the price' }),
      )}
      ${chartView(
        panel,
        residualsChart(set, {
          id: 'testResiduals',
          title: 'Residuals',
          reading: 'Actual minus forecast in percent of the last price.',
          span: 7,
          horizon,
          last: Infinity,
        }),
      )}
      ${chartView(
        panel,
        moveSizeChart(set, {
          id: 'testMoves',
          title: 'U2 by size of the move',
          reading: 'Days in quarters by the size of their actual change.',
          span: 5,
          horizon,
        }),
      )}
      ${chartView(panel, lagChart(result.lagTest, { id: 'testLag', span: 12 }))}
    </div>
  </div>`;
}
