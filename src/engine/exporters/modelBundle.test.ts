import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../../test/exports/fixtures.ts';
import { bytesOf } from './exportFile.ts';
import { bundleFiles, parseModelBundle } from './modelBundle.ts';
import { npyBytes } from './npz.ts';

const bundle = bundleOf({ sizes: { features: 1, units: 3, layers: 2, horizon: 2 }, lookback: 4 });
const [jsonFile, binFile] = bundleFiles(bundle);
const json = new TextDecoder().decode(bytesOf(jsonFile));
const bytes = bytesOf(binFile);

/** model.json with one change. */
function changed(change: (document: Record<string, never>) => object): string {
  return JSON.stringify(change(JSON.parse(json) as Record<string, never>)); // our own file
}

describe('a stored model', () => {
  it('has two files that belong together and says what is in them', () => {
    expect([jsonFile.name, binFile.name]).toEqual(['model.json', 'model.bin']);
    expect(bundle.document.shape).toEqual({ features: 1, units: 3, layers: 2, horizon: 2 });
    expect(bundle.document.weights.tensors.map((t) => [t.name, t.shape, t.offset])).toEqual([
      ['lstm_1/kernel', [1, 12], 0],
      ['lstm_1/recurrent_kernel', [3, 12], 48],
      ['lstm_1/bias', [12], 192],
      ['lstm_2/kernel', [3, 12], 240],
      ['lstm_2/recurrent_kernel', [3, 12], 384],
      ['lstm_2/bias', [12], 528],
      ['dense/kernel', [3, 2], 576],
      ['dense/bias', [2], 600],
    ]);
    expect(bytes.length).toBe(608);
  });

  it.each([
    ['is not JSON', '{', bytes, 'badInput'],
    ['is something else', '{"a":1}', bytes, 'badInput'],
    ['is of a later format', changed((d) => ({ ...d, format: 2 })), bytes, 'storeNewer'],
    [
      'has other weights than it was written with',
      json,
      bytes.map((b, i) => (i === 7 ? b ^ 1 : b)),
      'storeDamaged',
    ],
    ['has torn weights', json, bytes.slice(0, 300), 'storeDamaged'],
    [
      'names a path instead of a file',
      changed((d) => ({ ...d, weights: { ...(d.weights as object), file: '../x' } })),
      bytes,
      'badInput',
    ],
    [
      'says other sizes',
      changed((d) => ({ ...d, shape: { features: 1, units: 4, layers: 2, horizon: 2 } })),
      bytes,
      'storeDamaged',
    ],
    [
      'says other inputs',
      changed((d) => ({ ...d, inputs: [d.inputs[0], d.inputs[0]] })),
      bytes,
      'storeDamaged',
    ],
  ])('is refused where it %s', (_, text, weights, code) => {
    expect(() => parseModelBundle(text, weights)).toThrow(expect.objectContaining({ code }));
  });

  it('finds the column of the file that an input comes from, however the study writes it', () => {
    const other = bundleOf({
      sizes: { features: 3, units: 2, layers: 1, horizon: 1 },
      lookback: 4,
      inputs: ['Adj Close.logReturn', 'Volume.logDiff1p', 'rsi14'],
      study: {
        data: {
          file: 'x.csv',
          features: [{ column: 'adjclose', transform: 'logReturn' }, { column: 'volume', transform: 'logDiff1p' }], // prettier-ignore
          indicators: [{ kind: 'rsi' }],
        },
      },
    });
    expect(other.document.inputs.map((input) => input.source)).toEqual([
      { kind: 'column', column: 'Adj Close', transform: 'logReturn' },
      { kind: 'column', column: 'Volume', transform: 'logDiff1p' },
      expect.objectContaining({ kind: 'indicator', indicator: 'rsi', period: 14, output: 0 }),
    ]);
  });
});

it('weights that do not have their shape are a bug, said at once', () => {
  const torn = {
    ...bundle,
    weights: { ...bundle.weights, dense: { ...bundle.weights.dense, bias: new Float32Array(1) } },
  };
  expect(() => bundleFiles(torn)).toThrow(RangeError);
});

it('an .npy header is padded to 64 bytes and says shape and order', () => {
  const npy = npyBytes({ name: 'x', shape: [2, 1], values: Float32Array.of(1, 2) });
  expect(npy.length % 64).toBe(8);
  expect(new TextDecoder('latin1').decode(npy.slice(10, 80))).toContain(
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }",
  );
});
