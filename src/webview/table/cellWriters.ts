import { render } from 'lit';
import { icon } from '../controls/controls.ts';
import { sparkPoints } from './sparkline.ts';
import type { ShownState } from '../../model/trial.ts';
import { diamond, stateIcons } from './cells.ts';
import type { LaidColumn } from './columns.ts';
import { liftWriter } from './liftCell.ts';
import { changes, svgChild, textWriter, type CellWriter } from './cellWriter.ts';

export function cellWriter(column: LaidColumn): CellWriter {
  const element = document.createElement('span');
  element.className = `cell ${column.align} ${column.group} c-${column.id.split(':')[0]}${column.isCut ? ' cut' : ''}`;
  element.setAttribute('role', 'gridcell');
  element.dataset['column'] = column.id;
  return { element, write: writerOf(column, element) };
}

function writerOf(column: LaidColumn, element: HTMLElement): CellWriter['write'] {
  switch (column.id) {
    case 'select':
      return selectWriter(element);
    case 'star':
      return starWriter(element);
    case 'state':
      return stateWriter(element);
    case 'value':
      return valueWriter(element);
    case 'lift':
      return liftWriter(element);
    case 'curve':
      return curveWriter(element);
    default: {
      const write = textWriter(element);
      return (at, now) => write(now.text(at.row));
    }
  }
}

function child<K extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: K,
  name = '',
): HTMLElementTagNameMap[K] {
  const made = parent.appendChild(document.createElement(tag));
  made.className = name;
  return made;
}

function selectWriter(element: HTMLElement): CellWriter['write'] {
  const box = child(element, 'span', 'check');
  box.dataset['select'] = '';
  const write = changes((isOn: boolean) => box.classList.toggle('on', isOn), false);
  return (at) => write(at.isSelected);
}

function starWriter(element: HTMLElement): CellWriter['write'] {
  const star = child(element, 'i', 'star codicon codicon-star-empty');
  star.dataset['star'] = '';
  star.setAttribute('role', 'img');
  star.setAttribute('aria-label', 'not starred');
  const write = changes((isOn: boolean) => {
    star.className = isOn ? 'star on codicon codicon-star-full' : 'star codicon codicon-star-empty';
    star.setAttribute('aria-label', isOn ? 'starred' : 'not starred');
  }, false);
  return ({ scene, number }) => write(scene.annotations.trials[String(number)]?.star === true);
}

function stateWriter(element: HTMLElement): CellWriter['write'] {
  const picture = child(element, 'i');
  picture.setAttribute('role', 'img');
  const write = changes<ShownState | null>((state) => {
    const [name, extra] = stateIcons[state!];
    picture.className = `codicon codicon-${name} ${extra}`;
    picture.setAttribute('aria-label', state!);
    picture.title = state!;
  }, null);
  return (at) => write(at.state);
}

/** The value, marked when it is the leader's or the winner's, and its spread over folds in smaller figures. */
function valueWriter(element: HTMLElement): CellWriter['write'] {
  const mark = child(element, 'span');
  const value = textWriter(child(element, 'span'));
  const spread = textWriter(child(element, 'span', 'pm'));
  const writeMark = changes<'winner' | 'leader' | null>((kind) => {
    render(kind === 'winner' ? icon('verified', 'lead') : kind === 'leader' ? diamond() : '', mark);
  }, null);
  const title = changes((text: string) => (element.title = text), '');
  return ({ scene, row, number }, column) => {
    const [text, around] = column.text(row).split(' ± ');
    value(text);
    spread(around ? ` ± ${around}` : '');
    writeMark(scene.winner === number ? 'winner' : scene.leader === number ? 'leader' : null);
    title(scene.trials.errors[number]?.message ?? '');
  };
}

/** The curve of a trial; its end is a dot while it grows. All rows share one scale and the dashed line behind them. */
function curveWriter(element: HTMLElement): CellWriter['write'] {
  const picture = svgChild(element, 'svg');
  picture.setAttribute('class', 'spark');
  picture.setAttribute('aria-hidden', 'true');
  const line = svgChild(picture, 'polyline');
  const end = svgChild(picture, 'polyline');
  end.setAttribute('class', 'end');
  const writeLine = changes((points: string) => line.setAttribute('points', points), '');
  const writeEnd = changes((points: string) => end.setAttribute('points', points), '');
  return ({ scene, row, state }) => {
    const points = sparkPoints(scene.trials, row, scene.scale);
    writeLine(points.join(' '));
    const last = points.at(-1);
    writeEnd(state === 'running' && last ? `${last} ${last}` : '');
  };
}
