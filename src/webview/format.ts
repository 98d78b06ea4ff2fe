import type { ParamValue } from '../model/hyperparameters.ts';

/** Numbers as the panel writes them: a true minus, equal decimals, no truncation. */

export const minus = '\u2212';

/** U2 and other ratios: four decimals. */
export function ratio(value: number): string {
  return signedZero(value.toFixed(4));
}

/** With its sign: `+0.46`, `−0.09`, `0.00`. */
export function signed(value: number, decimals = 2): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return (value > 0 ? '+' : minus) + text;
}

/** Prices and errors in price units: decimals follow the size. */
export function price(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 1000 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 5;
  return signedZero(value.toFixed(decimals));
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(share: number, decimals = 0): string {
  return `${signedZero((share * 100).toFixed(decimals))} %`;
}

/** minutes:seconds, or hours:minutes:seconds. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `40 s`, `9 min`, `2 h 10 min`, `3 days`: for people, not for tables. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Names of hyperparameters as words: `learningRate` becomes `learning rate`. */
export function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

const metricLabels: Readonly<Record<string, string>> = {
  u2: 'U2',
  relMae: 'relMAE',
  rmse: 'RMSE',
  mse: 'MSE',
  mae: 'MAE',
  mape: 'MAPE',
  direction: 'direction',
};
export function metricLabel(id: string): string {
  return metricLabels[id] ?? id;
}

/** A metric in the form that suits it: ratios with four decimals, the rest in price units or percent. */
export function metric(id: string, value: number): string {
  if (!Number.isFinite(value)) return '';
  if (id === 'u2' || id === 'relMae') return ratio(value);
  if (id === 'direction') return percent(value, 1);
  return price(value);
}

/** One value of a hyperparameter; in tables all values of one share their decimals. */
export function param(value: ParamValue, decimals?: number): string {
  if (typeof value === 'string') return value;
  if (decimals !== undefined) return signedZero(value.toFixed(decimals));
  return String(Number(value.toPrecision(4)));
}

/** Decimals that show every value with three significant digits where it has them, at most 8. */
export function decimalsFor(values: Iterable<number>): number {
  let decimals = 0;
  for (const value of values) {
    if (!Number.isFinite(value) || value === 0) continue;
    const text = String(Number(value.toPrecision(3)));
    const [mantissa, exponent] = text.split('e');
    const own = (mantissa.split('.')[1]?.length ?? 0) - Number(exponent ?? 0);
    decimals = Math.max(decimals, Math.min(8, own));
    if (decimals === 8) break;
  }
  return decimals;
}

function signedZero(text: string): string {
  if (!text.startsWith('-')) return text;
  return Number(text) === 0 ? text.slice(1) : minus + text.slice(1);
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
