import { html, noChange, nothing, type TemplateResult } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ElementPart } from 'lit/directive.js';
import { BarChart, CustomChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  ParallelComponent,
  TooltipComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { save } from '../actions.ts';
import { iconButton, link, type Template } from '../controls/controls.ts';
import { menu, under } from '../controls/menu.ts';
import type { Loadable } from '../loads.ts';
import type { Panel } from '../panel.ts';
import { styles } from '../styling.ts';
import { csvText } from '../table/csv.ts';
import { readTheme, type Theme } from './theme.ts';

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  ParallelChart,
  ScatterChart,
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  ParallelComponent,
  TooltipComponent,
  CanvasRenderer,
  SVGRenderer,
]);

export type ChartOption = EChartsCoreOption;
/** What is drawn, for a theme and a width. */
export type MakeOption = (theme: Theme, width: number) => ChartOption;

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What is drawn and which way is better. */
  readonly reading: unknown;
  readonly make: MakeOption;
  /** What the picture depends on: it is drawn again only when one of these is another. */
  readonly deps: readonly unknown[];
  /** Table behind it: head and rows. */
  readonly data: () => readonly (readonly (string | number)[])[];
  readonly span?: number;
  readonly height?: number;
  readonly extra?: unknown;
  readonly key?: Template;
  /** Described for those who do not see it. */
  readonly label?: string;
  readonly onClick?: (event: ChartClick) => void;
  /** After each drawing: events of its own. */
  readonly after?: (chart: EChartsType, theme: Theme) => void;
}

export interface ChartClick {
  readonly seriesIndex: number;
  readonly dataIndex: number;
  readonly data: unknown;
}

interface Drawn {
  readonly chart: EChartsType;
  readonly observer: ResizeObserver;
  readonly restyle: () => void;
  current: Chart;
  width: number;
}

/** Tells every chart on the page that the theme has changed. */
export function restyleCharts(): void {
  document.dispatchEvent(new Event(themeChanged));
}
const themeChanged = 'panel-theme-changed';

function draw(drawn: Drawn): void {
  const theme = readTheme();
  const option = drawn.current.make(theme, drawn.width);
  drawn.chart.setOption(
    {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: theme.font },
      aria: { enabled: true, label: { description: drawn.current.label ?? drawn.current.title } },
      ...option,
    },
    { notMerge: true },
  );
  drawn.current.after?.(drawn.chart, theme);
}

/** Draws a chart into an element, follows its size, and takes it away with the element. */
class PlotDirective extends AsyncDirective {
  #drawn: Drawn | null = null;

  render(_chart: Chart): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [chart]: [Chart]): typeof noChange {
    const element = part.element as HTMLElement; // an element part of our template
    if (this.#drawn) {
      const before = this.#drawn.current.deps;
      this.#drawn.current = chart;
      const isSame = before.length === chart.deps.length && before.every((dep, i) => dep === chart.deps[i]);
      if (!isSame) draw(this.#drawn);
    } else {
      queueMicrotask(() => this.#begin(element, chart));
    }
    return noChange;
  }

  #begin(element: HTMLElement, chart: Chart): void {
    if (this.#drawn || !element.isConnected) return;
    const instance = echarts.init(element, null, { renderer: 'canvas' });
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === 0) return;
      instance.resize();
      if (drawn.width === element.clientWidth) return;
      drawn.width = element.clientWidth;
      draw(drawn);
    });
    const drawn: Drawn = {
      chart: instance,
      observer,
      current: chart,
      width: element.clientWidth,
      restyle: () => draw(drawn),
    };
    this.#drawn = drawn;
    draw(drawn);
    observer.observe(element);
    document.addEventListener(themeChanged, drawn.restyle);
    instance.on('click', (event) =>
      drawn.current.onClick?.({
        seriesIndex: event.seriesIndex ?? -1,
        dataIndex: event.dataIndex,
        data: event.data,
      }),
    );
  }

  override disconnected(): void {
    if (!this.#drawn) return;
    document.removeEventListener(themeChanged, this.#drawn.restyle);
    this.#drawn.observer.disconnect();
    this.#drawn.chart.dispose();
    this.#drawn = null;
  }
}
const plot = directive(PlotDirective);

/** Title, one reading line, the plot, and a button that saves it as PNG, SVG or CSV. */
export function chartView(panel: Panel, chart: Chart): TemplateResult {
  const { overlay } = panel.state;
  const isSaving = overlay?.kind === 'saveChart' && overlay.chart === chart.id;
  return html`<figure
    class="chart w${chart.span ?? 6}"
    id="chart-${chart.id}"
    aria-labelledby="title-${chart.id}"
  >
    <header>
      <h2 id="title-${chart.id}">${chart.title}</h2>
      ${chart.extra ?? nothing}<span class="tools"
        >${iconButton('save', `Save ${chart.title} as PNG, SVG or CSV`, (event) =>
          panel.dispatch({
            type: 'overlay',
            overlay: { kind: 'saveChart', chart: chart.id, ...under(event) },
          }),
        )}</span
      >
    </header>
    <p class="read">${chart.reading}</p>
    <div class="plot" ${styles({ height: `${chart.height ?? 240}px` })} ${plot(chart)}></div>
    ${chart.key ?? nothing} ${isSaving ? saveMenu(panel, chart, overlay) : nothing}
  </figure>`;
}

function saveMenu(
  panel: Panel,
  chart: Chart,
  at: { readonly x: number; readonly y: number },
): TemplateResult {
  const name = `${panel.state.experiment?.summary.name ?? 'study'} ${chart.title}`.replaceAll(
    /[^\w .,&-]+/g,
    ' ',
  );
  const keep = (format: 'png' | 'svg' | 'csv'): void => save(panel, chartFile(chart, name, format));
  return menu({
    label: 'Save',
    x: at.x,
    y: at.y,
    close: () => panel.dispatch({ type: 'overlay', overlay: null }),
    items: [
      { kind: 'item', label: 'Save as PNG', run: () => keep('png') },
      { kind: 'item', label: 'Save as SVG', run: () => keep('svg') },
      { kind: 'item', label: 'Save its numbers as CSV', run: () => keep('csv') },
    ],
  });
}

/** A picture is drawn again for the file: PNG at twice the size, SVG as text; both on the editor's ground. */
export function chartFile(
  chart: Chart,
  name: string,
  format: 'png' | 'svg' | 'csv',
): { name: string; text?: string; bytes?: Uint8Array } {
  if (format === 'csv') return { name: `${name}.csv`, text: csvText(chart.data()) };
  const theme = readTheme();
  const size = { width: 900, height: Math.max(300, chart.height ?? 240) };
  const option = {
    animation: false,
    textStyle: { fontFamily: theme.font },
    ...chart.make(theme, size.width),
    backgroundColor: theme.ground,
  };
  if (format === 'svg') {
    const instance = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
    instance.setOption(option);
    const text = instance.renderToSVGString();
    instance.dispose();
    return { name: `${name}.svg`, text };
  }
  const holder = document.createElement('div');
  const instance = echarts.init(holder, null, { renderer: 'canvas', devicePixelRatio: 2, ...size });
  instance.setOption(option);
  const url = instance.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: theme.ground });
  instance.dispose();
  const binary = atob(url.slice(url.indexOf(',') + 1));
  return { name: `${name}.png`, bytes: Uint8Array.from(binary, (c) => c.charCodeAt(0)) };
}

/** A place for a chart whose numbers are still asked for, or could not be had. */
export function chartOf<T>(
  loaded: Loadable<T>,
  place: { readonly id: string; readonly title: string; readonly span: number },
  view: (value: T) => Template,
): Template {
  if (loaded.state === 'ready') return view(loaded.value);
  return html`<figure class="chart w${place.span}" id="chart-${place.id}" aria-labelledby="title-${place.id}">
    <header><h2 id="title-${place.id}">${place.title}</h2></header>
    ${
      loaded.state === 'loading'
        ? html`<p class="read" role="status">Computing …</p>`
        : html`<p class="read err">${loaded.message} ${link('Try again', loaded.again)}</p>`
    }
  </figure>`;
}
