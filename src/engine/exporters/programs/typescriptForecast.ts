/** forecast.ts, third part: the last window in, prices out, and what is printed. */
export const forecastTs = `/** The last window, scaled: (lookback, features). */
function windowOf(prices: Prices): number[][] {
  const { lookback } = spec.window;
  const columns = spec.inputs.map(({ source, center, scale, relative }) => {
    const whole =
      source.kind === 'column' ? transformed(prices.column(source.column), source.transform) : indicatorColumn(source, prices);
    const scaled = whole.slice(-lookback).map((v) => (v - center) / scale);
    return relative ? scaled.map((v) => v - scaled[scaled.length - 1]) : scaled;
  });
  if (columns.some((column) => column.length < lookback || !column.every((v) => Number.isFinite(v))))
    refuse('The file has too few complete rows: the model looks back on ' + lookback + ', and its inputs need some before.');
  return Array.from({ length: lookback }, (_, i) => columns.map((column) => column[i]));
}

/** Prices of steps 1..horizon from the model's scaled outputs. */
function pricesOf(outputs: number[], lastPrice: number): number[] {
  const { rule, center, scale } = spec.target;
  let total = 0;
  return outputs.map((output) => {
    const x = output * scale + center;
    total += x;
    return rule === 'price' ? x : lastPrice * Math.exp(rule === 'sumLogReturns' ? total : x);
  });
}

const path = process.argv[2] ?? refuse('Usage: node forecast.ts prices.csv');
const input = readPrices(path);
if (input.dates.length === 0) refuse(path + ' has no row with all the columns the model needs.');
const lastPrice = input.column(spec.target.column)[input.dates.length - 1];
const prices = pricesOf(await predict(windowOf(input)), lastPrice);
console.log('last known  ' + lastPrice.toPrecision(9) + '  ' + input.dates[input.dates.length - 1]);
prices.forEach((price, i) => {
  const change = (price / lastPrice - 1) * 100;
  console.log('step ' + (i + 1) + '      ' + price.toPrecision(9) + '  ' + (change < 0 ? '' : '+') + change.toFixed(4) + ' %');
});
`;
