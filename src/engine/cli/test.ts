import type { ExperimentSummary } from '../../protocol/experiments.ts';
import type { TestResult } from '../../protocol/results.ts';
import { baselineIds } from '../../model/metrics.ts';
import { liftPercent } from '../../model/metrics.ts';
import { liftText, table } from './output.ts';
import { refOf, type CliContext } from './program.ts';

export interface TestFlags {
  readonly trial?: number;
  readonly again?: boolean;
}

/** `lstm-study test TARGET`: the verdict on the sealed range. */
export async function testExperiment(
  context: CliContext,
  summary: ExperimentSummary,
  flags: TestFlags,
): Promise<number> {
  const { session, output } = context;
  context.listen((name, payload) => {
    if (name === 'working') output.note((payload as { text: string }).text, { event: 'working', ...payload }); // the payload of this name
  });
  const result = await session.handlers.test({
    ...refOf(summary),
    ...(flags.trial === undefined ? {} : { number: flags.trial }),
    ...(flags.again === true ? { again: true } : {}),
  });
  output.result(resultText(result), { event: 'test', ...result });
  return 0;
}

export function resultText(result: TestResult): string {
  const { u2Interval, seedInterval, dieboldMariano, clarkWest, direction } = result;
  const four = (x: number): string => x.toFixed(4);
  const p = (name: string, s: { statistic: number; p: number } | null): string =>
    s === null ? `${name} -` : `${name} ${s.statistic.toFixed(2)} (p ${s.p.toFixed(3)})`;
  const rows = [
    [result.seeds.length > 1 ? 'this model, mean of seeds' : 'this model', result.metrics],
    ...baselineIds.flatMap((id) => (result.baselines[id] ? [[id, result.baselines[id]] as const] : [])),
  ] as const;
  return [
    '',
    `Verdict on the sealed range, trial ${result.trial}:`,
    `  ${result.sentence}`,
    '',
    `U2 ${four(result.u2)}  95 % over days ${four(u2Interval[0])} to ${four(u2Interval[1])}` +
      (seedInterval
        ? `, over ${result.seeds.length} seeds ${four(seedInterval[0])} to ${four(seedInterval[1])}`
        : ''),
    `${p('Diebold-Mariano', dieboldMariano)} (above 0: persistence errs more), ${p('Clark-West', clarkWest)}`,
    `direction right on ${(100 * direction.share).toFixed(1)} % of the days; always up: ${(100 * direction.alwaysUp).toFixed(1)} %`,
    ...(result.suspicious.fired
      ? [
          '',
          `Too good to believe: ${result.suspicious.reason}`,
          ...result.suspicious.checks.map((c) => `  - ${c}`),
        ]
      : []),
    '',
    table(
      ['', 'RMSE', 'MAE', 'MAPE %', 'U2', 'lift'],
      rows.map(([name, m]) => [
        name,
        four(m['rmse']),
        four(m['mae']),
        m['mape'].toFixed(3),
        four(m['u2']),
        liftText(liftPercent(m['u2'])),
      ]),
    ),
    '',
    result.looks === 1
      ? 'This was the first look at the sealed range.'
      : `The sealed range has been looked at ${result.looks} times by now; each look makes its verdict worth less.`,
    `Stored in ${result.folder}`,
  ].join('\n');
}
