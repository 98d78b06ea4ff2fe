/**
 * Writes examples/synthetic.csv: made-up daily prices that may be shipped and shown, the same on every machine. `--check` says whether the
 * file is what this script makes.
 *
 * A log-price with GARCH(1,1) variance, Student's t shocks and no signal: an honest study on it ends with "not distinguishable".
 * A 2:1 split and four small dividends a year separate close from adjclose. Every row says that it is synthetic.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRng, type Rng } from '../src/engine/rng.ts';

const target = new URL('../examples/synthetic.csv', import.meta.url);
const days = 1500;
const splitDay = 820;
const dividendEvery = 63;
const dividendYield = 0.004;
/** Price level before dividends are taken off, relative to the simulated one. */
const level = 0.625;

interface Day {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Continuous price, dividends included; close and adjclose follow from it. */
  readonly total: number;
  readonly volume: number;
}

function businessDays(count: number): string[] {
  const dates: string[] = [];
  for (let time = Date.UTC(2018, 0, 2); dates.length < count; time += 86_400_000) {
    const date = new Date(time);
    const weekday = date.getUTCDay();
    const isHoliday = ['01-01', '07-04', '12-25'].includes(date.toISOString().slice(5, 10));
    if (weekday !== 0 && weekday !== 6 && !isHoliday) dates.push(date.toISOString().slice(0, 10));
  }
  return dates;
}

function simulate(rng: Rng): Day[] {
  const base = 0.012 ** 2;
  let variance = base;
  let shock = 0;
  let total = 100;
  return businessDays(days).map((date) => {
    variance = 0.04 * base + 0.08 * shock * shock + 0.88 * variance;
    // Student's t with 6 degrees, scaled to variance 1.
    let squares = 0;
    for (let i = 0; i < 6; i++) squares += rng.normal() ** 2;
    shock = (Math.sqrt(variance) * rng.normal() * Math.sqrt(4 / 6)) / Math.sqrt(squares / 6);
    const before = total;
    total *= Math.exp(0.0002 + shock);
    const open = before * Math.exp(0.3 * Math.sqrt(variance) * rng.normal());
    const reach = 0.5 * Math.sqrt(variance);
    return {
      date,
      open,
      high: Math.max(open, total) * Math.exp(reach * rng.uniform()),
      low: Math.min(open, total) * Math.exp(-reach * rng.uniform()),
      total,
      volume: Math.round(2e6 * Math.exp(0.35 * rng.normal() + 8 * Math.abs(shock))),
    };
  });
}

function csv(series: readonly Day[]): string {
  // Backwards, as a data vendor does it: adjclose equals close on the last day.
  let factor = 1;
  const factors = new Array<number>(series.length);
  for (let t = series.length - 1; t >= 0; t--) {
    factors[t] = factor;
    if (t > 0 && t % dividendEvery === 0) factor *= 1 - dividendYield;
  }
  const lines = series.map((day, t) => {
    const shares = t < splitDay ? 2 : 1;
    const raw = (x: number): number => (level * x * shares * factors[0]) / factors[t];
    const price = (x: number): string => raw(x).toFixed(2);
    const close = Number(price(day.total));
    const high = Math.max(Number(price(day.high)), close, Number(price(day.open)));
    const low = Math.min(Number(price(day.low)), close, Number(price(day.open)));
    const adjusted = (close / shares) * factors[t];
    return [
      day.date,
      'SYNTHETIC',
      price(day.open),
      high.toFixed(2),
      low.toFixed(2),
      close.toFixed(2),
      adjusted.toFixed(4),
      Math.round(day.volume / shares),
    ].join(',');
  });
  return `date,name,open,high,low,close,adjclose,volume\n${lines.join('\n')}\n`;
}

const text = csv(simulate(createRng(20180102)));
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error(
      'examples/synthetic.csv is not what scripts/synthetic.ts makes: run "node scripts/synthetic.ts".',
    );
    process.exit(1);
  }
} else writeFileSync(target, text);
