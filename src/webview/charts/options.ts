import type { EChartsCoreOption } from 'echarts/core';
import type { SeriesLook, Theme } from './theme.ts';

/** Parts that all charts share: quiet axes, the dashed persistence line with its word, plain tooltips. */

export type Part = EChartsCoreOption;

export function text(theme: Theme, more: Part = {}): Part {
  return { color: theme.muted, fontSize: 11, fontFamily: theme.font, ...more };
}

export function xAxis(theme: Theme, more: Part = {}): Part {
  return {
    axisLine: { lineStyle: { color: theme.axis } },
    axisTick: { show: false },
    axisLabel: text(theme),
    splitLine: { show: false },
    nameTextStyle: text(theme),
    nameLocation: 'middle',
    nameGap: 22,
    ...more,
  };
}

export function yAxis(theme: Theme, more: Part = {}): Part {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: text(theme),
    splitLine: { lineStyle: { color: theme.grid } },
    ...more,
  };
}

/** Room for labels at the left and for the word of persistence at the right. */
export const margins = { left: 52, right: 74, top: 14, bottom: 36 } as const;

/** Persistence, everywhere: dashed 4-4, 1 px, foreground, its word at the end. */
export function persistenceLine(
  theme: Theme,
  at: number,
  more: { readonly axis?: 'xAxis' | 'yAxis'; readonly word?: string } = {},
): Part {
  const { axis = 'yAxis', word = 'persistence' } = more;
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: theme.foreground, width: 1, type: [4, 4], opacity: 0.9 },
    label: {
      show: word !== '',
      formatter: word,
      position: 'end',
      distance: 6,
      ...text(theme, { color: theme.foreground }),
    },
    data: [{ [axis]: at }],
  };
}

/** The pale band in which one seed says nothing. */
export function noiseBand(theme: Theme, low: number, high: number): Part {
  return { silent: true, itemStyle: { color: theme.noise }, data: [[{ yAxis: low }, { yAxis: high }]] };
}

export function tooltip(theme: Theme, more: Part = {}): Part {
  return {
    renderMode: 'richText',
    backgroundColor: theme.hover,
    borderColor: theme.hoverBorder,
    borderWidth: 1,
    padding: [6, 8],
    textStyle: { color: theme.foreground, fontSize: 12, fontFamily: theme.font },
    transitionDuration: 0,
    confine: true,
    ...more,
  };
}

/** The tooltip of lines over one axis: all values at the pointer's place, each as `write` writes it. */
export function axisTooltip(theme: Theme, write: (value: number) => string): Part {
  return tooltip(theme, {
    trigger: 'axis',
    axisPointer: { lineStyle: { color: theme.axis } },
    valueFormatter: (value: unknown) => (typeof value === 'number' ? write(value) : ''),
  });
}

export function lineOf(
  look: SeriesLook,
  data: readonly (readonly [number | string, number])[],
  more: Part = {},
): Part {
  return {
    type: 'line',
    data,
    symbol: 'none',
    lineStyle: { color: look.color, type: look.dash, width: 1.8 },
    itemStyle: { color: look.color },
    ...more,
  };
}

/** Three to seven round ticks over a range, and decimals that tell them apart. */
export interface Ticks {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly text: (value: number) => string;
}

export function ticksOver(low: number, high: number): Ticks {
  const span = high - low || Math.abs(low) || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    low: Math.floor(low / step + 1e-9) * step,
    high: Math.ceil(high / step - 1e-9) * step,
    step,
    text: (value) => (Object.is(value, -0) ? 0 : value).toFixed(decimals).replace('-', '\u2212'),
  };
}

export function yTicks(ticks: Ticks): Part {
  return { type: 'value', min: ticks.low, max: ticks.high, interval: ticks.step };
}

/** At most about six dates, each with its label. */
export function dateAxis(theme: Theme, dates: readonly string[], more: Part = {}): Part {
  const isLong = dates.length > 500;
  const every = Math.max(1, Math.ceil(dates.length / 5));
  return xAxis(theme, {
    type: 'category',
    data: dates,
    boundaryGap: false,
    axisLabel: text(theme, {
      hideOverlap: true,
      interval: (i: number) =>
        isLong
          ? i > 0 && dates[i].slice(0, 4) !== dates[i - 1].slice(0, 4)
          : i % every === 0 && i < dates.length - every / 2,
      formatter: (date: string) => (isLong ? date.slice(0, 4) : date.slice(0, 10)),
    }),
    ...more,
  });
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1))))];
}
