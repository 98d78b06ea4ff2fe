import { Fault } from '../../model/fault.ts';
import { hyperparameterNames, type HyperparameterName } from '../../model/hyperparameters.ts';
import { pivotTrials } from '../compare/pivot.ts';
import { tableSource } from '../session/outputs.ts';
import { table } from './output.ts';
import { refOf, resolveExperiment, type CliContext } from './program.ts';

/** `lstm-study compare TARGET --pivot units,layers`: mean score of the complete trials, one hyperparameter by another. */
export async function sayPivot(
  context: CliContext,
  [target, ...others]: readonly string[],
  names: string,
): Promise<number> {
  if (others.length > 0)
    throw new Fault(
      'badInput',
      'A pivot is made of the trials of one experiment: scores of several may not be averaged.',
    );
  const [row, column, ...rest] = names.split(',').map(hyperparameterOf);
  if (!row || !column || row === column || rest.length > 0)
    throw new Fault('badInput', `"${names}" are not two hyperparameters. Write --pivot units,layers.`);
  const { experiment, trials } = await tableSource(refOf(await resolveExperiment(context, target)));
  const pivot = pivotTrials(trials, row, column);
  const width = pivot.columns.length;
  const cell = (i: number): string => {
    const mean = pivot.mean[i];
    return mean === null ? '-' : `${mean.toFixed(5)} (${pivot.count[i]})`;
  };
  const lines = [
    `Mean ${experiment.study.objective} of the complete trials (how many), ${row} down, ${column} across`,
    table(
      [row, ...pivot.columns],
      pivot.rows.map((label, r) => [label, ...pivot.columns.map((_, c) => cell(r * width + c))]),
    ),
  ];
  context.output.result(lines.join('\n'), { event: 'pivot', row, column, ...pivot });
  return 0;
}

function hyperparameterOf(text: string): HyperparameterName {
  const name = hyperparameterNames.find((known) => known === text.trim());
  if (name) return name;
  throw new Fault('badInput', `"${text}" is not a hyperparameter. Known: ${hyperparameterNames.join(', ')}.`);
}
