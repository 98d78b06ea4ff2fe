import { parse } from 'jsonc-parser';
import { Fault } from '../../../src/model/fault.ts';
import type { Confirmation } from '../../../src/model/experiment.ts';
import { parseStudy } from '../../../src/model/parseStudy.ts';
import { combinationsOf } from '../../../src/model/combinations.ts';
import { searchSpaceOf } from '../../../src/model/searchSpace.ts';
import type { Trial } from '../../../src/model/trial.ts';
import type { AnalysisRequest, AnalysisResult } from '../../../src/protocol/analysis.ts';
import type { ExperimentSummary } from '../../../src/protocol/experiments.ts';
import type { RunProgress } from '../../../src/protocol/runProgress.ts';
import type { CheckResult } from '../../../src/protocol/studyCheck.ts';
import { applied, setValueEdits } from '../../../src/model/textEdit.ts';
import { servePort, type Port, type PortServer } from '../../../src/protocol/portRpc.ts';
import { toTrialColumns, type TrialColumns } from '../../../src/protocol/trialColumns.ts';
import type { DocumentState, ViewContract, ViewState } from '../../../src/protocol/view.ts';
import {
  makeExperiment,
  makePrices,
  makeTrial,
  rowOfTrial,
  sampleAnnotations,
  sampleStudy,
  studyText,
} from './sampleData.ts';
import { sampleCompare, sampleErrors, samplePredictions, sampleTest, sampleTested } from './sampleResults.ts';

/** A host in the page itself: answers as the extension would, and remembers what it was asked. */

export interface Scene {
  /** Trials that exist. */
  readonly trials: number;
  readonly phase: 'ready' | 'running' | 'finished' | 'interrupted';
  readonly problem: 'none' | 'invalid' | 'untrusted' | 'past' | 'issues' | 'fails';
  readonly tested: boolean;
  /** A request whose answers take that many milliseconds from the start. */
  readonly slow: readonly [name: string, ms: number] | null;
}

export interface FakeHost {
  readonly server: PortServer<ViewContract>;
  /** Requests that came in, oldest first. */
  readonly asked: { readonly name: string; readonly params: unknown }[];
  readonly columns: TrialColumns | null;
  /** Sends rows of these trials again as running, complete, ... */
  readonly update: (numbers: readonly number[], state: Trial['state']) => void;
  readonly text: () => string;
  readonly setText: (text: string) => void;
  /** From now on an answer takes this long, in milliseconds, as on a remote host; `check` is what is told after an edit. */
  readonly setTime: (name: keyof ViewContract['requests'] | 'check', ms: number) => void;
  /** From now on requests of this name are refused; null: no more. */
  readonly refuse: (name: keyof ViewContract['requests'], message: string | null) => void;
  readonly setScene: (phase: Scene['phase']) => void;
  /** What the user picks from now on where a trial of any experiment is asked for. */
  readonly setPicked: (number: number, of: 'sameData' | 'otherData') => void;
}

type Handlers = Parameters<typeof servePort<ViewContract>>[0]['handlers'];

/** The same handlers, each after `before`. */
function timed(handlers: Handlers, before: (name: string) => Promise<void>): Handlers {
  const entries = Object.entries(handlers) as [string, (params: never) => unknown][];
  return Object.fromEntries(
    entries.map(([name, handle]) => [
      name,
      async (params: never) => {
        await before(name);
        return handle(params);
      },
    ]),
  ) as unknown as Handlers; // the same names
}

const store = '/workspace/prices/.lstm-study';
/** Experiments that the user's pick may come from: one on other prices, one on the same. */
const otherData = '20261101-090000-nasdaq-cd34';
const sameData = '20261110-090000-sp500-ef56';

export function createFakeHost(port: Port, scene: Scene): FakeHost {
  const asked: { name: string; params: unknown }[] = [];
  const prices = makePrices();
  let text =
    scene.problem === 'issues'
      ? studyText.replace('[0.2, 0.5]', '[0.5, 0.2]').replace('adjclose', 'Close')
      : studyText;
  if (scene.problem === 'invalid') text = text.replace('"horizon": 1,', '"horizon": 1');
  const study = sampleStudy(Math.max(40, scene.trials));
  const trials = Array.from({ length: scene.trials }, (_, n) =>
    makeTrial(
      study,
      n,
      ['running', 'interrupted'].includes(scene.phase) && n >= scene.trials - 2 ? 'running' : undefined,
    ),
  );
  const done = trials.filter((t) => t.value !== null).sort((a, b) => a.value! - b.value!);
  const winner = scene.phase === 'finished' ? (done[1] ?? null) : null;
  const confirmed = new Map(
    winner
      ? done
          .slice(0, 5)
          .map((t, i) => [
            t.number,
            { mean: 0.9988 + Math.abs(i - 1) * 0.0006, sd: 0.0008 + i * 0.0002, seeds: 5 },
          ])
      : [],
  );
  let columns =
    scene.trials === 0 && scene.phase === 'ready'
      ? null
      : toTrialColumns(
          trials.map((t) => rowOfTrial(t, confirmed.get(t.number) ?? null)),
          4,
        );
  let annotations = sampleAnnotations;
  let version = 1;
  let picked = { id: otherData, number: 3 };
  const otherPrices = { ...prices, price: prices.price.map((p) => p * 2) };
  let phase = scene.phase;
  let looked: readonly number[] = scene.tested && winner ? [winner.number] : [];

  const documentState = (): DocumentState => {
    const problem = parseStudy(text).issues.find(
      (issue) => issue.code.startsWith('syntax') || issue.code === 'syntax',
    );
    return {
      kind: scene.problem === 'past' ? 'experiment' : 'file',
      name: 'sp500.lstm.json',
      text,
      version: version++,
      readOnly:
        scene.problem === 'past'
          ? 'This is a past experiment: its study cannot change. Copy what you need into a study file.'
          : scene.problem === 'untrusted'
            ? 'In a folder you have not trusted, experiments can be read but nothing is changed or trained.'
            : problem || scene.problem === 'invalid'
              ? 'The text is not valid JSON at line 18: a comma is missing. Mend it there; the form follows.'
              : null,
      trusted: scene.problem !== 'untrusted',
    };
  };
  const check = (): CheckResult => checkOf(text, prices, scene);
  const summary = (): ExperimentSummary => ({
    store,
    id: '20261120-090000-sp500-ab12',
    name: 'S&P 500, next day',
    studyFile: 'sp500.lstm.json',
    dataFile: 'prices.csv',
    createdAt: '2026-11-20T09:00:00.000Z',
    state: phase,
    ownerPid: phase === 'running' ? 1 : null,
    endedBecause: phase === 'finished' ? 'trials' : null,
    counts: {
      complete: trials.filter((t) => t.state === 'complete').length,
      pruned: trials.filter((t) => t.state === 'pruned').length,
      failed: trials.filter((t) => t.state === 'failed').length,
      running: trials.filter((t) => t.state === 'running').length,
    },
    budget: Math.max(40, scene.trials),
    objective: 'u2',
    leader: done[0]
      ? {
          number: done[0].number,
          value: done[0].value!,
          u2: done[0].value!,
          liftPercent: (1 - done[0].value!) * 100,
        }
      : null,
    winner: winner
      ? { number: winner.number, value: 0.9988, u2: 0.9988, liftPercent: 0.12, sd: 0.0008, seeds: 5 }
      : null,
    looks: looked.length,
    verdict: looked.length > 0 ? 'notDistinguishable' : null,
    annotations,
    sizeBytes: 1e6,
    problem: null,
    scoresKey: 'one',
  });
  const experiment = (): ViewState['experiment'] =>
    phase === 'ready'
      ? null
      : {
          experiment: makeExperiment({
            study,
            state: phase === 'interrupted' ? 'running' : phase,
            leader: done[0]?.number ?? null,
            winner: winner?.number ?? null,
            looked,
          }),
          summary: summary(),
        };
  const progress = (): RunProgress | null =>
    phase !== 'running'
      ? null
      : {
          store,
          id: summary().id,
          phase: 'search',
          done: trials.length - 2,
          budget: summary().budget,
          confirm: null,
          elapsedMs: 43 * 60e3,
          etaMs: 9 * 60e3,
          running: trials
            .filter((t) => t.state === 'running')
            .map((trial) => ({ trial, epochsPerFold: trial.params.epochs })),
          workers: 2,
          variant: 'relaxed',
        };
  const trialOf = (number: number): Trial => trials[number] ?? makeTrial(study, number);

  const times = new Map<string, number>(scene.slow ? [scene.slow] : []);
  const refusals = new Map<string, string | null>();
  const sendCheck = (): void => {
    const now = check();
    setTimeout(() => server.send('check', now), times.get('check') ?? 0);
  };
  const handlers: Handlers = {
    ready: () => {
      if (scene.problem === 'fails') throw new Error('planted');
      return {
        document: documentState(),
        check: check(),
        experiment: experiment(),
        trials: columns,
        annotations,
        progress: progress(),
        testing: null,
        ref: experiment() ? { store, id: summary().id } : null,
      };
    },
    edit: ({ path, value, rename }) => {
      if (rename !== undefined) return { applied: false, reason: 'Renaming is not part of this page.' };
      text = applied(text, setValueEdits(text, path, value));
      server.send('document', documentState());
      sendCheck();
      return { applied: true };
    },
    run: () => null,
    stop: () => null,
    resume: () => null,
    trial: ({ number }) => ({
      trial: trialOf(number),
      confirmation: confirmationOf(number, confirmed.get(number)),
    }),
    predictions: ({ number, of }) => samplePredictions(number, of?.id === otherData ? otherPrices : prices),
    analyse: (what) => analysisOf(what, trials),
    compare: ({ trials: refs }) =>
      sampleCompare(refs, trialOf, (number) => confirmationOf(number, confirmed.get(number))),
    test: ({ number }) => {
      const which = number ?? winner?.number ?? 0;
      looked = [...looked, which];
      server.send('experiment', experiment());
      return { ...sampleTest(which, prices), looks: looked.length };
    },
    testResult: ({ number }) => {
      const which = number ?? looked.at(-1);
      return which === undefined ? null : { ...sampleTest(which, prices), looks: looked.length };
    },
    pickTrial: () => ({ store, id: picked.id, number: picked.number }),
    annotate: (change) => {
      const trials = { ...annotations.trials };
      for (const [number, entry] of Object.entries(change.trials ?? {}))
        trials[number] = { ...trials[number], ...entry };
      annotations = { ...annotations, ...change, trials };
      return annotations;
    },
    applyParams: () => ({ applied: true }),
    export: () => ({ files: ['model.json'] }),
    save: () => ({ saved: true }),
    copy: () => null,
    reveal: () => null,
    openExperiment: () => null,
    tensorflow: () => ({ state: 'absent', version: null, folder: '', text: 'not installed' }),
    showLog: () => null,
    dataFiles: () => ['sp500.csv', 'nasdaq.csv'],
    manageTrust: () => null,
  };
  const server = servePort<ViewContract>({
    port,
    parse: (name, params) => {
      asked.push({ name, params });
      return params as never; // the page's own requests: typed
    },
    onBug: (error, request) => console.error(request, error),
    handlers: timed(handlers, async (name) => {
      const ms = times.get(name) ?? 0;
      if (ms > 0 || name === 'edit') await new Promise((resolve) => setTimeout(resolve, ms));
      const reason = refusals.get(name);
      if (reason != null) throw new Fault('storeLocked', reason);
    }),
  });
  return {
    server,
    asked,
    get columns() {
      return columns;
    },
    update(numbers, state) {
      for (const number of numbers) trials[number] = makeTrial(study, number, state);
      const rows = toTrialColumns(
        numbers.map((number) => rowOfTrial(trials[number])),
        4,
      );
      columns ??= rows;
      server.send('trials', rows);
    },
    text: () => text,
    setTime: (name, ms) => void times.set(name, ms),
    refuse: (name, message) => void refusals.set(name, message),
    setText(next) {
      text = next;
      server.send('document', documentState());
      sendCheck();
    },
    setPicked(number, of) {
      picked = { id: of === 'sameData' ? sameData : otherData, number };
    },
    setScene(next) {
      phase = next;
      server.send('experiment', experiment());
      server.send('progress', progress());
    },
  };
}

function confirmationOf(
  number: number,
  known: { mean: number; sd: number } | undefined,
): Confirmation | null {
  if (!known) return null;
  return {
    format: 1,
    number,
    // The same noise in another order for each trial: seeds of two trials have nothing in common.
    runs: [0, 1, 2, 3, 4].map((repeat) => ({
      repeat,
      seed: repeat + 100,
      folds: [],
      value: known.mean + [-1.2, 0.6, -0.2, 1.1, -0.3][(repeat + number) % 5] * known.sd,
    })),
  };
}

function checkOf(text: string, prices: ReturnType<typeof makePrices>, scene: Scene): CheckResult {
  const { study, issues } = parseStudy(text);
  const value = parse(text) as
    | { data?: { price?: string }; split?: { test?: { share?: number }; validation?: { size?: number } } }
    | undefined;
  const rows = prices.date.length;
  const firstTest = Math.round(rows * (1 - (value?.split?.test?.share ?? 0.15)));
  const size = Math.round(firstTest * (value?.split?.validation?.size ?? 0.1));
  const every = 4;
  const places = prices.date.flatMap((_, i) => (i % every === 0 || i === rows - 1 ? [i] : []));
  const unknown =
    value?.data?.price === 'Close'
      ? [
          {
            path: ['data', 'price'],
            code: 'unknownColumn',
            severity: 'error' as const,
            message: 'Column “Close” is not in sp500.csv. Did you mean “close”?',
            fix: { title: 'Use “close”', path: ['data', 'price'], value: 'close' },
          },
        ]
      : [];
  const column = (name: string, kind: 'date' | 'number') => ({
    name,
    kind,
    missing: 0,
    unreadable: 0,
    min: kind === 'number' ? 676.53 : null,
    max: kind === 'number' ? 3386.15 : null,
    first: kind === 'date' ? prices.date[0] : '1455.22',
    last: kind === 'date' ? prices.date.at(-1)! : '2874.56',
    values: [],
  });
  const space = study ? searchSpaceOf(study) : null;
  return {
    study,
    issues: [...issues, ...unknown],
    report: {
      file: 'sp500.csv',
      bytes: 391_204,
      format: 'csv',
      dialect: {
        encoding: 'utf-8',
        byteOrderMark: false,
        delimiter: ',',
        decimal: '.',
        quoted: false,
        lineEnd: '\n',
      },
      rows,
      columns: [
        column('date', 'date'),
        ...['open', 'high', 'low', 'close', 'adjclose', 'volume'].map((name) => column(name, 'number')),
      ],
      dates: {
        column: 'date',
        format: 'YYYY-MM-DD',
        first: prices.date[0],
        last: prices.date.at(-1)!,
        usualStepDays: 1,
      },
      price: { column: 'adjclose', reason: 'the adjusted close' },
      gaps: [],
      gapCount: 0,
      duplicates: [],
      duplicateCount: 0,
      missingRows: 0,
      zeroChangeShare: 0.004,
      suspectedSplits: [],
      ohlcViolations: [],
      ohlcViolationCount: 0,
      sorted: false,
      filteredRows: 0,
      footerRows: [],
      warnings: [],
    },
    store,
    space: space
      ? {
          combinations: combinationsOf(space)?.count ?? null,
          isCounted: true,
          feasibleShare: 1,
          sampler: { kind: 'tpe', reason: 'tpe: learning rate has no step' },
          trials: Math.max(40, scene.trials),
        }
      : null,
    estimate:
      study && unknown.length === 0
        ? { ms: 52 * 60e3, from: scene.phase === 'ready' ? 'flops' : 'measured', workers: 2, fits: 260 }
        : null,
    split: {
      rows,
      test: { from: firstTest, firstDate: prices.date[firstTest] },
      folds: [0, 1, 2, 3].map((fold) => {
        const from = firstTest - (4 - fold) * size;
        return {
          train: [0, from] as const,
          validation: [from, from + size] as const,
          validationFirstDate: prices.date[from],
          validationLastDate: prices.date[from + size - 1],
        };
      }),
      chart: {
        row: places,
        date: places.map((i) => prices.date[i]),
        price: places.map((i) => prices.price[i]),
      },
    },
    existing: null,
  };
}

function analysisOf(what: AnalysisRequest, trials: readonly Trial[]): AnalysisResult {
  switch (what.kind) {
    case 'importance': {
      const shares = [0.58, 0.14, 0.11, 0.07, 0.05, 0.03, 0.02];
      const names = ['learningRate', 'optimizer', 'layers', 'units', 'epochs', 'batchSize', 'dropout'];
      return {
        kind: 'importance',
        pedAnova: names.map((name, i) => ({ name, share: shares[i] })),
        fanova: names.map((name, i) => ({ name, share: shares[(i + (i < 2 ? 1 : 0)) % 7] })),
        labels: {
          pedAnova: 'PED-ANOVA: what parts the best tenth from the rest',
          fanova: 'fANOVA: share of the variance of U2 over the whole space',
        },
        warning: trials.length < 30 ? 'Few trials: read this as a hint.' : null,
      };
    }
    case 'slice': {
      const x = Array.from({ length: 24 }, (_, i) => Number((0.001 * 100 ** (i / 23)).toPrecision(3)));
      return {
        kind: 'slice',
        x,
        mean: x.map((v) => 0.998 + Math.max(0, Math.log10(v / 0.006)) ** 2 * 0.02),
        sd: x.map(() => 0.001),
      };
    }
    case 'contour': {
      if (what.parameters.includes('optimizer')) {
        const optimizers = ['adam', 'rmsprop', 'sgd'];
        const numbers = [50, 100, 150];
        const isAcross = what.parameters[0] === 'optimizer';
        return {
          kind: 'contour',
          x: isAcross ? optimizers : numbers,
          y: isAcross ? numbers : optimizers,
          mean: [0.9982, 0.9991, 1.0022, 0.9978, 0.9987, 1.0031, 0.9995, 1.0002, 1.0044],
        };
      }
      const x = Array.from({ length: 20 }, (_, i) => Number((0.001 * 100 ** (i / 19)).toPrecision(3)));
      const y = Array.from({ length: 20 }, (_, i) => 50 + (i * 100) / 19);
      return {
        kind: 'contour',
        x,
        y,
        mean: y.flatMap((u) =>
          x.map(
            (v) => 0.998 + Math.max(0, Math.log10(v / 0.004)) ** 2 * 0.008 + ((u - 90) / 100) ** 2 * 0.004,
          ),
        ),
      };
    }
    case 'bestSoFar': {
      const number: number[] = [];
      const value: number[] = [];
      for (const trial of trials)
        if (trial.value !== null && trial.value < (value.at(-1) ?? Infinity)) {
          number.push(trial.number);
          value.push(trial.value);
        }
      return { kind: 'bestSoFar', number, value, note: 'The lowest of many is too good: see Test.' };
    }
    case 'selectionBias':
      return {
        kind: 'selectionBias',
        pbo: 0.54,
        spaP: 0.41,
        note: 'The best in-sample ranks in the lower half outside in 54 % of the splits; a coin does so in 50 %.',
      };
    case 'forecastErrors':
      return what.number % 5 === 3
        ? {
            kind: 'forecastErrors',
            errors: null,
            note: `The predictions of trial ${what.number} were not kept.`,
          }
        : { kind: 'forecastErrors', errors: sampleErrors(), note: '' };
    case 'testedTrials':
      return { kind: 'testedTrials', trials: sampleTested(trials), note: '' };
  }
}
