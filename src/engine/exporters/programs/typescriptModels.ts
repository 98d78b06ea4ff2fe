/** What runs the model in forecast.ts: nothing but the language, or TensorFlow.js. */
export type TypescriptRunner = 'plain' | 'tfjs';

/** forecast.ts, last part: from a window to the model's scaled outputs. */
export const typescriptModels: Record<TypescriptRunner, string> = {
  plain: `
/** LSTM layers and Dense as in Keras: gates i, f, c, o; sigmoid gates, tanh cell and output; zero initial state. */
async function predict(window: number[][]): Promise<number[]> {
  const bytes = readFileSync(beside(spec.weights.file));
  const tensor = (name: string): { at: (row: number, column: number) => number; rows: number; columns: number } => {
    const found = spec.weights.tensors.find((t) => t.name === name) ?? refuse('model.bin has no ' + name);
    const columns = found.shape[found.shape.length - 1];
    return {
      rows: found.shape.length === 2 ? found.shape[0] : 1,
      columns,
      at: (row, column) => bytes.readFloatLE(found.offset + (row * columns + column) * 4),
    };
  };
  const times = (x: number[], name: string, start: number[]): number[] => {
    const matrix = tensor(name);
    const out = start.slice();
    for (let r = 0; r < matrix.rows; r++) for (let c = 0; c < matrix.columns; c++) out[c] += x[r] * matrix.at(r, c);
    return out;
  };
  const vector = (name: string): number[] => {
    const { columns, at } = tensor(name);
    return Array.from({ length: columns }, (_, c) => at(0, c));
  };
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const { units, layers } = spec.shape;
  let sequence = window;
  for (let layer = 1; layer <= layers; layer++) {
    const bias = vector('lstm_' + layer + '/bias');
    let h = new Array<number>(units).fill(0);
    let c = new Array<number>(units).fill(0);
    sequence = sequence.map((x) => {
      const z = times(h, 'lstm_' + layer + '/recurrent_kernel', times(x, 'lstm_' + layer + '/kernel', bias));
      c = c.map((cell, u) => sigmoid(z[units + u]) * cell + sigmoid(z[u]) * Math.tanh(z[2 * units + u]));
      h = c.map((cell, u) => sigmoid(z[3 * units + u]) * Math.tanh(cell));
      return h;
    });
  }
  return times(sequence[sequence.length - 1], 'dense/kernel', vector('dense/bias'));
}
`,
  tfjs: `
async function predict(window: number[][]): Promise<number[]> {
  const model = JSON.parse(readFileSync(beside('model.json'), 'utf8'));
  const bytes = new Uint8Array(readFileSync(beside('weights.bin')));
  const layers = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest[0].weights,
      weightData: bytes.buffer,
    }),
  );
  const output = layers.predict(tf.tensor3d([window])) as tf.Tensor;
  return Array.from(await output.data());
}
`,
};
