import * as echarts from 'echarts';

interface Curve {
  readonly problem: string;
  readonly contender: string;
  /** Mean regret after each trial. */
  readonly mean: readonly number[];
}

const columns = 2;
const width = 400;
const height = 290;
/** Ours are solid, Optuna's dashed, in the same colour (Okabe & Ito's palette, told apart by most eyes). */
const colours: Readonly<Record<string, string>> = {
  random: '#777777',
  tpe: '#0072b2',
  'tpe, univariate': '#56b4e9',
  gp: '#d55e00',
  cmaes: '#009e73',
  qmc: '#cc79a7',
  'Optuna TPE': '#0072b2',
  'Optuna TPE, univariate': '#56b4e9',
  'Optuna GP': '#d55e00',
  'Optuna CMA-ES': '#009e73',
  'Optuna QMC': '#cc79a7',
};

/** Regret curves as one SVG, a panel a problem, on a logarithmic axis. */
export function regretPicture(curves: readonly Curve[]): string {
  const problems = [...new Set(curves.map((curve) => curve.problem))];
  const contenders = [...new Set(curves.map((curve) => curve.contender))];
  const rows = Math.ceil(problems.length / columns);
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: columns * width,
    height: rows * height + 90,
  });
  const place = (i: number): { left: number; top: number } => ({
    left: (i % columns) * width + 55,
    top: Math.floor(i / columns) * height + 40,
  });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    legend: { data: contenders, bottom: 8, left: 'center', width: columns * width - 80 },
    title: problems.map((text, i) => ({
      text,
      textStyle: { fontSize: 13 },
      left: place(i).left,
      top: place(i).top - 30,
    })),
    grid: problems.map((_, i) => ({ ...place(i), width: width - 80, height: height - 80 })),
    xAxis: problems.map((_, i) => ({
      gridIndex: i,
      type: 'value' as const,
      name: 'trials',
      nameLocation: 'middle' as const,
      nameGap: 24,
    })),
    yAxis: problems.map((_, i) => ({
      gridIndex: i,
      type: 'log' as const,
    })),
    series: curves.map(({ problem, contender, mean }) => ({
      type: 'line' as const,
      name: contender,
      xAxisIndex: problems.indexOf(problem),
      yAxisIndex: problems.indexOf(problem),
      showSymbol: false,
      itemStyle: { color: colours[contender] },
      lineStyle: {
        width: 1.6,
        type: contender.startsWith('Optuna') ? ('dashed' as const) : ('solid' as const),
      },
      data: mean.flatMap((value, t) => (value > 0 ? [[t + 1, value]] : [])),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
