/** Names without case, spaces and marks: "Adj Close", "adj_close", "AdjClose" and "<ADJ/CLOSE>" are the same. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_.\-*()[\]<>/]/g, '');
}
