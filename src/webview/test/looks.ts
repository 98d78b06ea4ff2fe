import { count, plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import type { PanelState } from '../state/state.ts';

/** Trials that were tested, the latest first. */
export function testedNumbers(state: PanelState): readonly number[] {
  const looks = state.experiment?.experiment.looks ?? [];
  return [...new Set([...looks].reverse().map(({ trial }) => trial))];
}

/** The tested trial whose result is shown: the one the user looks at, else the latest. */
export function shownTest(state: PanelState): number | null {
  const tested = testedNumbers(state);
  const wanted = state.memory.plots.trial;
  return wanted !== null && tested.includes(wanted) ? wanted : (tested[0] ?? null);
}

/** The sealed range in words. */
export function sealedRange({ state }: Panel): string {
  const test = state.experiment?.experiment.test;
  return test ? `${test.firstDate} to ${test.lastDate}, ${count(test.to - test.from)} rows. ` : '';
}

/** What is said before the range is opened for a trial. */
export function whatATestIs(panel: Panel, trial: number): string {
  const looks = panel.state.experiment?.summary.looks ?? 0;
  const before =
    looks > 0
      ? ` This range has been looked at ${plural(looks, 'time')} already; this would be look ${looks + 1}, and its number is worth less for it.`
      : '';
  return `${sealedRange(panel)}Testing refits #${trial} with several seeds and opens the range. Do it once: every look is counted.${before}`;
}
