// Reads one CSV in one way and says what it read, how long that took and the most memory the process held. One process each, so
// that memory is told apart: node bench/data/contender.ts <reader|udsv|split> FILE
import { readFileSync } from 'node:fs';
import { inferSchema, initParser } from 'udsv';
import { readDataFile } from '../../src/engine/data/readDataFile.ts';
import { studySchema } from '../../src/model/study.ts';

export interface Reading {
  readonly rows: number;
  readonly closes: number;
  readonly lastTime: number;
  readonly ms: number;
  /** Processor time of all threads, which a busy machine does not stretch. */
  readonly cpuMs: number;
  readonly peakMb: number;
}

type Content = Pick<Reading, 'rows' | 'closes' | 'lastTime'>;

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const x of values) total += x;
  return total;
};

/** The product: piece by piece, dates and numbers parsed, checks and data report made. */
async function reader(file: string): Promise<Content> {
  const spec = studySchema.parse({ lstmStudy: 1, data: { file: 'x.csv' } }).data;
  const { table, issues } = await readDataFile(file, spec);
  if (table === null) throw new Error(issues[0]?.message);
  return {
    rows: table.rows,
    closes: sum(table.numbers.get('close') ?? []),
    lastTime: table.times[table.rows - 1],
  };
}

/** udsv alone on the whole text, typed columns; no checks. */
function udsv(file: string): Content {
  const text = readFileSync(file, 'utf8');
  const parser = initParser(inferSchema(text.slice(0, 10_000)));
  const columns: unknown[][] = parser.typedCols(text);
  const times = columns[0].map((date) => Number(new Date(date as string)));
  return { rows: times.length, closes: sum(columns[4] as number[]), lastTime: times.at(-1) ?? NaN };
}

/** What one writes first: split lines, split cells, Number; dates by Date.parse. */
function split(file: string): Content {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
  const rows = lines.map((line) => {
    const [date, ...numbers] = line.split(',');
    return [Date.parse(date), ...numbers.map(Number)];
  });
  return { rows: rows.length, closes: sum(rows.map((r) => r[4])), lastTime: rows[rows.length - 1][0] };
}

const contenders: Readonly<Record<string, (file: string) => Content | Promise<Content>>> = {
  reader,
  udsv,
  split,
};
const [name, file] = process.argv.slice(2);
const from = performance.now();
const content = await contenders[name](file);
const ms = performance.now() - from;
const { user, system } = process.cpuUsage();
const cpuMs = (user + system) / 1000;
console.log(
  JSON.stringify({ ...content, ms, cpuMs, peakMb: process.resourceUsage().maxRSS / 1024 } satisfies Reading),
);
