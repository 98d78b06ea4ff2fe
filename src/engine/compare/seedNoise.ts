/** Standard deviation within groups, pooled over them; 0 when no group has two values. */
export function pooledDeviation(groups: readonly (readonly number[])[]): number {
  let squares = 0;
  let freedom = 0;
  for (const group of groups) {
    const mean = group.reduce((sum, v) => sum + v, 0) / group.length;
    squares += group.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    freedom += Math.max(0, group.length - 1);
  }
  return freedom === 0 ? 0 : Math.sqrt(squares / freedom);
}

/** Two means of `seeds` runs each that differ by less than this are a tie: 2 SD sqrt(2 / seeds), SD over seeds. */
export function tieLimit(seedDeviation: number, seeds: number): number {
  return 2 * seedDeviation * Math.sqrt(2 / seeds);
}
