import { resolve } from 'node:path';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import type { RunOptions } from '../../protocol/runs.ts';
import type { CheckResult, Estimate, SpaceInfo, SplitPreview } from '../../protocol/studyCheck.ts';
import { dateText, type DataTable } from '../data/dataTable.ts';
import { maxPreviewPoints, previewTable } from '../data/preview.ts';
import type { SearchData } from '../data/prepare.ts';
import { estimateStudy, measuredEstimate } from '../experiment/estimate.ts';
import { studyHashOf } from '../experiment/hashes.ts';
import { configurationsOf, samplerChoice, trialsOf } from '../experiment/newExperiment.ts';
import { readStudy, type StudyOnData } from '../experiment/readStudy.ts';
import { stateOf } from '../experiment/summarise.ts';
import { readRows } from '../store/experimentReader.ts';
import { currentOwner } from '../store/owner.ts';
import { experimentFolder, storeOf } from '../store/storeFolder.ts';
import type { SessionContext } from './context.ts';
import { findExperiments } from './findExperiments.ts';
import type { Kernels } from './kernels.ts';
import { defaultWorkers, gridIssue } from './limits.ts';
import { withOptions } from './runOptions.ts';

/** All that can be said about a study text without training. */
export async function checkStudy(
  context: SessionContext,
  kernels: Kernels,
  params: {
    readonly text: string;
    readonly file: string;
    readonly store?: string;
    readonly options?: RunOptions;
  },
): Promise<CheckResult> {
  const isFull = context.settings().mode === 'full';
  // Most estimates need the kernels' speed: they are tried while the data is read. What is wrong with them is said where it is asked for.
  if (isFull) kernels.chosen().catch(() => undefined);
  const file = resolve(params.file);
  const store = params.store ? resolve(params.store) : storeOf(file);
  const read = await readStudy(params.text, file);
  const { issues, report } = read;
  const changed = (as: Study): Study => withOptions(as, params.options ?? {});
  const study = read.study && changed(read.study);
  const ready = read.ready && { ...read.ready, study: changed(read.ready.study) };
  const space = study && spaceInfo(study);
  const tooLarge = study && gridIssue(study);
  return {
    study,
    issues: tooLarge ? [...issues, { ...tooLarge, severity: 'warning' }] : issues,
    report,
    store,
    space,
    estimate:
      ready && space && isFull
        ? await estimate(context, kernels, { store, onData: ready, trials: space.trials })
        : null,
    split: ready && splitPreview(ready.table, ready.data),
    existing: ready ? await existing(context, store, ready) : null,
  };
}

/** Measured where trials of this study have ended before, else from the kernels' own timing. */
async function estimate(
  context: SessionContext,
  kernels: Kernels,
  {
    store,
    onData,
    trials,
  }: { readonly store: string; readonly onData: StudyOnData; readonly trials: number },
): Promise<Estimate> {
  const { study, data } = onData;
  const workers = context.settings().workers ?? defaultWorkers(study);
  const { same } = await findExperiments(store, {
    studyHash: studyHashOf(study),
    dataHash: data.dataHash,
  });
  if (same) {
    const { rows } = await readRows(experimentFolder(store, same.id), same);
    const measured = measuredEstimate(study, rows, { trials, workers, folds: data.folds.length });
    if (measured) return measured;
  }
  return estimateStudy(study, data, { trials, workers, flopsPerMs: (await kernels.chosen()).flopsPerMs });
}

function spaceInfo(study: Study): SpaceInfo {
  const space = searchSpaceOf(study);
  const sampler = samplerChoice(study, space);
  const { left, share, isExact } = configurationsOf(space);
  return {
    combinations: left,
    isCounted: isExact,
    feasibleShare: share,
    sampler,
    trials: trialsOf(study, space, sampler.kind),
  };
}

async function existing(
  context: SessionContext,
  store: string,
  { study, data }: StudyOnData,
): Promise<CheckResult['existing']> {
  const { same } = await findExperiments(store, { studyHash: studyHashOf(study), dataHash: data.dataHash });
  if (!same) return null;
  const owner = await currentOwner(experimentFolder(store, same.id), context.clock);
  return { id: same.id, state: stateOf(same, owner !== null) };
}

/** The prices are drawn from the table, thinned; rows that were not usable (warm-up) are in it and keep their place. */
function splitPreview(table: DataTable, data: SearchData): SplitPreview {
  const preview = previewTable(table, [data.resolved.price]);
  const rowOf = new Map<string, number>();
  const offset = table.rows - data.rows.count;
  for (let i = 0; i < table.rows; i++) rowOf.set(dateText(table.times[i]), i - offset);
  const values = preview.columns[0]?.values ?? [];
  const points = preview.dates.flatMap((date, i) => {
    const row = rowOf.get(date);
    const price = values[i];
    return row === undefined || row < 0 || price === null ? [] : [{ row, date, price }];
  });
  const drawn = points.slice(0, maxPreviewPoints);
  return {
    rows: data.rows.count,
    test: { from: data.test.from, firstDate: data.test.firstDate },
    folds: data.folds.map(({ train, validation }) => ({
      train: [train.from, train.to],
      validation: [validation.from, validation.to],
      validationFirstDate: validation.firstDate,
      validationLastDate: validation.lastDate,
    })),
    chart: {
      row: drawn.map((p) => p.row),
      date: drawn.map((p) => p.date),
      price: drawn.map((p) => p.price),
    },
  };
}
