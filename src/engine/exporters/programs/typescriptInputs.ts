/** forecast.ts, second part: transforms and indicators, made as src/engine/data makes them. */
export const inputsTs = `/** A whole column transformed; differences have NaN in row 0. */
function transformed(x: number[], transform: string): number[] {
  const change = (f: (v: number) => number): number[] => x.map((v, t) => (t === 0 ? NaN : f(v) - f(x[t - 1])));
  switch (transform) {
    case 'none':
      return x;
    case 'log':
      return x.map(Math.log);
    case 'log1p':
      return x.map(Math.log1p);
    case 'diff':
      return change((v) => v);
    case 'logReturn':
      return x.map((v, t) => (t === 0 ? NaN : Math.log(v / x[t - 1])));
    case 'logDiff1p':
      return change(Math.log1p);
    default:
      return refuse('Unknown transform ' + transform);
  }
}

/** f(the last n values) in each row that has them, NaN before. */
const rolling = (x: number[], n: number, f: (part: number[]) => number): number[] =>
  x.map((_, t) => (t < n - 1 ? NaN : f(x.slice(t - n + 1, t + 1))));
const sum = (x: number[]): number => x.reduce((a, b) => a + b, 0);
const mean = (x: number[]): number => sum(x) / x.length;

/** Exponential average with weight 2 / (n + 1), from the first value on. */
function exponential(x: number[], n: number): number[] {
  const k = 2 / (n + 1);
  let last = x[0];
  return x.map((v, t) => (last = t === 0 ? v : v * k + last * (1 - k)));
}

/** Wilder's average: the mean of the first n values, then 1 / n of each new one. */
function wilder(x: number[], n: number): number[] {
  let last = NaN;
  return x.map((v, t) => (last = t < n - 1 ? NaN : t === n - 1 ? mean(x.slice(0, n)) : last + (v - last) / n));
}

/** An indicator as the model was trained on it: causal, and relative to the price where it would be in its units. */
function indicatorColumn(source: Indicator, prices: Prices): number[] {
  const { period: n, output } = source;
  const x = prices.column(source.indicator === 'atr' ? 'role:close' : source.indicator === 'obv' ? spec.target.column : source.column);
  switch (source.indicator) {
    case 'sma':
      return rolling(x, n, mean).map((average, t) => x[t] / average - 1);
    case 'ema':
      return exponential(x, n).map((average, t) => (t < n - 1 ? NaN : x[t] / average - 1));
    case 'rsi': {
      const changes = x.slice(1).map((v, t) => v - x[t]);
      const gains = wilder(changes.map((d) => Math.max(d, 0)), n);
      const losses = wilder(changes.map((d) => Math.max(-d, 0)), n);
      return [NaN, ...gains.map((gain, t) => (losses[t] === 0 ? 1 : 1 - 1 / (1 + gain / losses[t])))];
    }
    case 'macd': {
      const slow = exponential(x, source.slow);
      const line = exponential(x, source.fast).map((fast, t) => fast - slow[t]).slice(source.slow - 1);
      const signal = exponential(line, source.signal);
      const parts = [line, signal, line.map((v, t) => v - signal[t])];
      const first = source.slow + source.signal - 2;
      return x.map((v, t) => (t < first ? NaN : parts[output][t - source.slow + 1] / v));
    }
    case 'bollinger': {
      const middle = rolling(x, n, mean);
      const half = rolling(x, n, (part) => source.deviations * Math.sqrt(mean(part.map((v) => (v - mean(part)) ** 2))));
      if (output === 1) return middle.map((m, t) => (2 * half[t]) / m);
      return x.map((v, t) => (half[t] === 0 ? 0.5 : (v - middle[t] + half[t]) / (2 * half[t])));
    }
    case 'atr': {
      const [high, low] = [prices.column('role:high'), prices.column('role:low')];
      const range = high.map((h, t) =>
        t === 0 ? h - low[t] : Math.max(h - low[t], Math.abs(h - x[t - 1]), Math.abs(low[t] - x[t - 1])),
      );
      return wilder(range, n).map((average, t) => average / x[t]);
    }
    case 'obv': {
      const volume = prices.column('role:volume');
      const flow = volume.map((v, t) => (t === 0 ? 0 : Math.sign(x[t] - x[t - 1]) * v));
      const traded = rolling(volume, n, sum);
      return rolling(flow, n, sum).map((f, t) => (t < 2 * n ? NaN : traded[t] > 0 ? f / traded[t] : 0));
    }
    case 'roc':
      return x.map((v, t) => (t < n ? NaN : v / x[t - n] - 1));
    case 'volatility': {
      const returns = x.slice(1).map((v, t) => Math.log(v / x[t]));
      const deviation = (part: number[]): number => Math.sqrt(sum(part.map((r) => (r - mean(part)) ** 2)) / (n - 1));
      return [NaN, ...rolling(returns, n, deviation)];
    }
    default:
      return refuse('Unknown indicator ' + source.indicator);
  }
}

`;
