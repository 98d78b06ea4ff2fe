import { html, svg, type TemplateResult } from 'lit';
import { dashOf } from '../charts/theme.ts';

/** The look of a series beside its name: colour, dash and shape; colour and dash as in the charts. */
export function seriesKey(index: number): TemplateResult {
  const color = `var(--c${(index % 5) + 1})`;
  const shapes = [
    svg`<circle cx="13" cy="5" r="3.5" fill=${color}></circle>`,
    svg`<rect x="9.5" y="1.5" width="7" height="7" fill=${color}></rect>`,
    svg`<path d="M13 .5 l4.5 8 h-9z" fill=${color}></path>`,
    svg`<path d="M13 .5 l4.5 4.5 l-4.5 4.5 l-4.5 -4.5z" fill=${color}></path>`,
    svg`<circle cx="13" cy="5" r="3" fill="none" stroke=${color} stroke-width="1.5"></circle>`,
  ];
  return html`<svg width="26" height="10" aria-hidden="true">
    <line
      x1="0"
      x2="26"
      y1="5"
      y2="5"
      stroke=${color}
      stroke-width="2"
      stroke-dasharray=${dashOf(index).join(' ')}
    ></line>
    ${shapes[index % 5]}
  </svg>`;
}
