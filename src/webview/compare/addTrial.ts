import { html, nothing } from 'lit';
import { button, type Template } from '../controls/controls.ts';
import { menu, under, type MenuItem } from '../controls/menu.ts';
import { ratio } from '../format.ts';
import { refOf, type Panel } from '../panel.ts';
import type { PlotGround } from '../plots/points.ts';

const offeredHere = 15;

/** Adds a trial: the best of this experiment, or leader and winner of the others in the folder. */
export function addTrial(panel: Panel, ground: PlotGround | null): Template {
  const { overlay } = panel.state;
  const isOpen = overlay?.kind === 'addTrial';
  return html`${button({
    label: 'Add trial',
    icon: 'add',
    onClick: (event) =>
      panel.dispatch({
        type: 'overlay',
        overlay: { kind: 'addTrial', ...under(event) },
      }),
  })}
  ${
    isOpen
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
  const { compare } = panel.state.memory;
  const ref = refOf(panel.state);
  const isIn = (id: string, number: number): boolean =>
    compare.some((c) => c.id === id && c.number === number);
  const here: MenuItem[] = [...(ground?.points ?? [])]
    .sort((a, b) => a.value - b.value)
    .slice(0, offeredHere)
    .filter((p) => ref && !isIn(ref.id, p.number))
    .map((p) => ({
      kind: 'item',
      label: `#${p.number}`,
      key: ground!.text(p.value),
      run: () => panel.dispatch({ type: 'compare', trials: [...compare, { ...ref!, number: p.number }] }),
    }));
  const others = panel.loads.get('experiments', () => panel.host.request('experiments', null));
  const elsewhere: MenuItem[] =
    others.state !== 'ready'
      ? []
      : others.value
          .filter((s) => s.id !== ref?.id)
          .flatMap((s) => {
            const best = s.winner ?? s.leader;
            return best && !isIn(s.id, best.number)
              ? [
                  {
                    kind: 'item' as const,
                    label: `${s.name}: ${s.winner ? 'winner' : 'leader'} #${best.number}`,
                    key: ratio(best.u2),
                    run: () =>
                      panel.dispatch({
                        type: 'compare',
                        trials: [...compare, { store: s.store, id: s.id, number: best.number }],
                      }),
                  },
                ]
              : [];
          });
  const all: readonly MenuItem[] = elsewhere.length > 0 ? [...here, { kind: 'line' }, ...elsewhere] : here;
  return all.length > 0
    ? all
    : [{ kind: 'item', label: 'No other trial is complete', disabled: true, run: () => undefined }];
}
