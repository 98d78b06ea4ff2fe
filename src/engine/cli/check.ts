import { resolve } from 'node:path';
import { studyJsonSchema } from '../../model/studySchema.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import { studyTextOf } from '../studyText.ts';
import { aboutText, issueText, sizeText } from './output.ts';
import type { CliContext } from './program.ts';

/** `lstm-study check FILE`: issues, data report, size and time, without training. */
export async function checkFile(context: CliContext, file: string): Promise<number> {
  const path = resolve(file);
  const text = await studyTextOf(path);
  const check = await context.session.handlers.check({
    text,
    file: path,
    ...(context.store === null ? {} : { store: context.store }),
  });
  const hasErrors = check.issues.some((issue) => issue.severity === 'error');
  context.output.result(
    [
      ...check.issues.map(issueText),
      ...reportLines(check),
      hasErrors ? 'Not ready to run.' : 'Ready to run.',
    ].join('\n'),
    { event: 'check', ...check },
  );
  return hasErrors ? 2 : 0;
}

function reportLines({ report, space, estimate, split, existing }: CheckResult): string[] {
  const lines: string[] = [];
  if (report) {
    lines.push(
      `${report.file}: ${report.rows} rows from ${report.dates.first} to ${report.dates.last}, ${report.columns.length} columns`,
    );
    if (report.price) lines.push(`price: ${report.price.column} (${report.price.reason})`);
    lines.push(
      `${report.gapCount} gaps, ${report.duplicateCount} duplicate dates, ${report.missingRows} rows with missing cells, ${(100 * report.zeroChangeShare).toFixed(1)} % days without change, ${report.suspectedSplits.length} suspected splits, ${report.ohlcViolationCount} rows whose high or low cannot be`,
    );
  }
  if (split) {
    for (const [i, fold] of split.folds.entries())
      lines.push(
        `fold ${i + 1}: trains on ${fold.train[1] - fold.train[0]} rows, validated from ${fold.validationFirstDate} to ${fold.validationLastDate}`,
      );
    lines.push(`test: sealed, from ${split.test.firstDate}`);
  }
  if (space) {
    lines.push(`${sizeText(space)} configurations; ${space.trials} trials; ${space.sampler.reason}`);
  }
  if (estimate)
    lines.push(
      `${aboutText(estimate.ms)} for ${estimate.fits} fits on ${estimate.workers} ${estimate.workers === 1 ? 'worker' : 'workers'}`,
    );
  if (existing)
    lines.push(`there is an experiment of this study on this data: ${existing.id} (${existing.state})`);
  return lines;
}

/** `lstm-study schema`: the JSON Schema of study files. */
export function printSchema(context: CliContext): number {
  const schema = studyJsonSchema();
  context.output.result(JSON.stringify(schema, null, 2), { event: 'schema', schema });
  return 0;
}
