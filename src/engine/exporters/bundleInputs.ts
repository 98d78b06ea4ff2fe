import type { DataSpec, ForecastKind } from '../../model/dataSpec.ts';
import { defaultPeriod } from '../data/indicators.ts';
import type { BundleInput, TargetRule } from './bundleSchema.ts';

/**
 * Inputs come in the order of `features`, then indicators; none at all: the price in the form that is forecast. The name of an
 * input is its column as the file writes it, followed by the transform.
 */
export function sourceOf(data: DataSpec, input: number, name: string): BundleInput['source'] {
  if (data.features.length === 0 && data.indicators.length === 0)
    return { kind: 'column', column: data.price ?? '', transform: priceTransform(data.forecast) };
  const feature = data.features[input];
  if (!feature) return indicatorSource(data, input - data.features.length);
  const { transform } = feature;
  const ending = `.${transform}`;
  const column = transform !== 'none' && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
  return { kind: 'column', column, transform };
}

/** Indicator and output that input `index` behind the features is; defaults as in data/indicators.ts. */
function indicatorSource(data: DataSpec, index: number): BundleInput['source'] {
  let left = index;
  for (const spec of data.indicators) {
    const { kind } = spec;
    const outputs = kind === 'macd' ? 3 : kind === 'bollinger' ? 2 : 1;
    if (left < outputs)
      return {
        kind: 'indicator',
        indicator: kind,
        column: spec.column ?? data.price ?? '',
        period: spec.period ?? defaultPeriod(kind),
        fast: spec.fast ?? 12,
        slow: spec.slow ?? 26,
        signal: spec.signal ?? 9,
        deviations: spec.deviations ?? 2,
        output: left,
      };
    left -= outputs;
  }
  throw new RangeError(`The study has no input ${data.features.length + index}.`);
}

function priceTransform(forecast: ForecastKind): 'logReturn' | 'none' | 'log' {
  switch (forecast) {
    case 'logReturn':
      return 'logReturn';
    case 'price':
      return 'none';
    case 'windowRelative':
      return 'log';
  }
}

/** How outputs become prices. */
export function targetRuleOf(forecast: ForecastKind): TargetRule {
  switch (forecast) {
    case 'logReturn':
      return 'sumLogReturns';
    case 'price':
      return 'price';
    case 'windowRelative':
      return 'logRatio';
  }
}
