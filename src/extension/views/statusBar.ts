import * as vscode from 'vscode';
import { atMostEvery, drawMs } from '../atMostEvery.ts';
import { DisposableStore, type DisposableLike } from '../disposables.ts';
import { refOf } from '../experimentIndex.ts';
import { experimentName, liftText, progressText } from '../format.ts';
import type { Parts } from '../parts.ts';

/** The running study: k/n, time left, leader; a click opens its panel. Absent while nothing runs. */
export function registerStatusBar({ index }: Parts): DisposableLike {
  const disposables = new DisposableStore();
  const item = disposables.add(
    vscode.window.createStatusBarItem('lstmStudy.running', vscode.StatusBarAlignment.Left, 0),
  );
  item.name = 'LSTM Study';
  const draw = (): void => {
    const running = index.running();
    const [first] = running;
    if (!first) {
      item.hide();
      return;
    }
    const scored = first.winner ?? first.leader;
    const lift = scored ? `, lift ${liftText(scored.liftPercent)}` : '';
    const others = running.length > 1 ? ` (+${running.length - 1})` : '';
    const text = `${experimentName(first)}: ${progressText(first, index.progress(refOf(first)))}${lift}${others}`;
    item.text = `$(sync~spin) ${text.replace(/\$\(/g, '$ (')}`;
    item.tooltip = 'Open the panel of the running study';
    item.accessibilityInformation = { label: `LSTM Study, ${text}`, role: 'button' };
    item.command = { command: 'lstmStudy.openPanel', title: 'Open Panel', arguments: [refOf(first)] };
    item.show();
  };
  disposables.add(index.onChanged(draw));
  const drawSoon = disposables.add(atMostEvery(drawMs, draw));
  disposables.add(index.onProgress(drawSoon.call));
  return disposables;
}
