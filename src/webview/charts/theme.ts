/** The computed theme, for canvases: read anew whenever the body's class changes. Never a literal colour in a chart. */
export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly ground: string;
  readonly blue: string;
  readonly orange: string;
  readonly purple: string;
  readonly green: string;
  readonly focus: string;
  readonly hover: string;
  readonly hoverBorder: string;
  readonly font: string;
  readonly isHighContrast: boolean;
  /** Mixed by alpha from the foreground. */
  readonly grid: string;
  readonly axis: string;
  readonly tie: string;
  readonly noise: string;
  readonly faint: string;
}

export function readTheme(): Theme {
  const computed = getComputedStyle(document.body);
  const color = (name: string, other: string): string =>
    computed.getPropertyValue(`--vscode-${name}`).trim() || other;
  const plain = computed.color;
  const foreground = color('charts-foreground', color('foreground', plain));
  const isHighContrast = /vscode-high-contrast/.test(document.body.className);
  return {
    foreground,
    muted: color('descriptionForeground', foreground),
    ground: color('editor-background', computed.backgroundColor),
    blue: color('charts-blue', foreground),
    orange: isHighContrast
      ? color('charts-yellow', foreground) // their orange may be fully see-through
      : opaque(color('charts-orange', foreground)),
    purple: color('charts-purple', foreground),
    green: color('charts-green', foreground),
    focus: color('focusBorder', foreground),
    hover: color('editorHoverWidget-background', computed.backgroundColor),
    hoverBorder: color('editorHoverWidget-border', foreground),
    font: color('font-family', 'sans-serif'),
    isHighContrast,
    grid: alpha(foreground, isHighContrast ? 0.14 : 0.09),
    axis: alpha(foreground, isHighContrast ? 0.8 : 0.25),
    tie: alpha(foreground, isHighContrast ? 0.75 : 0.46),
    noise: alpha(foreground, isHighContrast ? 0.14 : 0.07),
    faint: alpha(foreground, isHighContrast ? 0.4 : 0.22),
  };
}

/** A colour made see-through: #rgb, #rrggbb, #rrggbbaa, rgb() and rgba(); others are left as they are. */
export function alpha(color: string, share: number): string {
  const [r, g, b, a] = channels(color) ?? [];
  return r === undefined ? color : `rgba(${r}, ${g}, ${b}, ${Number((share * a!).toFixed(3))})`;
}

/** Some themes have a see-through colour where a line has to be seen. */
function opaque(color: string): string {
  const [r, g, b] = channels(color) ?? [];
  return r === undefined ? color : `rgb(${r}, ${g}, ${b})`;
}

function channels(color: string): readonly [number, number, number, number] | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(color)?.[1];
  if (hex) {
    const full = hex.length <= 4 ? hex.replaceAll(/./g, '$&$&') : hex;
    const at = (i: number): number => parseInt(full.slice(i, i + 2), 16);
    return [at(0), at(2), at(4), full.length === 8 ? at(6) / 255 : 1];
  }
  const numbers = /^rgba?\(([^)]+)\)$/
    .exec(color)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  return numbers && numbers.length >= 3 ? [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1] : null;
}

/** Series differ in colour and dash, in keys in shape too, because colour alone is not enough for everybody. */
export interface SeriesLook {
  readonly color: string;
  readonly dash: 'solid' | readonly number[];
}

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 3]];

/** From the sixth on colours come again, each with the next dash: 25 series can be told apart. */
export function dashOf(series: number): readonly number[] {
  return dashes[(series + Math.floor(series / dashes.length)) % dashes.length];
}

export function seriesLook(theme: Theme, series: number): SeriesLook {
  const colors = [theme.blue, theme.orange, theme.foreground, theme.purple, theme.green];
  const dash = dashOf(series);
  return { color: colors[series % colors.length], dash: dash.length === 0 ? 'solid' : dash };
}
