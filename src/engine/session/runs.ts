import { dirname, resolve } from 'node:path';
import { budgetOf, type SearchChange } from '../../model/amendedStudy.ts';
import { canonicalJson } from '../../model/canonicalJson.ts';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Issue } from '../../model/issue.ts';
import { parseStudy } from '../../model/parseStudy.ts';
import type { Study } from '../../model/study.ts';
import { studyIssues } from '../../model/studyChecks.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { RerunResult, RunOptions, StartParams, StartResult } from '../../protocol/runs.ts';
import { isoTime } from '../clock.ts';
import { studyHashOf } from '../experiment/hashes.ts';
import { newExperiment } from '../experiment/newExperiment.ts';
import { readStudy, readStudyData, type StudyOnData } from '../experiment/readStudy.ts';
import { readRows, requireExperiment } from '../store/experimentReader.ts';
import { createExperiment, type ExperimentWriter } from '../store/experimentWriter.ts';
import { ensureStore, experimentFolder, storeOf } from '../store/storeFolder.ts';
import { studyTextOf } from '../studyText.ts';
import { changeTo } from './adoptStudy.ts';
import { requireTrust, type SessionContext } from './context.ts';
import { recordedEnvironment } from './environment.ts';
import { endText, extensionOf, liftsEnd, moreOf } from './extend.ts';
import { gridIssue } from './limits.ts';
import { amend, amendedStudy, changesOf, withOptions, withSampler } from './runOptions.ts';
import { findExperiments, unusedSeed } from './findExperiments.ts';
import type { Kernels } from './kernels.ts';
import { createRunQueue, type RunQueue } from './runQueue.ts';
import { chooseTrainer } from './chooseTrainer.ts';
import { planRerun } from './rerun.ts';

export interface Runs extends Pick<RunQueue, 'stop' | 'active' | 'ended' | 'dispose'> {
  start(params: StartParams): Promise<StartResult>;
  resume(params: ResumeParams): Promise<StartResult>;
  /** The same study, amendments and trainer once more, as a new experiment. */
  rerun(
    params: ExperimentRef & { readonly anyway?: boolean; readonly options?: RunOptions },
  ): Promise<RerunResult>;
}

type ResumeParams = ExperimentRef & {
  /** What this study says of the search holds from the next trial on. */
  readonly studyText?: string;
  readonly options?: RunOptions;
};

interface Launched {
  readonly kind: 'started' | 'queued';
  readonly ref: ExperimentRef;
}

/** What a start means: a new experiment, one that goes on, or one that is asked about. */
export function createRuns(context: SessionContext, kernels: Kernels): Runs {
  const { clock, log } = context;
  const queue = createRunQueue(context, kernels);

  const continueExperiment = async (
    { ref, writer, onData }: { ref: ExperimentRef; writer: ExperimentWriter; onData: StudyOnData },
    change: SearchChange,
    options: RunOptions,
  ): Promise<StartResult> => {
    try {
      const amended = amend(writer, change, isoTime(clock));
      if (amended) await writer.saveExperiment(amended);
    } catch (error) {
      await writer.close();
      throw error;
    }
    return { kind: (await queue.add(writer, { ref, options, onData })) ? 'resumed' : 'queued', ref };
  };

  // Two starts of the same file at once must not make two experiments.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined); // told to who asked
    return result;
  };

  /** A new experiment. One that repeats another has its trainer, and its amendments where this run asks for none of its own. */
  const launch = async (what: {
    readonly file: string;
    readonly store: string;
    readonly onData: StudyOnData;
    readonly options: RunOptions;
    readonly olderData: string | null;
    readonly repeats: Experiment | null;
  }): Promise<Launched> => {
    const { file, store, onData, options, olderData, repeats } = what;
    await ensureStore(store);
    const { variant, reason } = repeats
      ? {
          variant: repeats.resolved.variant,
          reason: `${repeats.resolved.variant.trainer}: as in ${repeats.id}`,
        }
      : await chooseTrainer(context, kernels, onData);
    const fresh = newExperiment({
      onData,
      file,
      store,
      variant,
      trainerReason: reason,
      environment: recordedEnvironment(context, dirname(file)),
      clock,
      olderData,
    });
    const asBefore = repeats && Object.keys(changesOf(options)).length === 0;
    const experiment = asBefore ? { ...fresh, amendments: repeats.amendments } : fresh;
    const ref = { store, id: experiment.id };
    const writer = await createExperiment(
      experimentFolder(store, experiment.id),
      experiment,
      queue.writerOptions,
    );
    return { kind: (await queue.add(writer, { ref, options, onData })) ? 'started' : 'queued', ref };
  };

  const rerun: Runs['rerun'] = async ({ store, id, anyway, options = {} }) => {
    requireTrust(context);
    const plan = await planRerun(context, kernels, { store, id });
    const { experiment, onData, file, differences, notes } = plan;
    if (!onData) return { kind: 'issues', issues: plan.issues };
    if (differences.length > 0 && anyway !== true) return { kind: 'differs', differences, notes };
    const repeats =
      plan.hasVariant === 'here'
        ? experiment
        : { ...experiment, ...(await otherTrainer(experiment, onData)) };
    const launched = await launch({
      file,
      store,
      onData: { ...onData, study: experiment.study },
      options,
      olderData: onData.data.dataHash === experiment.dataHash ? null : id,
      repeats,
    });
    return { ...launched, notes: [...differences, ...notes] };
  };

  const otherTrainer = async (
    experiment: Experiment,
    onData: StudyOnData,
  ): Promise<Pick<Experiment, 'resolved'>> => {
    const { variant } = await chooseTrainer(context, kernels, onData);
    return { resolved: { ...experiment.resolved, variant } };
  };

  const start = async (params: StartParams): Promise<StartResult> => {
    requireTrust(context);
    // Most starts need the kernels: they are tried while the data is read. What is wrong with them is said where they are asked for.
    kernels.chosen().catch(() => undefined);
    const file = resolve(params.file);
    const store = params.store ? resolve(params.store) : storeOf(file);
    const read = await readStudy(params.text ?? (await studyTextOf(file)), file);
    if (!read.ready) return { kind: 'issues', issues: read.issues };
    const options = params.options ?? {};
    const changed = withOptions(read.ready.study, options);
    let onData: StudyOnData = { ...read.ready, study: changed };
    const tooLarge = gridIssue(changed);
    const issues = [
      ...read.issues,
      ...newIssues(changed, read.issues),
      ...(tooLarge && params.yes !== true ? [tooLarge] : []),
    ];
    if (hasErrors(issues)) return { kind: 'issues', issues };
    for (const issue of issues) log('warn', issue.message);

    const found = await findExperiments(store, {
      studyHash: studyHashOf(changed),
      dataHash: onData.data.dataHash,
    });
    // Nothing is begun beside an experiment that may be the one meant.
    if (found.unreadable !== null) throw new Fault('unreadable', found.unreadable);
    const existing = found.same;
    if (existing) {
      const ref = { store, id: existing.id };
      const { ifFinished } = params;
      const isFinished = existing.state === 'finished';
      const change =
        isFinished && ifFinished === 'moreTrials'
          ? moreOf(existing, changed)
          : extensionOf(existing, changed, options);
      const isAnother = ifFinished === 'anotherSeed' || ifFinished === 'again';
      if (!isFinished || (!isAnother && liftsEnd(existing, change))) {
        const writer = await queue.openToContinue(ref);
        return await continueExperiment({ ref, writer, onData }, change, options);
      }
      switch (ifFinished) {
        case 'ask':
        case 'moreTrials':
          return finishedResult(existing, ref);
        case 'anotherSeed':
          onData = { ...onData, study: await unusedSeed(store, onData) };
          break;
        case 'again':
          return launch({ file, store, onData, options, olderData: null, repeats: existing });
      }
    }
    return launch({ file, store, onData, options, olderData: found.olderData, repeats: null });
  };

  const resume = async ({ store, id, studyText, options = {} }: ResumeParams): Promise<StartResult> => {
    requireTrust(context);
    const ref = { store, id };
    const folder = experimentFolder(store, id);
    const experiment = await requireExperiment(folder);
    const studyFile = resolve(dirname(store), experiment.studyFile);
    const read = await readStudyData(experiment.study, studyFile);
    if (!read.ready) return { kind: 'issues', issues: read.issues };
    if (read.ready.data.dataHash !== experiment.dataHash)
      throw new Fault(
        'dataChanged',
        `${experiment.study.data.file} is not what it was when ${id} began. Put the old file back to resume it, or run the study anew on the new data.`,
      );
    const adopted = studyText === undefined ? null : parseStudy(studyText);
    if (adopted && !adopted.study) return { kind: 'issues', issues: adopted.issues };
    const change = withSampler(experiment, {
      ...(adopted?.study ? changeTo(experiment, adopted.study) : {}),
      ...changesOf(options),
    });
    const issues = await changeIssues(experiment, change, studyFile);
    if (hasErrors(issues)) return { kind: 'issues', issues };
    for (const issue of issues) log('warn', issue.message);
    if (Object.keys(change).length > 0) await queue.stop(ref, 'graceful');
    const writer = await queue.openToContinue(ref);
    return continueExperiment({ ref, writer, onData: read.ready }, change, options);
  };

  /** What stands against a change, or has to be said of it. */
  const changeIssues = async (
    experiment: Experiment,
    change: SearchChange,
    studyFile: string,
  ): Promise<readonly Issue[]> => {
    const isOtherSpace = change.hyperparameters ?? change.when ?? change.constraints;
    if (!isOtherSpace && change.sampler === undefined && change.pruner === undefined) return [];
    const study = amendedStudy(experiment, change);
    const tooLarge = gridIssue(study);
    const own = [...studyIssues(study), ...(tooLarge ? [tooLarge] : [])];
    if (!isOtherSpace) return own;
    const { issues, ready } = await readStudyData(study, studyFile);
    const all = [...own, ...issues];
    if (hasErrors(all)) return all;
    if (!ready || canonicalJson(ready.data.folds) !== canonicalJson(experiment.folds))
      throw new Fault(
        'badInput',
        `With this space the folds of ${experiment.id} would be other ones, so its trials would not compare. Run it as a study of its own.`,
      );
    return all;
  };

  return {
    ...queue,
    start: (params) => inTurn(() => start(params)),
    resume: (params) => inTurn(() => resume(params)),
    rerun: (params) => inTurn(() => rerun(params)),
  };
}

function hasErrors(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.severity === 'error');
}

/** What a study has against it that is not known yet: the options of a run may be what is wrong. */
function newIssues(study: Study, known: readonly Issue[]): readonly Issue[] {
  return studyIssues(study).filter((issue) => !known.some((other) => other.message === issue.message));
}

async function finishedResult(experiment: Experiment, ref: ExperimentRef): Promise<StartResult> {
  const { rows } = await readRows(experimentFolder(ref.store, ref.id), experiment);
  const more = { trials: budgetOf(experiment) + 1, timeLimit: null };
  return {
    kind: 'finished',
    ref,
    trials: budgetOf(experiment),
    reason: endText(experiment, rows.length),
    hasMore: liftsEnd(experiment, more),
  };
}
