import type { Rank, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import {
  cellOf,
  hOf,
  type BlockLstm,
  type LstmGradients,
  type LstmState,
  type LstmTrace,
  type LstmWeights,
} from './blockLstm.ts';
import type { Tensorflow } from './loadTensorflow.ts';

/** One layer's forward pass over a batch, and the way back through it. */
export interface LayerPass {
  /** (steps, batch, units) */
  readonly h: Tensor3D;
  /** @param dh gradient with respect to h, (steps, batch, units) */
  readonly backward: (dh: Tensor3D) => Pick<LstmGradients, 'dx' | 'dw' | 'db'>;
}

export interface LayerInput {
  /** (steps, batch, inputs) */
  readonly x: Tensor3D;
  readonly weights: LstmWeights;
  /** Factors on h where it is fed back, (batch, units), the same at all steps; null without recurrent dropout. */
  readonly recurrentMask: Tensor2D | null;
}

/** Runs one layer: in one call of the fused kernel, or step by step where a recurrent mask stands between the steps. */
export function runLayer(tensorflow: Tensorflow, lstm: BlockLstm, input: LayerInput): LayerPass {
  const { recurrentMask } = input;
  return recurrentMask
    ? runMasked(tensorflow, lstm, { ...input, recurrentMask })
    : runWhole(tensorflow, lstm, input);
}

function zeroState({ tf }: Tensorflow, { x, weights }: LayerInput): LstmState {
  const zeros = tf.zeros<Rank.R2>([x.shape[1], weights.b.shape[0] / 4]);
  return { h: zeros, c: zeros };
}

function runWhole(tensorflow: Tensorflow, lstm: BlockLstm, input: LayerInput): LayerPass {
  const trace = lstm.forward(input.x, zeroState(tensorflow, input), input.weights);
  return {
    h: hOf(trace),
    backward: (dh) => lstm.backward(trace, dh, tensorflow.tf.zerosLike(dh)),
  };
}

/**
 * The fused kernel feeds h back by itself and has no place for a mask, so with recurrent dropout it is called once a step, with the
 * masked h as its state: the same kernel and numbers at the price of its fusion over time.
 */
function runMasked(
  tensorflow: Tensorflow,
  lstm: BlockLstm,
  input: LayerInput & { readonly recurrentMask: Tensor2D },
): LayerPass {
  const { tf } = tensorflow;
  const { x, weights, recurrentMask } = input;
  const steps = x.shape[0];
  const inputs = tf.split<Tensor3D>(x, steps, 0);
  const traces: LstmTrace[] = [];
  const asState = (sequence: Tensor3D): Tensor2D => sequence.reshape(recurrentMask.shape);
  let state = zeroState(tensorflow, input);
  for (const step of inputs) {
    const trace = lstm.forward(step, state, weights);
    traces.push(trace);
    state = { h: tf.mul(asState(hOf(trace)), recurrentMask), c: asState(cellOf(trace)) };
  }
  return {
    h: tf.concat3d(traces.map(hOf), 0),
    backward: (dh) => {
      const dhs = tf.split<Tensor3D>(dh, steps, 0);
      const shape: [number, number, number] = [1, ...recurrentMask.shape];
      const dx: Tensor3D[] = [];
      const dw: Tensor2D[] = [];
      const db: Tensor[] = [];
      let dhFed: Tensor3D = tf.zeros<Rank.R3>(shape);
      let dc = dhFed;
      for (let t = steps - 1; t >= 0; t--) {
        const found = lstm.backward(traces[t], tf.add<Tensor3D>(dhs[t], dhFed), dc);
        dx[t] = found.dx;
        dw.push(found.dw);
        db.push(found.db);
        dhFed = tf.mul<Tensor2D>(found.dBefore.h, recurrentMask).reshape(shape);
        dc = found.dBefore.c.reshape(shape);
      }
      return { dx: tf.concat3d(dx, 0), dw: tf.addN(dw), db: tf.addN(db) };
    },
  };
}
