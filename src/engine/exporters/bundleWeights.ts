import { createHash } from 'node:crypto';
import { Fault } from '../../model/fault.ts';
import type { LayerWeights, ModelWeights } from '../trainers/trainer.ts';
import type { BundleDocument } from './bundleSchema.ts';

/** Layout of the binary: LSTM layers in order (kernel, recurrent kernel, bias), then dense (kernel, bias); float32, little-endian. */
export function weightTensors(
  weights: ModelWeights,
): readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array }[] {
  const { units, horizon } = weights;
  const layers = weights.layers.flatMap((layer, i) => [
    {
      name: `lstm_${i + 1}/kernel`,
      shape: [i === 0 ? weights.features : units, 4 * units],
      values: layer.kernel,
    },
    { name: `lstm_${i + 1}/recurrent_kernel`, shape: [units, 4 * units], values: layer.recurrentKernel },
    { name: `lstm_${i + 1}/bias`, shape: [4 * units], values: layer.bias },
  ]);
  return [
    ...layers,
    { name: 'dense/kernel', shape: [units, horizon], values: weights.dense.kernel },
    { name: 'dense/bias', shape: [horizon], values: weights.dense.bias },
  ];
}

/** Little-endian bytes of float32 values, on any machine. */
export function float32Bytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return bytes;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Tensors with their byte offsets, and the bytes. RangeError where an array does not have the size of its shape. */
export function packWeights(weights: ModelWeights): {
  tensors: BundleDocument['weights']['tensors'];
  bytes: Uint8Array;
} {
  let offset = 0;
  const tensors: BundleDocument['weights']['tensors'] = [];
  const parts: Uint8Array[] = [];
  for (const { name, shape, values } of weightTensors(weights)) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (values.length !== size)
      throw new RangeError(`${name}: ${values.length} weights where the shape has ${size}`);
    tensors.push({ name, shape: [...shape], offset });
    parts.push(float32Bytes(values));
    offset += size * 4;
  }
  return { tensors, bytes: concatBytes(parts) };
}

/** Bytes that the file of the weights must have, by its document. */
export function weightBytes({ weights }: BundleDocument): number {
  const ends = weights.tensors.map(({ shape, offset }) => offset + 4 * shape.reduce((a, b) => a * b, 1));
  return Math.max(...ends);
}

/** Fault `storeDamaged` where the bytes do not hold what the document names. */
export function unpackWeights(document: BundleDocument, bytes: Uint8Array): ModelWeights {
  const { features, units, layers, horizon } = document.shape;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = document.weights.tensors.find((t) => t.name === name);
    const size = shape.reduce((product, n) => product * n, 1);
    if (!tensor || tensor.shape.join() !== shape.join() || tensor.offset + size * 4 > bytes.byteLength)
      throw new Fault(
        'storeDamaged',
        `${document.weights.file} does not hold ${name} as (${shape.join(', ')}).`,
      );
    return Float32Array.from({ length: size }, (_, i) => view.getFloat32(tensor.offset + i * 4, true));
  };
  const layerWeights = Array.from({ length: layers }, (_, i): LayerWeights => ({
    kernel: read(`lstm_${i + 1}/kernel`, [i === 0 ? features : units, 4 * units]),
    recurrentKernel: read(`lstm_${i + 1}/recurrent_kernel`, [units, 4 * units]),
    bias: read(`lstm_${i + 1}/bias`, [4 * units]),
  }));
  if (document.inputs.length !== features)
    throw new Fault(
      'storeDamaged',
      `model.json names ${document.inputs.length} inputs, its weights take ${features}.`,
    );
  return {
    features,
    units,
    horizon,
    layers: layerWeights,
    dense: { kernel: read('dense/kernel', [units, horizon]), bias: read('dense/bias', [horizon]) },
  };
}
