import { zipSync } from 'fflate';
import { bytesOf, type ExportFile } from './exportFile.ts';
import { concatBytes, float32Bytes } from './bundleWeights.ts';

/** Equal inputs give equal bytes: the time in the archive is fixed (the earliest that ZIP can say, with a day to spare for time zones). */
const fixedTime = new Date(1980, 0, 2);

/** A ZIP archive of files. */
function zipFiles(files: readonly ExportFile[]): Uint8Array {
  return zipSync(Object.fromEntries(files.map((file) => [file.name, bytesOf(file)])), { mtime: fixedTime });
}

export interface NpyArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** NumPy's .npz: a ZIP of .npy arrays, float32 in C order. */
export function npzBytes(arrays: readonly NpyArray[]): Uint8Array {
  return zipFiles(arrays.map((array) => ({ name: `${array.name}.npy`, bytes: npyBytes(array) })));
}

/** NumPy format 1.0 (numpy.lib.format): magic, version, header length, header padded to 64 bytes, data. */
export function npyBytes({ shape, values }: NpyArray): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefix = 10;
  const padded = Math.ceil((prefix + header.length + 1) / 64) * 64 - prefix;
  const text = `${header.padEnd(padded - 1)}\n`;
  const head = new Uint8Array(prefix);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(head.buffer).setUint16(8, padded, true);
  return concatBytes([head, new TextEncoder().encode(text), float32Bytes(values)]);
}
