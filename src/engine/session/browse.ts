import { unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import type { Annotations, Confirmation, Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Trial, TrialRow } from '../../model/trial.ts';
import type {
  ExperimentRef,
  ExperimentSummary,
  OpenedExperiment,
  StoreWarning,
} from '../../protocol/experiments.ts';
import type { Predictions } from '../../protocol/results.ts';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import { closedSummary, summarise } from '../experiment/summarise.ts';
import { annotate, type AnnotationChange } from '../store/annotations.ts';
import {
  readAnnotations,
  readConfirmation,
  readRows,
  readTrial,
  requireExperiment,
} from '../store/experimentReader.ts';
import { currentOwner } from '../store/owner.ts';
import { documentNames } from '../store/place.ts';
import { readPredictions } from '../store/predictions.ts';
import { whole, type Damage } from '../store/readDocument.ts';
import {
  emptyFromBin,
  experimentFolder,
  headTime,
  listExperimentIds,
  moveToBin,
  restoreFromBin,
  sizeOf,
} from '../store/storeFolder.ts';
import { trialRowOf } from '../trialRow.ts';
import { requireTrust, type SessionContext } from './context.ts';
import { foldPredictionSets } from './predictionSets.ts';
import type { Runs } from './runs.ts';

/** How often the head of an experiment that another engine writes is looked at. */
const followMs = 1_000;

export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly rows: readonly TrialRow[];
  readonly summary: ExperimentSummary;
  readonly annotations: Annotations;
  readonly damages: readonly Damage[];
}

export interface Browse {
  list(
    stores: readonly string[],
    only?: readonly string[],
  ): Promise<{ experiments: ExperimentSummary[]; warnings: StoreWarning[] }>;
  load(ref: ExperimentRef): Promise<LoadedExperiment>;
  open(ref: ExperimentRef): Promise<OpenedExperiment>;
  close(ref: ExperimentRef): void;
  trial(ref: ExperimentRef, number: number): Promise<{ trial: Trial; confirmation: Confirmation | null }>;
  predictions(ref: ExperimentRef, number: number): Promise<Predictions | null>;
  annotate(ref: ExperimentRef, change: AnnotationChange): Promise<Annotations>;
  remove(ref: ExperimentRef): Promise<void>;
  restore(ref: ExperimentRef): Promise<void>;
  /** Empties the bins: what was deleted in this session can be restored until it ends. */
  dispose(): Promise<void>;
}

export function createBrowse(context: SessionContext, runs: Runs): Browse {
  const { emit, log } = context;
  const sizes = new Map<string, { head: number; bytes: number }>();
  const followed = new Map<string, { stop: () => void; count: number }>();
  const binned: ExperimentRef[] = [];

  const cachedSize = async (folder: string): Promise<number> => {
    const head = await headTime(folder);
    const known = sizes.get(folder);
    if (known?.head === head) return known.bytes;
    const bytes = await sizeOf(folder);
    sizes.set(folder, { head, bytes });
    return bytes;
  };

  const load = async (ref: ExperimentRef, withSize: 'size' | 'noSize'): Promise<LoadedExperiment> => {
    const folder = experimentFolder(ref.store, ref.id);
    const active = runs.active(ref);
    const storedExperiment = await requireExperiment(folder);
    const experiment = active?.run.experiment() ?? storedExperiment;
    const stored = active ? { rows: active.writer.rows(), damages: [] } : await readRows(folder, experiment);
    const { annotations, damages } = await readAnnotations(folder);
    const confirmed = experiment.winner === null ? null : await readConfirmation(folder, experiment.winner);
    const live = new Map((active?.run.live() ?? []).map((t) => [t.number, t]));
    const rows = stored.rows.map((row) => {
      const trial = live.get(row.number);
      return trial ? trialRowOf(trial, null, experiment.study.objective) : row;
    });
    const summary = summarise({
      store: ref.store,
      experiment,
      rows,
      owner: active ? process : await currentOwner(folder, context.clock),
      winner: confirmed?.kind === 'read' ? confirmed.value : null,
      annotations,
      sizeBytes: withSize === 'size' ? await cachedSize(folder) : (sizes.get(folder)?.bytes ?? 0),
    });
    return { experiment, rows, summary, annotations, damages: [...stored.damages, ...damages] };
  };

  const tellFollower = async (ref: ExperimentRef): Promise<void> => {
    if (runs.active(ref)) return; // its own events tell more
    const { experiment, rows, summary } = await load(ref, 'noSize');
    emit('trialsChanged', {
      store: ref.store,
      id: ref.id,
      rows: toTrialColumns(rows, experiment.folds.length),
    });
    emit('experimentChanged', { store: ref.store, summary });
  };

  const follow = (ref: ExperimentRef): void => {
    const key = `${ref.store}/${ref.id}`;
    const known = followed.get(key);
    if (known) {
      known.count++;
      return;
    }
    // Polling sees replaced files and works on network folders; one file is all that is looked at.
    const head = join(experimentFolder(ref.store, ref.id), documentNames.head);
    const onChange = (): void => {
      tellFollower(ref).catch((error: unknown) =>
        log('warn', error instanceof Error ? error.message : String(error)),
      );
    };
    watchFile(head, { interval: followMs, persistent: false }, onChange);
    followed.set(key, { stop: () => unwatchFile(head, onChange), count: 1 });
  };

  return {
    list: async (stores, only) => {
      const experiments: ExperimentSummary[] = [];
      const warnings: StoreWarning[] = [];
      for (const store of stores)
        for (const id of await listExperimentIds(store)) {
          if (only && !only.includes(id)) continue;
          try {
            const loaded = await load({ store, id }, 'size');
            experiments.push(loaded.summary);
            for (const { file, message } of loaded.damages) warnings.push({ store, file, message });
          } catch (error) {
            if (!(error instanceof Fault)) throw error;
            experiments.push(closedSummary({ store, id }, error));
            warnings.push({ store, file: join(store, id), message: error.message });
          }
        }
      return { experiments, warnings };
    },
    load: (ref) => load(ref, 'size'),
    open: async (ref) => {
      const { experiment, rows, summary, annotations, damages } = await load(ref, 'noSize');
      for (const { message } of damages) log('warn', message);
      follow(ref);
      return {
        experiment,
        summary,
        trials: toTrialColumns(rows, experiment.folds.length),
        annotations,
        progress: runs.active(ref)?.run.progress() ?? null,
      };
    },
    close: (ref) => {
      const key = `${ref.store}/${ref.id}`;
      const known = followed.get(key);
      if (!known || --known.count > 0) return;
      known.stop();
      followed.delete(key);
    },
    trial: async (ref, number) => {
      const active = runs.active(ref);
      const running = active?.run.trial(number);
      if (running) return { trial: running, confirmation: active?.run.confirmation(number) ?? null };
      const folder = experimentFolder(ref.store, ref.id);
      const read = await readTrial(folder, number);
      if (read.kind === 'absent') throw new Fault('badInput', `${ref.id} has no trial ${number}.`);
      if (read.kind === 'damaged') throw new Fault(read.damage.code, read.damage.message);
      const confirmation = await readConfirmation(folder, number);
      return { trial: read.value, confirmation: confirmation.kind === 'read' ? confirmation.value : null };
    },
    predictions: async (ref, number) => {
      const folder = experimentFolder(ref.store, ref.id);
      const experiment = await requireExperiment(folder);
      const stored = whole(await readPredictions(folder, number, experiment));
      return stored && foldPredictionSets(ref, experiment, stored);
    },
    annotate: async (ref, change) => {
      requireTrust(context);
      const folder = experimentFolder(ref.store, ref.id);
      const annotations = await annotate(folder, change);
      const { summary } = await load(ref, 'noSize');
      emit('experimentChanged', { store: ref.store, summary });
      return annotations;
    },
    remove: async (ref) => {
      await moveToBin(ref.store, ref.id, context.clock);
      binned.push(ref);
    },
    restore: async (ref) => {
      await restoreFromBin(ref.store, ref.id);
      const index = binned.findIndex((b) => b.store === ref.store && b.id === ref.id);
      if (index >= 0) binned.splice(index, 1);
    },
    dispose: async () => {
      for (const { stop } of followed.values()) stop();
      followed.clear();
      for (const { store, id } of binned.splice(0)) await emptyFromBin(store, id);
    },
  };
}
