import * as vscode from 'vscode';
import type { Forecast } from '../../protocol/results.ts';
import { dataFileOf } from '../experimentData.ts';
import { refOf } from '../experimentIndex.ts';
import { liftText } from '../format.ts';
import type { Parts } from '../parts.ts';
import { confirmOutside, isInsideWorkspace, mayRun } from '../workspaceGuard.ts';
import { chooseExperiment, trialNumberOf } from './targets.ts';
import { messageText } from '../tooltipText.ts';

/** What a tested model says of the prices after the last row of its data file. Only a tested trial has a model. */
export async function forecast(parts: Parts, argument: unknown): Promise<void> {
  if (!(await mayRun())) return;
  const summary = await chooseExperiment(parts, argument, {
    title: 'Forecast the Next Prices',
    fits: ({ looks }) => looks > 0,
    needs:
      'A forecast needs a model, and only a tested trial has one: LSTM Study: Test a Trial on the Held-out Range.',
  });
  if (!summary) return;
  const ref = refOf(summary);
  const number = trialNumberOf(argument);
  const tested = await parts.engine.request('testResult', { ...ref, ...(number === null ? {} : { number }) });
  if (!tested) {
    void vscode.window.showInformationMessage(
      messageText(`Trial #${number ?? ''} has not been tested, so it has no model.`),
    );
    return;
  }
  const data = dataFileOf(summary);
  if (!isInsideWorkspace(data, ref.store) && !(await confirmOutside(parts.context, data))) return;
  const made = await parts.engine.request('predict', { model: tested.folder, data });
  const copy = 'Copy';
  const text = forecastText(made);
  const answer = await vscode.window.showInformationMessage(
    messageText(
      `${text} ${tested.verdict === 'better' ? '' : 'The test did not show that this model beats repeating the last price.'}`.trim(),
    ),
    copy,
  );
  if (answer === copy) await vscode.env.clipboard.writeText(text);
}

/** "After 2020-04-17 (2,874.56): 2,880.12 (+0.19 %)." */
export function forecastText({ lastDate, lastPrice, steps }: Forecast): string {
  const said = steps.map(({ step, price, change }) => {
    const text = `${priceText(price)} (${liftText(change * 100)})`;
    return steps.length === 1 ? text : `step ${step} ${text}`;
  });
  return `After ${lastDate} (${priceText(lastPrice)}): ${said.join(', ')}.`;
}

function priceText(price: number): string {
  return price.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
}
