import type { AnalysisResult } from '../../protocol/analysis.ts';
import type { Chart } from '../charts/chart.ts';
import { text } from '../charts/options.ts';
import { alpha } from '../charts/theme.ts';
import { percent, words } from '../format.ts';

type Importance = Extract<AnalysisResult, { kind: 'importance' }>;

/** Both kinds side by side, each with what it says: they answer different questions. */
export function importanceChart(importance: Importance): Chart {
  const order = [...importance.pedAnova].sort((a, b) => a.share - b.share).map((p) => p.name);
  const shareOf = (list: Importance['fanova'], name: string): number =>
    list.find((p) => p.name === name)?.share ?? 0;
  const first = order.map((name) => shareOf(importance.pedAnova, name));
  const second = order.map((name) => shareOf(importance.fanova, name));
  const hasSecond = importance.fanova.length > 0;
  return {
    id: 'importance',
    title: 'Importance',
    reading: `Filled: ${importance.labels.pedAnova}.${hasSecond ? ` Outlined: ${importance.labels.fanova}.` : ''}${importance.warning ? ` ${importance.warning}` : ''}`,
    label: `Importance of ${order.length} hyperparameters`,
    span: 4,
    height: 252,
    data: () => [
      ['hyperparameter', importance.labels.pedAnova, importance.labels.fanova],
      ...order.map((name, i) => [words(name), first[i], second[i]]).reverse(),
    ],
    deps: [importance],
    make: (theme) => {
      const bar = (data: readonly number[], itemStyle: object): object => ({
        type: 'bar',
        data,
        barWidth: hasSecond ? 7 : 8,
        barGap: '85%',
        itemStyle,
        label: {
          show: true,
          position: 'right',
          formatter: (at: { value: number }) => percent(at.value),
          ...text(theme),
        },
      });
      const outlined = bar(second, {
        color: 'transparent',
        borderColor: alpha(theme.foreground, 0.6),
        borderWidth: 1,
      });
      return {
        grid: { left: 92, right: 44, top: 2, bottom: 4 },
        xAxis: { type: 'value', show: false, max: Math.max(0.01, ...first, ...second) },
        yAxis: {
          type: 'category',
          data: order.map(words),
          axisLine: { show: false },
          axisTick: { show: false },
          axisLabel: text(theme, { color: theme.foreground, fontSize: 12, margin: 10 }),
        },
        series: [
          ...(hasSecond ? [outlined] : []),
          bar(first, { color: alpha(theme.foreground, theme.isHighContrast ? 0.9 : 0.6) }),
        ],
      };
    },
  };
}
