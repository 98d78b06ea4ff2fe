/** An engine's part that is killed: starts a worker on an epoch of minutes, and prints its process once it is in the middle of it. */
import { readStudy } from '../../src/engine/experiment/readStudy.ts';
import type { WorkerSeries } from '../../src/engine/experiment/foldRun.ts';
import { startWorkerProcess } from '../../src/engine/worker/workerProcess.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';

const [workerFile, kernelsFolder, prices] = process.argv.slice(2);
const params = { ...neutralParams, units: 512, lookback: 250, batchSize: 4, epochs: 1 };
const text = JSON.stringify({
  lstmStudy: 1,
  data: { file: prices, price: 'adjclose' },
  hyperparameters: { lookback: params.lookback },
});
const { ready } = await readStudy(text, import.meta.filename);
if (!ready) throw new Error('the study of this test is wrong');
const series: WorkerSeries = {
  series: ready.data.series,
  plans: ready.data.folds,
  refit: null,
  horizon: 1,
  earlyStopping: null,
};
const worker = startWorkerProcess({ file: workerFile, onLog: (_, line) => console.error(line) });
worker.client.onEvent('epoch', () => console.log('the epoch is over'));
await worker.client.request('prepare', {
  ...{ trainer: 'wasm', build: 'plain', v8Flag: null, kernelsFolder, tensorflowFolder: null },
  ...{ memoryBytes: null, series },
});
void worker.client.request('fold', {
  ...{ task: 1, params, fold: 0, objective: 'u2', seeds: { init: 1, shuffle: 1, dropout: 1 } },
  ...{ keepPredictions: false, keepWeights: false },
});
// Messages are read in turn: the answer to this one comes out of the running epoch.
await worker.client.request('decide', { task: -1, answer: 'continue' });
console.log(worker.pid);
