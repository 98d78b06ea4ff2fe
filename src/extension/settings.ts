import * as vscode from 'vscode';
import type { EngineSettings } from '../protocol/engine.ts';

const section = 'lstmStudy';

/** What the user set, read when it is needed; `of` is the file a setting with resource scope is read for. Paths and process settings have machine scope: a workspace cannot set them. */
export function setting<T>(name: string, fallback: T, of?: vscode.Uri): T {
  return vscode.workspace.getConfiguration(section, of ?? null).get<T>(name) ?? fallback;
}

export function engineSettings(context: vscode.ExtensionContext): EngineSettings {
  const workers = setting<number | null>('engine.workers', null);
  const build = setting<string>('engine.build', 'auto');
  const timeoutMinutes = setting<number | null>('engine.trialTimeoutMinutes', null);
  const memoryGigabytes = setting<number | null>('engine.workerMemoryGigabytes', null);
  const folder = setting<string>('tensorflow.folder', '');
  return {
    mode: vscode.workspace.isTrusted ? 'full' : 'browse',
    logLevel: setting<'debug' | 'info' | 'warn' | 'error'>('engine.logLevel', 'info'),
    tensorflowFolder:
      folder === '' ? vscode.Uri.joinPath(context.globalStorageUri, 'tensorflow').fsPath : folder,
    ...(workers === null ? {} : { workers }),
    ...(build === 'auto' ? {} : { build }),
    ...(timeoutMinutes === null ? {} : { trialTimeoutMs: timeoutMinutes * 60_000 }),
    ...(memoryGigabytes === null ? {} : { workerMemoryBytes: memoryGigabytes * 1024 ** 3 }),
  };
}

export function affectsEngine(event: vscode.ConfigurationChangeEvent): boolean {
  return (
    event.affectsConfiguration(`${section}.engine`) || event.affectsConfiguration(`${section}.tensorflow`)
  );
}
