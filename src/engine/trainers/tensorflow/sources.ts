import { join } from 'node:path';

/*
 * What is fetched, and its checksums. npm packages are pinned by packageLock.json (SHA-512 each); libtensorflow comes out of a
 * wheel of PyPI pinned here. Both are the work of the TensorFlow authors, Apache-2.0; nothing of them ships with this project.
 */

export const tfjsNodeVersion = '4.22.0';

/** Folder of the package inside an install folder. */
export function packageFolderOf(folder: string): string {
  return join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

/** Node-API version of the compiled addon: one build serves Node 20 and newer. */
export const nodeApiVersion = 8;

export interface Wheel {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What `pip download` is asked for, so that every Python fetches this same file. */
  readonly pipArguments: readonly string[];
}

/** The one platform on which the wheel's library was built and tried against this addon; others use the package's own install. */
export const linuxWheel: Wheel = {
  file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  bytes: 273_829_956,
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  pipArguments: [
    'download',
    '--no-deps',
    '--no-cache-dir',
    '--only-binary=:all:',
    '--implementation=cp',
    '--python-version=3.11',
    '--abi=cp311',
    '--platform=manylinux_2_27_x86_64',
    'tensorflow-cpu==2.21.0',
  ],
};

export function wheelFor(platform: string, arch: string): Wheel | null {
  return platform === 'linux' && arch === 'x64' ? linuxWheel : null;
}

/** Sizes told before anything is fetched, in bytes: the download, and the folder when all is done. */
export const installSizes = {
  wheel: { download: linuxWheel.bytes + 30_000_000, disk: 970_000_000 },
  package: { download: 190_000_000, disk: 600_000_000 },
} as const;

/** Path below deps/ of the file of a wheel that the addon needs, or null: two libraries and the headers of the C interface. */
export function wheelEntryTarget(entry: string): string | null {
  if (entry.split('/').includes('..')) return null;
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/.exec(entry);
  if (library) return `lib/${library[1]}`;
  const header =
    /^tensorflow\/(include\/(?:tensorflow\/c\/.*|xla\/tsl\/c\/.*|(?:tensorflow\/core|tsl)\/platform\/ctstring\w*)\.h)$/.exec(
      entry,
    );
  return header ? header[1] : null;
}

/** Names the linker and the addon look for, and the library each stands for. */
export const libraryLinks = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
} as const;
