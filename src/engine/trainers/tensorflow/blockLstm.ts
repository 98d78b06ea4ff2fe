import type { Tensor2D, Tensor3D, Tensor } from '@tensorflow/tfjs';
import type { Tensorflow } from './loadTensorflow.ts';

/*
 * TensorFlow's fused CPU kernels of an LSTM layer over a whole sequence: BlockLSTMV2 and BlockLSTMGradV2
 * (tensorflow/core/kernels/rnn/lstm_ops.cc). x is time-major; w stacks Keras' kernel on its recurrent kernel, and the V2 kernels
 * order the gates i, f, c, o as Keras does. Peepholes and cell clipping are off.
 */

/** State before the first step. */
export interface LstmState {
  /** (batch, units) */
  readonly h: Tensor2D;
  readonly c: Tensor2D;
}

export interface LstmWeights {
  /** (inputs + units, 4 x units) */
  readonly w: Tensor2D;
  /** (4 x units) */
  readonly b: Tensor;
}

/** What one call computed and its backward call needs: each (steps, batch, units). */
export interface LstmTrace {
  readonly x: Tensor3D;
  readonly before: LstmState;
  readonly weights: LstmWeights;
  /** Input gate, cell, forget gate, output gate, candidate, tanh of the cell, h: the kernel's outputs in its order. */
  readonly outputs: readonly Tensor3D[];
}

export interface LstmGradients {
  readonly dx: Tensor3D;
  readonly dw: Tensor2D;
  readonly db: Tensor;
  readonly dBefore: LstmState;
}

const cellOutput = 1;
const hOutput = 6;

/** h of all steps, (steps, batch, units). */
export function hOf(trace: LstmTrace): Tensor3D {
  return trace.outputs[hOutput];
}

/** The cell of all steps, (steps, batch, units). */
export function cellOf(trace: LstmTrace): Tensor3D {
  return trace.outputs[cellOutput];
}

export interface BlockLstm {
  forward(x: Tensor3D, before: LstmState, weights: LstmWeights): LstmTrace;
  /** dh and dc: gradients with respect to h and cell of each step from outside the recurrence, (steps, batch, units). */
  backward(trace: LstmTrace, dh: Tensor3D, dc: Tensor3D): LstmGradients;
}

/** @param units of the layers; the peephole weights they do not use are made once, `dispose` frees them. */
export function createBlockLstm(
  { tf, backend, int64 }: Tensorflow,
  units: number,
): BlockLstm & { dispose(): void } {
  const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const common = [
    { name: 'use_peephole', type: TF_ATTR_BOOL, value: false },
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
  ];
  const forwardAttributes = [{ name: 'cell_clip', type: TF_ATTR_FLOAT, value: 0 }, ...common];
  const noPeephole = tf.keep(tf.zeros([units]));
  const inputsOf = ({ x, before, weights }: Omit<LstmTrace, 'outputs'>) => [
    ...[int64(x.shape[0]), x, before.c, before.h, weights.w],
    ...[noPeephole, noPeephole, noPeephole, weights.b],
  ];
  return {
    forward: (x, before, weights) => {
      const call = { x, before, weights };
      const outputs = backend.executeMultipleOutputs('BlockLSTMV2', forwardAttributes, inputsOf(call), 7);
      return { ...call, outputs: outputs as Tensor3D[] }; // the op's documented shapes
    },
    backward: (trace, dh, dc) => {
      const inputs = [...inputsOf(trace), ...trace.outputs, dc, dh];
      const [dx, dcBefore, dhBefore, dw, , , , db] = backend.executeMultipleOutputs(
        'BlockLSTMGradV2',
        common,
        inputs,
        8,
      );
      return {
        dx: dx as Tensor3D,
        dw: dw as Tensor2D,
        db,
        dBefore: { h: dhBefore as Tensor2D, c: dcBefore as Tensor2D },
      };
    },
    dispose: () => noPeephole.dispose(),
  };
}
