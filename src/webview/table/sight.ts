/** What part of a long table is to be drawn. Sizes are known, so nothing is measured or estimated. */

export interface Span {
  readonly first: number;
  /** One behind the last. */
  readonly end: number;
}

export interface ScrollWindow {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Rows of a view, and some more on each side, because a browser scrolls before the page hears of it. Their number follows
 * from the view's height alone, so that scrolling neither makes nor drops rows.
 */
export function rowsInSight(
  seen: { readonly top: number; readonly height: number },
  rows: { readonly count: number; readonly height: number; readonly spare: number },
): Span {
  const { count, height, spare } = rows;
  const size = Math.min(count, Math.ceil(seen.height / height) + 1 + 2 * spare);
  const first = Math.max(0, Math.min(Math.floor(seen.top / height) - spare, count - size));
  return { first, end: first + size };
}

/** Columns that a strip of the table touches, two more on each side, and the room of those before them. */
export function columnsInSight(
  seen: { readonly left: number; readonly width: number },
  widths: readonly number[],
): Span & { readonly before: number } {
  const starts = [0];
  for (const width of widths) starts.push(starts.at(-1)! + width);
  let first = 0;
  while (first < widths.length - 1 && starts[first + 1] <= seen.left) first++;
  let end = first;
  while (end < widths.length && starts[end] < seen.left + seen.width) end++;
  first = Math.max(0, first - 2);
  return { first, end: Math.min(widths.length, end + 2), before: starts[first] };
}

/** The scroll place nearest to the present one at which an item lies in the view. */
export function nearestPlace(
  at: number,
  view: number,
  item: { readonly start: number; readonly size: number },
): number {
  if (item.start < at) return item.start;
  const end = item.start + item.size;
  return end > at + view ? end - view : at;
}
