import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Issue } from '../../model/issue.ts';
import { parseStudy } from '../../model/parseStudy.ts';
import type { Study } from '../../model/study.ts';
import { volatileTrialFields, type Trial } from '../../model/trial.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { RepeatCheck } from '../../protocol/runs.ts';
import { canonicalJson } from '../../model/canonicalJson.ts';
import { readStudyData, type StudyOnData } from '../experiment/readStudy.ts';
import { requireExperiment } from '../store/experimentReader.ts';
import { experimentFolder } from '../store/storeFolder.ts';
import { variantHere } from './chooseTrainer.ts';
import type { SessionContext } from './context.ts';
import { environmentOf } from './environment.ts';
import type { Kernels } from './kernels.ts';
import { tableSource } from './outputs.ts';

/** What a repetition would rest on, and how that differs from the first time. */
export interface RerunPlan {
  readonly experiment: Experiment;
  /** Where its study file lies, or lay. */
  readonly file: string;
  /** Null while the issues hold an error. */
  readonly onData: StudyOnData | null;
  readonly issues: readonly Issue[];
  /** Each makes the results other ones. */
  readonly differences: readonly string[];
  /** Is the trainer it was computed with here? */
  readonly hasVariant: 'here' | 'missing';
  /** Good to know; the results are the same. */
  readonly notes: readonly string[];
}

/** Looks at the data, the trainer and the study file of an experiment as they are now. */
export async function planRerun(
  context: SessionContext,
  kernels: Kernels,
  ref: ExperimentRef,
): Promise<RerunPlan> {
  const folder = experimentFolder(ref.store, ref.id);
  const experiment = await requireExperiment(folder);
  const file = resolve(dirname(ref.store), experiment.studyFile);
  const { ready, issues } = await readStudyData(experiment.study, file);
  const variant = await variantDifference(context, kernels, experiment);
  return {
    experiment,
    file,
    onData: ready,
    issues,
    differences: [...(ready ? dataDifference(experiment, ready) : []), ...variant],
    hasVariant: variant.length === 0 ? 'here' : 'missing',
    notes: [
      ...(await studyFileNotes(experiment, file)),
      ...environmentNotes(context, experiment),
      ...(experiment.endedBecause === 'timeLimit' || experiment.endedBecause === 'stopped'
        ? ['The first run did not go through its budget, so this one may have more trials.']
        : []),
    ],
  };
}

function dataDifference({ study, dataHash, rows }: Experiment, { data }: StudyOnData): string[] {
  if (data.dataHash === dataHash) return [];
  const text = (r: Experiment['rows']): string => `${r.count} rows, ${r.firstDate} to ${r.lastDate}`;
  return [
    text(rows) === text(data.rows)
      ? `Data: ${study.data.file} has the same rows and dates (${text(rows)}), but other values (hash ${dataHash.slice(0, 8)} then, ${data.dataHash.slice(0, 8)} now).`
      : `Data: ${study.data.file} had ${text(rows)}; now it has ${text(data.rows)}.`,
  ];
}

async function variantDifference(
  context: SessionContext,
  kernels: Kernels,
  experiment: Experiment,
): Promise<string[]> {
  const { variant } = experiment.resolved;
  const then = `${variant.trainer} ${variant.build} (${variant.digest})`;
  try {
    const now = await variantHere(context, kernels, experiment);
    return now.digest === variant.digest
      ? []
      : [`Trainer: ${then} then, ${now.trainer} ${now.build} (${now.digest}) now.`];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [`Trainer: ${then} then; it does not run here: ${error.message}`];
  }
}

async function studyFileNotes(experiment: Experiment, file: string): Promise<string[]> {
  const name = experiment.studyFile;
  const text = await readFile(file, 'utf8').catch(() => null); // told as a note
  if (text === null) return [`${name} is not there any more; the experiment has its own copy of the study.`];
  const { study } = parseStudy(text);
  if (!study) return [`${name} has errors now; the experiment has its own copy of the study.`];
  const changes = changesOf(experiment.study, study);
  if (changes.length === 0) return [];
  const shown = changes.slice(0, maxChanges).join('; ');
  const more = changes.length > maxChanges ? ` and ${changes.length - maxChanges} more` : '';
  return [`${name} has changed since (${shown}${more}); what is run is the study as it was.`];
}

const maxChanges = 6;

function changesOf(then: Study, now: Study): string[] {
  const before = leavesOf(then);
  const after = leavesOf(now);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path) ?? 'nothing'} then, ${after.get(path) ?? 'nothing'} now`);
}

/** Every value that is no object, by its path; lists as a whole. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...leavesOf(part, path === '' ? key : `${path}.${key}`)]),
  );
}

function environmentNotes(context: SessionContext, { environment }: Experiment): string[] {
  const now: Readonly<Record<string, unknown>> = environmentOf(context);
  const changed = ['version', 'node'].filter(
    (key) => environment[key] !== undefined && canonicalJson(environment[key]) !== canonicalJson(now[key]),
  );
  return changed.map((key) => `${key}: ${String(environment[key])} then, ${String(now[key])} now.`);
}

/** Are the trials, fresh-seed runs and winner of `ref` those of the experiment `of` in the same store, bit for bit? */
export async function checkRepeat(ref: ExperimentRef, of: string): Promise<RepeatCheck> {
  const [now, then] = await Promise.all([tableSource(ref), tableSource({ store: ref.store, id: of })]);
  const own = new Map(now.trials.map((trial) => [trial.number, trial]));
  const ended = then.trials.filter((trial) => trial.state !== 'running' && trial.state !== 'waiting');
  const other = ended.filter((trial) => textOfTrial(trial) !== textOfTrial(own.get(trial.number)));
  const equal = ended.length - other.length;
  const extra = now.trials.length - then.trials.length;
  // An experiment that was extended has confirmed trials of each round; a repetition only those of the last.
  const before = new Map(then.confirmations.map((c) => [c.number, c]));
  const isConfirmed = now.confirmations.every(
    (c) => canonicalJson(c) === canonicalJson(before.get(c.number) ?? null),
  );
  const sameWinner = now.experiment.winner === then.experiment.winner;
  if (other.length === 0 && extra === 0 && isConfirmed && sameWinner)
    return {
      same: true,
      text: `All ${ended.length} trials${now.confirmations.length > 0 ? ', their fresh-seed runs and the winner' : ''} are those of ${of}, bit for bit.`,
    };
  const [first] = other;
  const value = (trial: Trial | undefined): string => String(trial?.value ?? trial?.state ?? 'missing');
  return {
    same: false,
    text: [
      `${equal} of ${ended.length} trials are those of ${of}.`,
      ...(first
        ? [
            `The first that differs is trial ${first.number}: ${value(first)} then, ${value(own.get(first.number))} now.`,
          ]
        : []),
      ...(extra > 0 ? [`There are ${extra} trials more.`] : []),
      ...(first || isConfirmed ? [] : ['The fresh-seed runs differ.']),
      ...(sameWinner
        ? []
        : [`The winner was ${then.experiment.winner ?? 'none'} and is ${now.experiment.winner ?? 'none'}.`]),
    ].join(' '),
  };
}

function textOfTrial(trial: Trial | undefined): string {
  if (!trial) return '';
  const isVolatile = (field: string): boolean => volatileTrialFields.some((name) => name === field);
  return canonicalJson(Object.fromEntries(Object.entries(trial).filter(([field]) => !isVolatile(field))));
}
