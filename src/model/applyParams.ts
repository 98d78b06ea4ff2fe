import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import { hyperparameterNames, type Params } from './hyperparameters.ts';
import { hyperparametersSchema } from './hyperparametersSpec.ts';
import { applied, setValueEdits } from './textEdit.ts';

/**
 * The study text with every hyperparameter as a constant that has its value in `params`; comments, order and formatting of
 * everything else stay, and what already says so is not touched. Because one configuration is left, `search.trials` becomes 1,
 * and conditions and points (`search.when`, `search.points`), which speak of a space, are removed.
 * The text must parse as a study.
 */
export function applyParams(text: string, params: Params): string {
  const defaults = hyperparametersSchema.parse({});
  let result = text;
  for (const name of hyperparameterNames) {
    const node = nodeAt(result, ['hyperparameters', name]);
    const written: unknown = node ? node.value : defaults[name];
    if (written !== params[name]) result = set(result, ['hyperparameters', name], params[name]);
  }
  if (nodeAt(result, ['search', 'trials'])?.value !== 1) result = set(result, ['search', 'trials'], 1);
  for (const name of ['when', 'points']) {
    if (nodeAt(result, ['search', name])) result = set(result, ['search', name], undefined);
  }
  return result;
}

function nodeAt(text: string, path: readonly string[]): Node | undefined {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree && findNodeAtLocation(tree, [...path]);
}

function set(text: string, path: readonly string[], value: unknown): string {
  return applied(text, setValueEdits(text, path, value));
}
