import type { TestResult } from '../../../protocol/results.ts';
import { liftPercent } from '../../../model/metrics.ts';
import { confirmOf } from '../../exporters/trialTable.ts';
import { liftChart } from '../charts/pointCharts.ts';
import type { Block, Section } from '../document.ts';
import { counted, fixed, objectiveName, percentText, pText, rangeText, signed } from '../numbers.ts';
import { rankedTrials, type ReportSource } from '../source.ts';
import { dailyLosses } from '../testLosses.ts';

/** 1: the sentence first, then its numbers. */
export function verdictSection(source: ReportSource): Section {
  const blocks = source.result ? tested(source, source.result) : sealed(source);
  return { id: 'verdict', title: 'Verdict', blocks };
}

export function verdictTitle(verdict: TestResult['verdict']): string {
  switch (verdict) {
    case 'better':
      return 'Better than repeating the last price.';
    case 'notDistinguishable':
      return 'Not distinguishable from repeating the last price.';
    case 'worse':
      return 'Worse than repeating the last price.';
  }
}

function tested({ experiment, trials }: ReportSource, result: TestResult): readonly Block[] {
  const searched = trials.filter((trial) => trial.state !== 'waiting').length;
  const lift = result.u2Interval.map(liftPercent);
  const standing = result.verdict === 'better' || result.verdict === 'worse' ? result.verdict : 'neutral';
  const dm = result.dieboldMariano;
  const cw = result.clarkWest;
  return [
    { kind: 'lead', text: verdictTitle(result.verdict) },
    { kind: 'text', text: result.sentence },
    ...lookWarning(result.looks),
    ...suspicionWarning(result),
    ...copyWarning(result),
    {
      kind: 'figure',
      id: 'lift',
      title: `Lift of trial #${result.trial} over persistence`,
      reading:
        'Dot: the test days, errors averaged over the refit seeds. Bar: 95 % moving-block bootstrap interval over days. Right is better.',
      wide: 'half',
      svg: liftChart(
        { mean: liftPercent(result.u2), interval: [lift[1], lift[0]], seeds: [], standing },
        `Lift ${signed(liftPercent(result.u2), 2)} %, interval ${rangeText([lift[1], lift[0]], 2)} %`,
      ),
    },
    {
      kind: 'facts',
      facts: [
        ['U2', `${fixed(result.u2, 4)}, 95 % interval ${rangeText(result.u2Interval, 4)}`],
        ['relMAE', fixed(result.relMae, 4)],
        ['Skill', skillText(result)],
        [
          'Diebold-Mariano',
          dm
            ? `${fixed(dm.statistic, 3)}, ${pText(dm.p)} (two-sided; above 0: persistence has the larger errors)`
            : 'not defined',
        ],
        ['Clark-West', cw ? `${fixed(cw.statistic, 3)}, ${pText(cw.p)} (one-sided)` : 'not defined'],
        [
          'Direction',
          `${percentText(result.direction.share)} right (95 % interval ${rangeText(asPercent(result.direction.interval), 1)} %); always “up” ${percentText(result.direction.alwaysUp)}`,
        ],
        ...signFact(result.direction),
        [
          'Test range',
          `${experiment.test.firstDate} to ${experiment.test.lastDate}, ${counted(result.predictions.dates.length, 'forecast')}`,
        ],
        [
          'Chosen from',
          `${counted(searched, 'trial')}, ${counted(experiment.folds.length, 'fold')}; refitted with ${counted(result.seeds.length, 'seed')}`,
        ],
        ['Looks at this test range', counted(result.looks, 'look')],
      ],
    },
    {
      kind: 'text',
      text: 'The rule: better only if the whole interval of U2 lies below 1 and Clark-West’s p is below 0.05; worse only if the whole interval lies above 1; everything else is not distinguishable. U2 is the RMSE divided by that of persistence, which repeats the last known price; lift is 1 − U2 in percent.',
    },
  ];
}

/** 1 − MSE / MSE of persistence, with its sign in words. */
function skillText(result: TestResult): string {
  const { model, naive } = dailyLosses(result);
  const sum = (losses: Float64Array): number => losses.reduce((total, loss) => total + loss, 0);
  const base = sum(naive);
  const skill = base > 0 ? 1 - sum(model) / base : 0;
  const size = percentText(Math.abs(skill), 2);
  return `${signed(skill * 100, 2)} %: squared errors are ${size} ${skill < 0 ? 'larger' : 'smaller'} than persistence’s`;
}

function signFact({
  pesaranTimmermann: test,
}: TestResult['direction']): readonly (readonly [string, string])[] {
  if (test === undefined) return []; // a result of before it was stored
  const text = test
    ? `${fixed(test.statistic, 3)}, ${pText(test.p)} (one-sided: right more often than two unrelated series; first refit seed)`
    : 'not defined: all forecasts, or all changes, have one sign';
  return [['Pesaran-Timmermann', text]];
}

function asPercent([low, high]: readonly [number, number]): readonly [number, number] {
  return [low * 100, high * 100];
}

function lookWarning(looks: number): readonly Block[] {
  if (looks <= 1) return [];
  return [
    {
      kind: 'warning',
      text: `This test range has been opened ${looks} times. Each further look makes its numbers less trustworthy, because what was learned from it can have guided the choice.`,
    },
  ];
}

function suspicionWarning({ suspicious }: TestResult): readonly Block[] {
  if (!suspicious.fired) return [];
  const items = suspicious.checks;
  return [
    {
      kind: 'warning',
      text: `Possible leak: ${suspicious.reason}${items.length > 0 ? ' What the checks for leaks said:' : ''}`,
      items,
    },
  ];
}

function copyWarning({ lagTest, u2 }: TestResult): readonly Block[] {
  if (!lagTest.copies) return [];
  return [
    {
      kind: 'warning',
      text: `The model reproduces yesterday’s price: its forecasts fit the actual prices best when they are shifted by one day, and U2 is ${fixed(u2, 4)}.`,
    },
  ];
}

function sealed({ experiment, trials, confirmations }: ReportSource): readonly Block[] {
  const ranked = rankedTrials(trials);
  const leader = ranked[0];
  const state =
    leader && leader.value !== null
      ? `Lowest ${objectiveName(experiment.study.objective)} on validation: ${fixed(leader.value, 4)} (trial #${leader.number}, chosen from ${counted(ranked.length, 'complete trial')}, ${counted(experiment.folds.length, 'fold')}, one seed each). Such a number is optimistic: it is the luckiest of many.`
      : 'No trial is complete yet.';
  const confirmed = confirmations.find((c) => c.number === experiment.winner);
  const fresh = confirmed ? confirmOf(confirmed) : null;
  const winner = fresh
    ? ` The winner, trial #${experiment.winner}, has the lowest mean on fresh seeds: ${fixed(fresh.mean, 4)} ± ${fixed(fresh.sd, 4)} over ${counted(fresh.seeds, 'seed')}.`
    : '';
  return [
    { kind: 'lead', text: 'Not tested yet: there is no verdict.' },
    {
      kind: 'text',
      text: `The test range, ${experiment.test.firstDate} to ${experiment.test.lastDate}, is sealed; only a test opens it, and every look is counted.`,
    },
    { kind: 'text', text: `${state}${winner}` },
  ];
}
