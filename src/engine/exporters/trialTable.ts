import type { Annotations, Confirmation, Experiment } from '../../model/experiment.ts';
import { hyperparameterNames } from '../../model/hyperparameters.ts';
import { metricIds } from '../../model/metrics.ts';
import { meanMetrics, type Trial } from '../../model/trial.ts';
import type { ExportFile } from './exportFile.ts';

/** An experiment as the exporters of tables get it. */
export interface TableSource {
  readonly experiment: Experiment;
  readonly trials: readonly Trial[];
  readonly confirmations: readonly Confirmation[];
  readonly annotations: Annotations | null;
}

export interface TableChoice {
  /** Trials in the order wanted; default: all by number. */
  readonly trials?: readonly number[];
  /** Ids of columns in the order wanted; default: all. An unknown id is left out. */
  readonly columns?: readonly string[];
}

type Cell = string | number | boolean | null;

/** The trial table as CSV (RFC 4180, CRLF, UTF-8): exactly the rows and columns asked for. Text cannot become a formula. */
export function exportTrialCsv(source: TableSource, choice: TableChoice = {}): ExportFile {
  const columns = chosenColumns(source, choice.columns);
  const lines = [columns.map((column) => csvField(column.id))];
  for (const trial of chosenTrials(source, choice.trials))
    lines.push(columns.map((column) => csvField(column.cell(trial))));
  return { name: 'trials.csv', text: lines.map((line) => `${line.join(',')}\r\n`).join('') };
}

/** Everything that is stored about the trials chosen, curves included; with the study that they belong to. */
export function exportTrialJson(source: TableSource, choice: TableChoice = {}): ExportFile {
  const trials = chosenTrials(source, choice.trials);
  const numbers = new Set(trials.map((trial) => trial.number));
  const document = {
    format: 1,
    kind: 'lstm-study-trials',
    experiment: source.experiment,
    trials,
    confirmations: source.confirmations.filter((c) => numbers.has(c.number)),
    annotations: source.annotations,
  };
  return { name: 'trials.json', text: `${JSON.stringify(document, null, 2)}\n` };
}

/** The trials chosen, in the order chosen. */
export function chosenTrials(source: TableSource, numbers: TableChoice['trials']): readonly Trial[] {
  if (!numbers) return [...source.trials].sort((a, b) => a.number - b.number);
  const byNumber = new Map(source.trials.map((trial) => [trial.number, trial]));
  return numbers.flatMap((number) => byNumber.get(number) ?? []);
}

/**
 * One field. Text that a spreadsheet would read as a formula (it begins with = + - @, tab, return or their full-width forms)
 * gets an apostrophe in front (OWASP, CSV Injection); numbers are written as they are.
 */
export function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[\s"]*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n;\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

interface Column {
  readonly id: string;
  readonly cell: (trial: Trial) => Cell;
}

function chosenColumns(source: TableSource, ids: readonly string[] | undefined): readonly Column[] {
  const all = columnsOf(source);
  if (!ids) return all;
  const byId = new Map(all.map((column) => [column.id, column]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function columnsOf({ experiment, confirmations, annotations }: TableSource): readonly Column[] {
  const confirmed = new Map(confirmations.map((c) => [c.number, confirmOf(c)]));
  const noteOf = (trial: Trial) => annotations?.trials[String(trial.number)];
  const objective = experiment.study.objective;
  return [
    { id: 'number', cell: (t) => t.number },
    { id: 'state', cell: (t) => t.state },
    { id: 'value', cell: (t) => t.value },
    ...hyperparameterNames.map((name) => ({ id: name, cell: (t: Trial) => t.params[name] })),
    ...metricIds.map((id) => ({
      id: `metrics.${id}`,
      cell: (t: Trial) => meanMetrics(t.folds)?.[id] ?? null,
    })),
    ...experiment.folds.map(({ fold }) => ({
      id: `fold${fold + 1}.${objective}`,
      cell: (t: Trial) => t.folds.find((f) => f.fold === fold)?.metrics?.[objective] ?? null,
    })),
    { id: 'confirm.mean', cell: (t) => confirmed.get(t.number)?.mean ?? null },
    { id: 'confirm.sd', cell: (t) => confirmed.get(t.number)?.sd ?? null },
    { id: 'confirm.seeds', cell: (t) => confirmed.get(t.number)?.seeds ?? null },
    { id: 'seed', cell: (t) => t.seed },
    { id: 'source', cell: (t) => t.source },
    { id: 'amendment', cell: (t) => t.amendment },
    { id: 'startedAt', cell: (t) => t.startedAt ?? null },
    { id: 'endedAt', cell: (t) => t.endedAt ?? null },
    { id: 'durationMs', cell: durationMs },
    { id: 'error.code', cell: (t) => t.error?.code ?? null },
    { id: 'error.message', cell: (t) => t.error?.message ?? null },
    { id: 'star', cell: (t) => noteOf(t)?.star ?? false },
    { id: 'note', cell: (t) => noteOf(t)?.note ?? null },
    { id: 'tags', cell: (t) => noteOf(t)?.tags?.join(' ') ?? null },
  ];
}

/** Wall time of a trial; null unless it started and ended. */
export function durationMs(trial: Trial): number | null {
  if (trial.startedAt === undefined || trial.endedAt === undefined) return null;
  return Date.parse(trial.endedAt) - Date.parse(trial.startedAt);
}

/** Mean, standard deviation (n - 1) and number of the runs that ended; null when none did. */
export function confirmOf(
  confirmation: Confirmation,
): { readonly mean: number; readonly sd: number; readonly seeds: number } | null {
  return meanOfValues(confirmation.runs.flatMap((run) => run.value ?? []));
}

/** Mean, standard deviation (n - 1; 0 for one value) and how many; null for none. */
export function meanOfValues(
  values: readonly number[],
): { readonly mean: number; readonly sd: number; readonly seeds: number } | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)), seeds: values.length };
}
