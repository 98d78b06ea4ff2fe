import { cpus, loadavg, release, type } from 'node:os';

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

/**
 * Takes the load average now and gives, when the bench has ended, the line that names the machine and both. The bench itself counts
 * in the second: only what it has beyond the bench's own processes is other work.
 */
export function startMachineLine(remark = ''): () => string {
  const load = (): string => loadavg()[0].toFixed(1);
  const before = load();
  return () =>
    `- Machine: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores${remark}; ${type()} ${release().split('-')[0]}; load average ${before} when it began, ${load()} when it ended`;
}

/** The command as it was given, without --write, and the day. */
export function commandLine(script: string): string {
  const given = process.argv.slice(2).filter((argument) => argument !== '--write');
  return `- Command: \`${['node', script, ...given].join(' ')}\`, ${new Date().toISOString().slice(0, 10)}`;
}

export function verdict(isMet: boolean, bar: string): string {
  return isMet ? `met (${bar})` : `**not met** (${bar})`;
}

export function minimum(values: readonly number[]): number {
  return Math.min(...values);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export interface RatioBar {
  /** Largest ratio of any size. */
  readonly each: number;
  /** Geometric mean; Infinity: no bar. */
  readonly mean: number;
}

export const ratioHeader = [
  '',
  'smallest ratio',
  'largest ratio',
  'geometric mean',
  'bar: largest and mean',
  '',
];

/** A row below ratioHeader: ratios to a peer and whether they are within their bar. */
export function ratioRow(name: string, ratios: readonly number[], bar: RatioBar): string[] {
  const [largest, mean] = [Math.max(...ratios), geometricMean(ratios)];
  return [
    name,
    minimum(ratios).toFixed(2),
    largest.toFixed(2),
    mean.toFixed(3),
    bar.mean === Infinity ? `${bar.each}` : `${bar.each} and ${bar.mean}`,
    largest <= bar.each && mean <= bar.mean ? 'met' : '**not met**',
  ];
}
