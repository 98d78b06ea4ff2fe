import type { Annotations } from '../../model/experiment.ts';
import type { ShownState } from '../../model/trial.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import type { SortKey, TrialFilter } from '../state/state.ts';
import type { LaidColumn } from './columns.ts';
import type { SparkScale } from './sparkline.ts';

/** Everything the rows show. A new object means that all of them are looked through again. */
export interface RowScene {
  readonly trials: TrialColumns;
  readonly annotations: Annotations;
  /** Rows of `trials` in the order shown. */
  readonly rows: Int32Array;
  /** What the user asked for: with another, rows are in another order. */
  readonly sort: readonly SortKey[];
  readonly filter: TrialFilter;
  readonly pinned: readonly LaidColumn[];
  /** Those of the other columns that are in sight. */
  readonly loose: readonly LaidColumn[];
  /** Room of the loose columns before them, px. */
  readonly before: number;
  /** Position of the first loose one among all columns. */
  readonly firstLoose: number;
  /** Whether the experiment runs: without it no trial does. */
  readonly isRunning: boolean;
  readonly selected: ReadonlySet<number>;
  readonly focus: { readonly trial: number; readonly column: string } | null;
  readonly leader: number | null;
  readonly winner: number | null;
  /** Half width of the band of seed noise, percent of lift. */
  readonly noise: number;
  readonly scale: SparkScale;
}

/**
 * A cell of the table that is kept and written again for one row after another. A scrolled table of ten thousand rows
 * writes some hundred cells a frame: each writer holds the nodes it changes, and touches only what differs from what
 * it wrote last.
 */
export interface CellWriter {
  readonly element: HTMLElement;
  readonly write: (at: RowAt, column: LaidColumn) => void;
}

export interface RowAt {
  readonly scene: RowScene;
  readonly row: number;
  /** Number of the trial. */
  readonly number: number;
  readonly state: ShownState;
  readonly isSelected: boolean;
}

/** Puts a text into an element that holds nothing else. */
export function textWriter(element: HTMLElement): (text: string) => void {
  const node = element.appendChild(document.createTextNode(''));
  return changes((text: string) => (node.data = text), '');
}

/** Calls `write` only with another value than before. */
export function changes<T>(write: (value: T) => void, first: NoInfer<T>): (value: T) => void {
  let last = first;
  return (value) => {
    if (value === last) return;
    last = value;
    write(value);
  };
}

/** Points of a polyline are no style, unlike a path's `d`: nothing but the shape is worked out again. */
export function svgChild<K extends keyof SVGElementTagNameMap>(
  parent: Element,
  tag: K,
): SVGElementTagNameMap[K] {
  return parent.appendChild(document.createElementNS('http://www.w3.org/2000/svg', tag));
}
