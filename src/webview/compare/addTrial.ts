import { html, nothing } from 'lit';
import { mostCompared } from '../../protocol/analysis.ts';
import { addToCompare, isCompared, pickToCompare } from '../actions.ts';
import { button, type Template } from '../controls/controls.ts';
import { menu, under, type MenuItem } from '../controls/menu.ts';
import { refOf, type Panel } from '../panel.ts';
import type { PlotGround } from '../plots/points.ts';

const offeredHere = 15;

/** Adds a trial: one of the best of this experiment, or any of any experiment, which the host finds by typing. */
export function addTrial(panel: Panel, ground: PlotGround | null): Template {
  const { overlay, memory } = panel.state;
  const isFull = memory.compare.length >= mostCompared;
  return html`${button({
    label: 'Add trial',
    icon: 'add',
    disabled: isFull,
    ...(isFull ? { title: `At most ${mostCompared} trials stand side by side` } : {}),
    onClick: (event) =>
      panel.dispatch({
        type: 'overlay',
        overlay: { kind: 'addTrial', ...under(event) },
      }),
  })}
  ${
    overlay?.kind === 'addTrial'
      ? menu({
          label: 'Add a trial',
          x: overlay.x,
          y: overlay.y,
          close: () => panel.dispatch({ type: 'overlay', overlay: null }),
          items: items(panel, ground),
        })
      : nothing
  }`;
}

function items(panel: Panel, ground: PlotGround | null): readonly MenuItem[] {
  const ref = refOf(panel.state);
  const here: MenuItem[] = [...(ground?.points ?? [])]
    .sort((a, b) => a.value - b.value)
    .slice(0, offeredHere)
    .flatMap(({ number, value }) =>
      ref && !isCompared(panel, { ...ref, number })
        ? [
            {
              kind: 'item',
              label: `#${number}`,
              key: ground!.text(value),
              run: () => addToCompare(panel, { ...ref, number }),
            },
          ]
        : [],
    );
  return [
    ...here,
    ...(here.length > 0 ? [{ kind: 'line' } as const] : []),
    { kind: 'item', label: 'Any trial of any experiment…', run: () => pickToCompare(panel) },
  ];
}
