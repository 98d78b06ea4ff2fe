import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { Fault } from '../../../model/fault.ts';

/*
 * Reads a zip archive as far as a wheel needs it: stored and deflated entries, no encryption, no zip64 (wheels below 4 GB).
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
 */

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

const endSignature = 0x06054b50;
const endSize = 22;
const longestComment = 0xffff;
const directorySignature = 0x02014b50;
const directoryEntrySize = 46;
const localSignature = 0x04034b50;
const localHeaderSize = 30;

function damaged(path: string, what: string): Fault {
  return new Fault(
    'backendUnavailable',
    `${path} is no whole zip archive: ${what}. Delete it and install again.`,
  );
}

/**
 * The entries of an archive, from its central directory.
 * @throws Fault `backendUnavailable` when the file is cut short or no zip archive
 */
export async function readZipEntries(path: string): Promise<ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, Math.max(0, size - endSize - longestComment), endSize + longestComment);
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || end + endSize > tail.length || tail.readUInt32LE(end) !== endSignature) {
      throw damaged(path, 'its directory is missing');
    }
    const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    return parseDirectory(directory, tail.readUInt16LE(end + 10), path);
  } finally {
    await file.close();
  }
}

function parseDirectory(directory: Buffer, count: number, path: string): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + directoryEntrySize > directory.length || directory.readUInt32LE(at) !== directorySignature) {
      throw damaged(path, `entry ${i} of ${count} is cut off`);
    }
    const nameLength = directory.readUInt16LE(at + 28);
    const nameStart = at + directoryEntrySize;
    entries.push({
      name: directory.toString('utf8', nameStart, nameStart + nameLength),
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at = nameStart + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Writes one entry to `target`, making its folder. Streams, so an entry may be larger than memory. */
export async function extractEntry(path: string, entry: ZipEntry, target: string): Promise<void> {
  const start = await dataOffset(path, entry);
  await mkdir(dirname(target), { recursive: true });
  const from = createReadStream(path, { start, end: start + Math.max(entry.compressedBytes, 1) - 1 });
  const to = createWriteStream(target);
  switch (entry.method) {
    case 0:
      await pipeline(from, to);
      return;
    case 8:
      await pipeline(from, createInflateRaw(), to);
      return;
    default:
      throw damaged(path, `${entry.name} is packed by method ${entry.method}`);
  }
}

/** Names and extra fields before the data differ between local header and directory: only the local one counts. */
async function dataOffset(path: string, entry: ZipEntry): Promise<number> {
  const file = await open(path);
  try {
    const header = await readAt(file, entry.headerOffset, localHeaderSize);
    if (header.length < localHeaderSize || header.readUInt32LE(0) !== localSignature) {
      throw damaged(path, `${entry.name} is not where the directory says`);
    }
    return entry.headerOffset + localHeaderSize + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
