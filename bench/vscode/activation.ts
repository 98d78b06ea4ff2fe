/** Runs inside the extension host: loads and activates the extension, and says how long that took. */
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { LstmStudyApi } from '../../src/extension/extension.ts';

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<LstmStudyApi>('lstm-study.lstm-study');
  if (!extension || extension.isActive) throw new Error('the extension is absent or was activated before');
  const from = performance.now();
  const { activationMs, enginePid } = await extension.activate();
  const wholeMs = performance.now() - from;
  if (enginePid() !== null) throw new Error('activating has started a process');
  const { LSTM_BENCH_RESULT: file } = process.env;
  if (file) writeFileSync(file, JSON.stringify({ activationMs, wholeMs }));
}
