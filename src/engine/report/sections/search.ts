import { shrinkageChart } from '../charts/pointCharts.ts';
import type { Block, Section } from '../document.ts';
import { tiesWithWinner } from '../../compare/ties.ts';
import { confirmOf } from '../../exporters/trialTable.ts';
import { counted, durationText, fixed, objectiveName, pText } from '../numbers.ts';
import { countStates, rankedTrials, type ReportSource } from '../source.ts';

/** 6: what the choice was made from: the multiple-testing count and its measures. */
export function searchSection(source: ReportSource): Section {
  const { experiment, trials, confirmations, result, selectionBias } = source;
  const counts = countStates(trials);
  const { study, resolved } = experiment;
  const open = counts.running + counts.waiting;
  const runs = confirmations.reduce((sum, c) => sum + c.runs.length, 0);
  const pbo = selectionBias?.pbo;
  const spa = selectionBias?.spaP;
  const failures = failureFacts(source);
  const facts: (readonly [string, string])[] = [
    [
      'Trials',
      `${trials.length}: ${counts.complete} complete, ${counts.pruned} pruned, ${counts.failed} failed${open > 0 ? `, ${open} not ended` : ''}`,
    ],
    ...failures,
    [
      'Folds',
      `${counted(experiment.folds.length, 'validation fold')}, in time order; the score is the mean over them`,
    ],
    [
      'Seeds',
      `one a trial in the search; ${confirmations.length > 0 ? `${counted(confirmations.length, 'trial')} run again, ${counted(runs, 'fresh-seed run')} in all` : 'none run again'}`,
    ],
    ['Sampler', `${resolved.sampler.reason}, seed ${study.search.seed}, lag ${study.search.lag}`],
    ['Looks at the test range', counted(result?.looks ?? experiment.looks.length, 'look')],
    [
      'Overfitting of the choice (PBO)',
      typeof pbo === 'number'
        ? `${fixed(pbo, 2)}: how often the best of half the days ranks in the lower half of the others; 0.5 is a coin’s`
        : 'not computed',
    ],
    [
      `Best of ${counts.complete} against persistence (Hansen SPA)`,
      typeof spa === 'number' ? `${pText(spa)} on validation` : 'not computed',
    ],
  ];
  const note = selectionBias?.note ?? '';
  if (note !== '') facts.push(['About these two', note]);
  const machine = trials.filter((trial) => (trial.machine ?? []).length > 0).length;
  if (machine > 0)
    facts.push([
      'Decided by the machine',
      `${counted(machine, 'trial')} (time, memory or a lost worker): these may come out otherwise elsewhere`,
    ]);
  if (experiment.amendments.length > 0)
    facts.push(['Amendments', experiment.amendments.map((a) => `from trial ${a.fromTrial}`).join(', ')]);
  return {
    id: 'search',
    title: 'The search',
    blocks: [{ kind: 'facts', facts }],
  };
}

function failureFacts({ trials }: ReportSource): readonly (readonly [string, string])[] {
  const codes = new Map<string, number>();
  for (const trial of trials)
    if (trial.error) codes.set(trial.error.code, (codes.get(trial.error.code) ?? 0) + 1);
  if (codes.size === 0) return [];
  return [['Failed because', [...codes].map(([code, n]) => `${code} ${n}`).join(', ')]];
}

const shown = 5;

/** 7: the same trials from search to fresh seeds to test. */
export function shrinkageSection(source: ReportSource): Section {
  const { experiment, trials, confirmations, results } = source;
  const objective = experiment.study.objective;
  const confirmed = new Map(confirmations.map((c) => [c.number, confirmOf(c)]));
  const tested = new Map(results.map((r) => [r.trial, r]));
  const ranked = rankedTrials(trials);
  const top = ranked.filter((t, i) => i < shown || confirmed.has(t.number) || tested.has(t.number));
  if (top.length === 0)
    return {
      id: 'shrinkage',
      title: 'From validation to test',
      blocks: [{ kind: 'text', text: 'No trial is complete yet.' }],
    };
  const rows = top.map((trial) => {
    const fresh = confirmed.get(trial.number) ?? null;
    const test = tested.get(trial.number);
    return {
      trial,
      search: trial.value ?? 0,
      fresh,
      test: test ? (test.metrics[objective] ?? null) : null,
      mark: markOf(trial.number, experiment),
    };
  });
  const isRatio = objective === 'u2' || objective === 'relMae';
  const shrinks = rows.flatMap((r) => (r.fresh ? [r.fresh.mean - r.search] : []));
  const meanShrink = shrinks.reduce((sum, x) => sum + x, 0) / Math.max(1, shrinks.length);
  const blocks: Block[] = [];
  if (shrinks.length > 0)
    blocks.push({
      kind: 'text',
      text:
        meanShrink > 0
          ? `On fresh seeds the chosen trials score ${fixed(meanShrink, 4)} worse on average than in the search that chose them: what luck had added goes.`
          : `On fresh seeds the chosen trials score no worse on average than in the search that chose them (${fixed(-meanShrink, 4)} better): here luck had added nothing.`,
    });
  const ties = tiesWithWinner(source);
  if (ties.length > 0)
    blocks.push({
      kind: 'text',
      text: `Tied with the winner: ${ties.map((n) => `#${n}`).join(', ')}. On the same fresh seeds the difference is no more than seeds alone make: another draw of seeds could have chosen otherwise.`,
    });
  if (isRatio)
    blocks.push({
      kind: 'figure',
      id: 'shrinkage',
      title: `${objectiveName(objective)} of the top trials: search, fresh seeds, test`,
      reading: 'The same trials from left to right; lower is better. The test column never ranks a trial.',
      wide: 'half',
      svg: shrinkageChart(
        {
          columns: ['search', 'fresh seeds', 'test'],
          lines: rows.map((r) => ({
            label: `#${r.trial.number}${r.mark}`,
            values: [r.search, r.fresh?.mean ?? null, r.test],
            strong: r.test === null ? 'plain' : 'strong',
          })),
        },
        'Scores of the top trials in the search, on fresh seeds and on the test range; the table below has the numbers',
      ),
    });
  blocks.push({
    kind: 'table',
    caption: `${objectiveName(objective)} of the top ${top.length} of ${counted(ranked.length, 'complete trial')}, in the order of the search; in brackets: how many seeds`,
    head: ['Trial', 'search, 1 seed', 'fresh seeds ± SD', 'test'],
    rows: rows.map((r) => [
      `#${r.trial.number}${r.mark}`,
      fixed(r.search, 4),
      r.fresh ? `${fixed(r.fresh.mean, 4)} ± ${fixed(r.fresh.sd, 4)} (${r.fresh.seeds})` : '–',
      r.test === null ? 'not tested' : fixed(r.test, 4),
    ]),
  });
  return { id: 'shrinkage', title: 'From validation to test', blocks };
}

function markOf(number: number, { leader, winner }: ReportSource['experiment']): string {
  if (number === winner) return ' winner';
  return number === leader ? ' leader' : '';
}

/** Wall time from the first start to the last end; null when unknown. */
export function tookText({ trials }: ReportSource): string | null {
  const starts = trials.flatMap((t) => (t.startedAt ? [Date.parse(t.startedAt)] : []));
  const ends = trials.flatMap((t) => (t.endedAt ? [Date.parse(t.endedAt)] : []));
  if (starts.length === 0 || ends.length === 0) return null;
  return durationText(Math.max(...ends) - Math.min(...starts));
}
