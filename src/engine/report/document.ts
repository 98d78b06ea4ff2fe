import type { Html } from './html.ts';

/** A report before it is written as HTML or Markdown: plain text throughout, charts as SVG. */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
  readonly foot: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  /** The conclusion, larger than the rest. */
  | { readonly kind: 'lead'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string; readonly items?: readonly string[] }
  | Table
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, string])[] }
  | { readonly kind: 'code'; readonly text: string }
  | Figure;

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  /** The first column is text, the others numbers. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Index of the row that is about the model itself. */
  readonly strong?: number;
}

export interface Figure {
  readonly kind: 'figure';
  /** File name without ending, for the figures as files. */
  readonly id: string;
  readonly title: string;
  /** One line that says what is drawn and which way is better. */
  readonly reading: string;
  readonly wide: 'wide' | 'half';
  readonly svg: Html;
}
