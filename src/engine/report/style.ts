const light = `
  --ground: #ffffff; --text: #24292f; --muted: #5d6670; --hairline: #d7dce1; --grid: #e8ebee;
  --better: #0b62c4; --worse: #b45309; --neutral: #6b7580; --bar: #c3c9cf; --shade: #f1f3f5; --warn: #b45309; --warnGround: #fff8ee;`;
const dark = `
  --ground: #1b1d20; --text: #dfe3e7; --muted: #9aa4ae; --hairline: #3a3f45; --grid: #2c3035;
  --better: #5ba8ff; --worse: #f0a35e; --neutral: #98a2ac; --bar: #59616a; --shade: #25292d; --warn: #f0a35e; --warnGround: #2a241c;`;

/** What charts need, alone: goes into figures that are saved as files too. */
export const chartStyle = `
.chart { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.chart text { fill: var(--muted); }
.chart .note { fill: var(--text); paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.chart .end { text-anchor: end; }
.chart .middle { text-anchor: middle; }
.chart .grid { stroke: var(--grid); }
.chart .axis { stroke: var(--hairline); }
.chart path { fill: none; stroke-linejoin: round; }
.chart .yardstick { stroke: var(--text); stroke-dasharray: 4 4; fill: none; }
.chart .line { stroke: var(--better); stroke-width: 1.5; } .chart .forecast { fill: var(--better); } .chart .actualWord { fill: var(--neutral); }
.chart .actual { stroke: var(--neutral); stroke-width: 1.5; }
.chart .thin { stroke: var(--bar); }
.chart .bar { fill: var(--bar); }
.chart .shade { fill: var(--shade); }
.chart .stem { stroke: var(--hairline); }
.chart .dot { fill: var(--neutral); }
.chart .ring { fill: none; stroke: var(--neutral); stroke-width: 1.3; }
.chart .interval { stroke-width: 1.6; }
.chart .interval.better { stroke: var(--better); } .chart .mean.better { fill: var(--better); }
.chart .interval.worse { stroke: var(--worse); } .chart .mean.worse { fill: var(--worse); }
.chart .interval.neutral { stroke: var(--neutral); } .chart .mean.neutral { fill: var(--neutral); }
`;

export const lightVariables = `:root {${light}\n}`;

export const reportStyle = `
:root { color-scheme: light dark;${light}
}
@media (prefers-color-scheme: dark) { :root {${dark}
} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 968px; margin: 0 auto; padding: 32px 24px 48px; }
header h1 { font-size: 18px; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
header p { margin: 4px 0 0; }
.muted, header p, footer, figcaption span, caption { color: var(--muted); }
nav { margin: 12px 0 0; font-size: 12px; }
nav a { color: var(--muted); margin-right: 12px; white-space: nowrap; }
section { margin-top: 36px; }
h2 { font-size: 14px; font-weight: 600; margin: 0 0 8px; padding-top: 12px; border-top: 1px solid var(--hairline); }
p { max-width: 76ch; margin: 0 0 12px; overflow-wrap: anywhere; }
.lead { font-size: 24px; line-height: 1.25; font-weight: 600; margin: 4px 0 8px; }
.blocks { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px 24px; align-items: start; }
.blocks > * { grid-column: 1 / -1; margin: 0; }
.blocks > .half { grid-column: span 1; }
.blocks > .half + .facts, .blocks > .half + .narrow { grid-column: span 1; }
.blocks > .narrow:has(+ .narrow), .blocks > .narrow + .narrow { grid-column: span 1; }
.warning { border-left: 3px solid var(--warn); background: var(--warnGround); padding: 8px 12px; }
.warning p { margin: 0; } .warning ul { margin: 6px 0 0; padding-left: 20px; }
figcaption { margin-bottom: 6px; } figcaption b { display: block; font-weight: 600; } figcaption span { font-size: 12px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-size: 12px; padding-bottom: 4px; } caption div { position: sticky; left: 0; max-width: calc(100vw - 48px); }
th, td { padding: 3px 0 3px 16px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); font-weight: 400; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; }
thead th { color: var(--muted); font-size: 12px; border-bottom-color: var(--hairline); }
tr.strong td, tr.strong th { font-weight: 600; }
dl { display: grid; grid-template-columns: minmax(110px, max-content) minmax(0, 1fr); gap: 3px 16px; }
dt { color: var(--muted); max-width: 240px; } .half + .facts { grid-template-columns: minmax(90px, max-content) minmax(0, 1fr); } .half + .facts dt { max-width: 130px; } dd { margin: 0; overflow-wrap: anywhere; }
pre { font: 12px/1.5 ui-monospace, monospace; padding: 8px 12px; background: var(--shade); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 40px; font-size: 12px; }
${chartStyle}
@media screen and (max-width: 700px) {
  main { padding: 24px 16px 32px; } caption div { max-width: calc(100vw - 32px); }
  .blocks > .half, .blocks > .half + .facts, .blocks > .half + .narrow, .blocks > .narrow:has(+ .narrow), .blocks > .narrow + .narrow { grid-column: 1 / -1; }
  dl, .half + .facts { grid-template-columns: minmax(80px, 34%) minmax(0, 1fr); } dt { overflow-wrap: anywhere; }
  th, td { padding-left: 10px; }
  .half .chart { font-size: 13px; }
  figure.wide { overflow-x: auto; } figure.wide figcaption { position: sticky; left: 0; max-width: calc(100vw - 32px); } figure.wide .chart { width: 760px; }
}
@media print {
  :root { color-scheme: light;${light}
  }
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; } nav { display: none; }
  h2 { break-after: avoid; } figure, table, tr, .warning, dl > * { break-inside: avoid; }
  .chart, .warning, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
