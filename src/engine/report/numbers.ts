import type { Objective } from '../../model/metrics.ts';
import { minus } from './charts/scale.ts';

export function fixed(x: number, decimals: number): string {
  return minus(x.toFixed(decimals));
}

/** Four significant digits for prices and errors, without exponents in the usual range. */
export function significant(x: number, digits = 4): string {
  if (x === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(x)));
  if (size < -6 || size > 12) return minus(x.toExponential(digits - 1));
  return minus(x.toFixed(Math.max(0, digits - 1 - size)));
}

/** Always with its sign. */
export function signed(x: number, decimals: number): string {
  const text = fixed(x, decimals);
  return text.startsWith('−') || Number(x.toFixed(decimals)) === 0 ? text : `+${text}`;
}

export function pText(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`;
}

export function rangeText([low, high]: readonly [number, number], decimals: number): string {
  return `${fixed(low, decimals)} to ${fixed(high, decimals)}`;
}

export function percentText(share: number, decimals = 1): string {
  return `${fixed(share * 100, decimals)} %`;
}

/** "1 fold", "3 folds". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** 62,500 ms -> "1 min 3 s". */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** As written for people. */
export function objectiveName(objective: Objective): string {
  switch (objective) {
    case 'u2':
      return 'U2';
    case 'relMae':
      return 'relMAE';
    case 'rmse':
    case 'mse':
    case 'mae':
    case 'mape':
      return objective.toUpperCase();
  }
}
