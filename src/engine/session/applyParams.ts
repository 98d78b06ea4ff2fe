import { applyEdits, modify } from 'jsonc-parser';
import { hyperparameterNames, type Params } from '../../model/hyperparameters.ts';
import type { Study } from '../../model/study.ts';

/**
 * The text of a study file with a trial's values as constants; everything else, comments too, stays as it was written.
 * Hyperparameters that the file leaves to constants are left alone unless the trial has another value.
 */
export function applyParams(text: string, params: Params, study: Study): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const formattingOptions = { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol };
  let result = text;
  for (const name of hyperparameterNames) {
    if (study.hyperparameters[name] === params[name]) continue;
    result = applyEdits(
      result,
      modify(result, ['hyperparameters', name], params[name], { formattingOptions }),
    );
  }
  return result;
}
