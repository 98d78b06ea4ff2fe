import type { BundleDocument } from './bundleSchema.ts';
import type { ExportFile } from './exportFile.ts';
import { concatBytes, float32Bytes, weightTensors } from './bundleWeights.ts';
import type { ModelBundle } from './modelBundle.ts';
import { preprocessingFile } from './preprocessing.ts';
import { forecastTsWith } from './programs/typescript.ts';

/**
 * A TensorFlow.js LayersModel: model.json (topology, weights manifest) and weights.bin, which `tf.loadLayersModel` reads,
 * with preprocessing.json and a script that prints the next forecast.
 * Input (batch, lookback, features), scaled; output (batch, horizon), scaled.
 */
export function exportTfjs(bundle: ModelBundle): readonly ExportFile[] {
  const tensors = weightTensors(bundle.weights);
  const model = {
    format: 'layers-model',
    generatedBy: 'LSTM Study',
    convertedBy: null,
    modelTopology: topologyOf(bundle.document),
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  return [
    { name: 'model.json', text: JSON.stringify(model) },
    { name: 'weights.bin', bytes: concatBytes(tensors.map(({ values }) => float32Bytes(values))) },
    preprocessingFile(bundle.document),
    { name: 'forecast.ts', text: forecastTsWith('tfjs') },
  ];
}

/** Sequential in the JSON of Keras 2 that tfjs-layers reads; recurrent activation written out, because its default differs. */
function topologyOf({ shape, window, params }: BundleDocument): unknown {
  const zeros = { class_name: 'Zeros', config: {} };
  const layers = Array.from({ length: shape.layers }, (_, i) => {
    const lstm = {
      class_name: 'LSTM',
      config: {
        name: `lstm_${i + 1}`,
        trainable: true,
        ...(i === 0 ? { batch_input_shape: [null, window.lookback, shape.features], dtype: 'float32' } : {}),
        units: shape.units,
        activation: 'tanh',
        recurrent_activation: 'sigmoid',
        use_bias: true,
        kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
        recurrent_initializer: { class_name: 'Orthogonal', config: { gain: 1, seed: null } },
        bias_initializer: zeros,
        unit_forget_bias: true,
        dropout: 0,
        recurrent_dropout: params.recurrentDropout,
        return_sequences: i < shape.layers - 1,
        return_state: false,
        go_backwards: false,
        stateful: false,
        unroll: false,
      },
    };
    const dropout = {
      class_name: 'Dropout',
      config: {
        name: `dropout_${i + 1}`,
        trainable: true,
        rate: params.dropout,
        noise_shape: null,
        seed: null,
      },
    };
    return [lstm, dropout];
  });
  const dense = {
    class_name: 'Dense',
    config: {
      name: 'dense',
      trainable: true,
      units: shape.horizon,
      activation: 'linear',
      use_bias: true,
      kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
      bias_initializer: zeros,
    },
  };
  return {
    class_name: 'Sequential',
    config: { name: 'lstm_study', layers: [...layers.flat(), dense] },
    keras_version: '2.15.0',
    backend: 'tensor_flow.js',
  };
}
