import { homedir, availableParallelism } from 'node:os';
import { applyParams } from '../model/applyParams.ts';
import { Fault } from '../model/fault.ts';
import { studySchema } from '../model/study.ts';
import type { Handlers } from '../protocol/contract.ts';
import type { EngineContract, EngineSettings } from '../protocol/engine.ts';
import type { ExperimentRef } from '../protocol/experiments.ts';
import type { Clock } from './clock.ts';
import { readDataFile } from './data/readDataFile.ts';
import type { Planted } from './experiment/run.ts';
import { analyse } from './session/analyse.ts';
import { createBrowse, type Browse } from './session/browse.ts';
import { checkStudy } from './session/check.ts';
import { requireTrust, type EnginePaths, type SessionContext } from './session/context.ts';
import { doctorText } from './session/doctor.ts';
import { environmentOf } from './session/environment.ts';
import { createKernels } from './session/kernels.ts';
import { compare, exportExperiment, tableSource } from './session/outputs.ts';
import { predict } from './session/predict.ts';
import { checkRepeat } from './session/rerun.ts';
import { createRuns, type Runs } from './session/runs.ts';
import { tensorflow } from './session/tensorflow.ts';
import { storedResult, testTrial } from './session/testTrial.ts';

export interface SessionOptions {
  readonly clock: Clock;
  readonly paths: EnginePaths;
  readonly version: string;
  readonly emit: SessionContext['emit'];
  readonly plant?: Planted;
}

/** The engine: answers every request of EngineContract. One for the extension's engine process, one in process for the command line. */
export interface EngineSession {
  readonly handlers: Handlers<EngineContract>;
  readonly runs: Runs;
  readonly browse: Browse;
  readonly log: SessionContext['log'];
  dispose(): Promise<void>;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

export function createSession(options: SessionOptions): EngineSession {
  const { clock, paths, version, emit } = options;
  let settings: EngineSettings = { mode: 'full' };
  const context: SessionContext = {
    clock,
    paths,
    version,
    emit,
    settings: () => settings,
    plant: options.plant ?? {},
    log: (level, text) => {
      if (levels.indexOf(level) >= levels.indexOf(settings.logLevel ?? 'info')) emit('log', { level, text });
    },
  };
  const kernels = createKernels(context);
  const runs = createRuns(context, kernels);
  const browse = createBrowse(context, runs);
  const paramsOf = async (ref: ExperimentRef, number: number) =>
    (await browse.trial(ref, number)).trial.params;

  const handlers: Handlers<EngineContract> = {
    initialize: (wanted) => {
      settings = wanted;
      context.log('info', `engine: ${JSON.stringify(environmentOf(context))}, ${wanted.mode}`);
      context.log('debug', `engine: settings ${JSON.stringify(wanted)}`);
      return { version, node: process.versions.node, pid: process.pid, cores: availableParallelism() };
    },
    check: (params) => checkStudy(context, kernels, params),
    inspectData: async ({ file }) => {
      const spec = studySchema.shape.data.parse({ file });
      const { report, issues } = await readDataFile(file, spec);
      return { report, issues: [...issues] };
    },
    start: (params) => runs.start(params),
    resume: (params) => runs.resume(params),
    rerun: (params) => runs.rerun(params),
    checkRepeat: ({ of, ...ref }) => checkRepeat(ref, of),
    stop: async ({ store, id, how }) => {
      const state = await runs.stop({ store, id }, how);
      if (state === 'running')
        throw new Fault('storeLocked', `Another window or program runs ${id}: stop it there.`);
      return { state };
    },
    listExperiments: ({ stores, only }) => browse.list(stores, only),
    open: (ref) => browse.open(ref),
    close: (ref) => {
      browse.close(ref);
      return null;
    },
    trial: ({ number, ...ref }) => browse.trial(ref, number),
    predictions: ({ number, ...ref }) => browse.predictions(ref, number),
    analyse: async ({ what, ...ref }) => analyse(ref, what, await tableSource(ref)),
    compare: ({ trials }) => compare(trials),
    test: async (params) => {
      const result = await testTrial(context, kernels, params);
      const { summary } = await browse.load({ store: params.store, id: params.id });
      emit('experimentChanged', { store: params.store, summary });
      return result;
    },
    testResult: ({ number, ...ref }) => storedResult(ref, number),
    export: async ({ store, id, ...request }) => ({
      files: await exportExperiment(context, { store, id }, request),
    }),
    predict: (params) => predict(params),
    applyParams: async ({ number, text, ...ref }) => ({
      text: applyParams(text, await paramsOf(ref, number)),
    }),
    annotate: ({ annotations, ...ref }) => browse.annotate(ref, annotations),
    delete: async (ref) => {
      requireTrust(context);
      await browse.remove(ref);
      return null;
    },
    restore: async (ref) => {
      requireTrust(context);
      await browse.restore(ref);
      return null;
    },
    tensorflow: ({ action }) => {
      if (action !== 'status') requireTrust(context);
      return tensorflow(context, action);
    },
    doctor: async () => ({ text: await doctorText(context, kernels, homedir()) }),
  };

  return {
    handlers,
    runs,
    browse,
    log: context.log,
    dispose: async () => {
      await runs.dispose();
      await browse.dispose();
    },
  };
}
