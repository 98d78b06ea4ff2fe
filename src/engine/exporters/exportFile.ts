/** A file as an exporter makes it: text or bytes under a plain name; the caller decides where it is written. */
export type ExportFile =
  { readonly name: string; readonly text: string } | { readonly name: string; readonly bytes: Uint8Array };

/** Bytes of a file, text as UTF-8. */
export function bytesOf(file: ExportFile): Uint8Array {
  return 'bytes' in file ? file.bytes : new TextEncoder().encode(file.text);
}
