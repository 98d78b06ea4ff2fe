import { html, svg, type TemplateResult } from 'lit';

/** The look of a series beside its name: colour, dash and shape, as in the charts. */
export function seriesKey(index: number): TemplateResult {
  const i = index % 5;
  const color = `var(--c${i + 1})`;
  const dash = ['', '6 3', '2 3', '8 3 2 3', ''][i];
  const shapes = [
    svg`<circle cx="13" cy="5" r="3.5" fill=${color}></circle>`,
    svg`<rect x="9.5" y="1.5" width="7" height="7" fill=${color}></rect>`,
    svg`<path d="M13 .5 l4.5 8 h-9z" fill=${color}></path>`,
    svg`<path d="M13 .5 l4.5 4.5 l-4.5 4.5 l-4.5 -4.5z" fill=${color}></path>`,
    svg`<circle cx="13" cy="5" r="3" fill="none" stroke=${color} stroke-width="1.5"></circle>`,
  ];
  return html`<svg width="26" height="10" aria-hidden="true">
    <line x1="0" x2="26" y1="5" y2="5" stroke=${color} stroke-width="2" stroke-dasharray=${dash}></line>
    ${shapes[i]}
  </svg>`;
}
