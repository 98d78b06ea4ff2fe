import { createInterface } from 'node:readline/promises';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import type { ExportRequest } from '../../protocol/results.ts';
import { installQuestion } from '../trainers/tensorflow/install.ts';
import { refOf, type CliContext } from './program.ts';
import { Fault } from '../../model/fault.ts';

export interface ExportFlags {
  readonly csv?: string;
  readonly optuna?: string;
  readonly trials?: string;
  readonly tfjs?: string;
  readonly keras?: string;
  readonly onnx?: string;
  readonly snippet?: string;
  readonly trial?: number;
}

/** `lstm-study export TARGET --csv FILE ...`: each option writes one thing. */
export async function exportFiles(
  context: CliContext,
  summary: ExperimentSummary,
  flags: ExportFlags,
): Promise<number> {
  const number = flags.trial === undefined ? {} : { number: flags.trial };
  const requests: ExportRequest[] = [
    ...(flags.csv === undefined ? [] : [{ format: 'csv', target: flags.csv } as const]),
    ...(flags.trials === undefined ? [] : [{ format: 'json', target: flags.trials } as const]),
    ...(flags.optuna === undefined ? [] : [{ format: 'optuna', target: flags.optuna } as const]),
    ...(['tfjs', 'keras', 'onnx', 'snippet'] as const).flatMap((format) => {
      const target = flags[format];
      return target === undefined ? [] : [{ format, target, ...number }];
    }),
  ];
  if (requests.length === 0 && context.output.json) return printTrials(context, summary);
  if (requests.length === 0)
    throw new Fault(
      'badInput',
      'Say what to export: --json (trials to stdout), --csv FILE, --trials FILE, --optuna FILE, --tfjs FOLDER, --keras FOLDER, --onnx FOLDER or --snippet FOLDER.',
    );
  for (const request of requests) await write(context, summary, request);
  return 0;
}

/** Every trial with its curves and fresh-seed runs, one JSON object a line. */
async function printTrials({ session, output }: CliContext, summary: ExperimentSummary): Promise<number> {
  const ref = refOf(summary);
  const { rows } = await session.browse.load(ref);
  for (const { number } of rows)
    output.result('', { event: 'trial', ...(await session.handlers.trial({ ...ref, number })) });
  return 0;
}

export async function writeReport(
  context: CliContext,
  summary: ExperimentSummary,
  flags: {
    readonly html?: string | true;
    readonly markdown?: string | true;
    readonly sheet?: string;
    readonly figures?: string;
    readonly trial?: number;
  },
): Promise<number> {
  const number = flags.trial === undefined ? {} : { number: flags.trial };
  const requests: ExportRequest[] = [
    ...(flags.html === undefined
      ? []
      : [{ format: 'html', target: flags.html === true ? 'report.html' : flags.html, ...number } as const]),
    ...(flags.markdown === undefined
      ? []
      : [
          {
            format: 'markdown',
            target: flags.markdown === true ? 'report.md' : flags.markdown,
            ...number,
          } as const,
        ]),
    ...(flags.figures === undefined
      ? []
      : [{ format: 'figures', target: flags.figures, ...number } as const]),
    ...(flags.sheet === undefined ? [] : [{ format: 'modelSheet', target: flags.sheet, ...number } as const]),
  ];
  if (requests.length === 0) requests.push({ format: 'html', target: 'report.html', ...number });
  for (const request of requests) await write(context, summary, request);
  return 0;
}

async function write(context: CliContext, summary: ExperimentSummary, request: ExportRequest): Promise<void> {
  const { files } = await context.session.handlers.export({ ...refOf(summary), ...request });
  for (const file of files) context.output.result(file, { event: 'file', file, format: request.format });
}

/** `lstm-study importance TARGET`. */
export async function sayImportance(context: CliContext, summary: ExperimentSummary): Promise<number> {
  const result = await context.session.handlers.analyse({ ...refOf(summary), what: { kind: 'importance' } });
  if (result.kind !== 'importance') throw new Fault('internal', 'another analysis came back');
  const part = (label: string, shares: readonly { name: string; share: number }[]): string[] => [
    label,
    ...shares.map(({ name, share }) => `  ${name.padEnd(18)} ${(100 * share).toFixed(1).padStart(5)} %`),
  ];
  context.output.result(
    [
      ...(result.warning === null ? [] : [`warning: ${result.warning}`]),
      ...part(result.labels.pedAnova, result.pedAnova),
      '',
      ...part(result.labels.fanova, result.fanova),
    ].join('\n'),
    { event: 'importance', ...result },
  );
  return 0;
}

export async function predictNext(context: CliContext, model: string, data: string): Promise<number> {
  const forecast = await context.session.handlers.predict({ model, data });
  context.output.result(
    [
      `after ${forecast.lastDate}, ${forecast.lastPrice}:`,
      ...forecast.steps.map(
        (s) => `  step ${s.step}: ${s.price.toFixed(4)} (${(100 * s.change).toFixed(3)} %)`,
      ),
      forecast.note,
    ].join('\n'),
    { event: 'forecast', ...forecast },
  );
  return 0;
}

/** `lstm-study tensorflow status|install|remove`: installing asks first. */
export async function tensorflowCommand(
  context: CliContext,
  action: 'status' | 'install' | 'remove',
  flags: { readonly yes?: boolean },
): Promise<number> {
  if (action === 'install' && flags.yes !== true) {
    if (!process.stdin.isTTY) throw new Fault('badInput', `${installQuestion()} Say --yes to go on.`);
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await asking.question(`${installQuestion()}\nGo on? [y/N] `);
    asking.close();
    if (!/^y(es)?$/i.test(answer.trim())) return 130;
  }
  context.listen((name, payload) => {
    if (name === 'working')
      context.output.note((payload as { text: string }).text, { event: 'working', ...payload }); // the payload of this name
  });
  const status = await context.session.handlers.tensorflow({ action });
  context.output.result(`${status.text}\n${status.folder}`, { event: 'tensorflow', ...status });
  return 0;
}
