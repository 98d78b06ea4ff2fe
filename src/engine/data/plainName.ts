/** Names without case, spaces, underscores, points and brackets: "Adj Close", "adj_close" and "AdjClose" are the same. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_.\-*()[\]]/g, '');
}
