import type { LayerWeights } from '../trainers/trainer.ts';
import type { ExportFile } from './exportFile.ts';
import { float32Bytes } from './bundleWeights.ts';
import type { ModelBundle } from './modelBundle.ts';
import {
  attributeTypes,
  dataTypes,
  encodeOnnx,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnxDescriptor.ts';
import { preprocessingFile, preprocessingOf } from './preprocessing.ts';
import { forecastPyWith } from './programs/python.ts';

/**
 * model.onnx (opset 17) with preprocessing.json, which also stands in the model's metadata under `lstm_study`, and a script
 * that prints the next forecast. Input `window` (batch, lookback, features), output `forecast` (batch, horizon), both scaled.
 */
export function exportOnnx(bundle: ModelBundle): readonly ExportFile[] {
  return [
    { name: 'model.onnx', bytes: encodeOnnx(onnxModelOf(bundle)) },
    preprocessingFile(bundle.document),
    { name: 'forecast.py', text: forecastPyWith('onnx') },
  ];
}

function onnxModelOf({ document, weights }: ModelBundle): OnnxModel {
  const { units, horizon, features } = weights;
  const nodes: OnnxNode[] = [
    node('Transpose', ['window'], ['time_major'], { perm: [1, 0, 2] }), // (time, batch, features)
  ];
  const tensors: OnnxTensor[] = [int64Tensor('axis_0', [0])];
  if (weights.layers.length > 1) tensors.push(int64Tensor('axis_1', [1]));
  let sequence = 'time_major';
  weights.layers.forEach((layer, i) => {
    const name = `lstm_${i + 1}`;
    const last = i === weights.layers.length - 1;
    tensors.push(...lstmTensors(name, layer, { inputs: i === 0 ? features : units, units }));
    // Outputs: Y (time, 1, batch, units), Y_h (1, batch, units); an unused one has the empty name.
    nodes.push(
      node(
        'LSTM',
        [sequence, `${name}_W`, `${name}_R`, `${name}_B`],
        last ? ['', `${name}_h`] : [`${name}_y`],
        {
          hidden_size: units,
        },
      ),
      last
        ? node('Squeeze', [`${name}_h`, 'axis_0'], ['state'])
        : node('Squeeze', [`${name}_y`, 'axis_1'], [`${name}_sequence`]),
    );
    sequence = `${name}_sequence`;
  });
  nodes.push(node('Gemm', ['state', 'dense_W', 'dense_B'], ['forecast']));
  tensors.push(
    floatTensor('dense_W', [units, horizon], weights.dense.kernel),
    floatTensor('dense_B', [horizon], weights.dense.bias),
  );
  return {
    irVersion: 8,
    producerName: 'LSTM Study',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'lstm_study',
      node: nodes,
      initializer: tensors,
      input: [value('window', [document.window.lookback, features])],
      output: [value('forecast', [horizon])],
    },
    metadataProps: [{ key: 'lstm_study', value: JSON.stringify(preprocessingOf(document)) }],
  };
}

/** Keras has gates i, f, c, o in columns; ONNX wants i, o, f, c in rows, with a direction axis and two biases (input, recurrent). */
function lstmTensors(
  name: string,
  layer: LayerWeights,
  { inputs, units }: { readonly inputs: number; readonly units: number },
): OnnxTensor[] {
  const bias = new Float32Array(8 * units);
  bias.set(gateRows(layer.bias, 1, units));
  return [
    floatTensor(`${name}_W`, [1, 4 * units, inputs], gateRows(layer.kernel, inputs, units)),
    floatTensor(`${name}_R`, [1, 4 * units, units], gateRows(layer.recurrentKernel, units, units)),
    floatTensor(`${name}_B`, [1, 8 * units], bias),
  ];
}

/** Place of ONNX's gates i, o, f, c among Keras' i, f, c, o. */
const kerasGateOf = [0, 3, 1, 2];

/** (rows, 4 x units) in Keras' order -> (4 x units, rows) in ONNX's. */
function gateRows(kernel: Float32Array, rows: number, units: number): Float32Array {
  const out = new Float32Array(kernel.length);
  kerasGateOf.forEach((from, gate) => {
    for (let u = 0; u < units; u++) {
      for (let r = 0; r < rows; r++)
        out[(gate * units + u) * rows + r] = kernel[r * 4 * units + from * units + u];
    }
  });
  return out;
}

function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): OnnxNode {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number'
      ? { name, i: value, type: attributeTypes.int }
      : { name, ints: value, type: attributeTypes.ints },
  );
  return { opType, name: `${opType}_${output.at(-1)}`, input, output, attribute };
}

function floatTensor(name: string, dims: readonly number[], values: Float32Array): OnnxTensor {
  return { name, dims, dataType: dataTypes.float, rawData: float32Bytes(values) };
}

function int64Tensor(name: string, values: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((v, i) => view.setBigInt64(i * 8, BigInt(v), true));
  return { name, dims: [values.length], dataType: dataTypes.int64, rawData: bytes };
}

function value(name: string, dims: readonly number[]): OnnxValue {
  return {
    name,
    type: {
      tensorType: {
        elemType: dataTypes.float,
        shape: { dim: [{ dimParam: 'batch' }, ...dims.map((dimValue) => ({ dimValue }))] },
      },
    },
  };
}
