/** Typed arrays in stored documents: base64 of their little-endian bytes. */

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array;
type NumbersClass<T extends Numbers> = { readonly BYTES_PER_ELEMENT: number; new (length: number): T };

export function encodeNumbers(values: Numbers): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.from(isLittleEndian ? bytes : swapped(bytes, values.BYTES_PER_ELEMENT)).toString('base64');
}

/** Null when the text does not hold exactly `length` numbers. */
export function decodeNumbers<T extends Numbers>(
  text: string,
  kind: NumbersClass<T>,
  length: number,
): T | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength !== length * kind.BYTES_PER_ELEMENT) return null;
  const values = new kind(length);
  new Uint8Array(values.buffer).set(isLittleEndian ? bytes : swapped(bytes, kind.BYTES_PER_ELEMENT));
  return values;
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size)
    for (let k = 0; k < size; k++) out[i + k] = bytes[i + size - 1 - k];
  return out;
}
