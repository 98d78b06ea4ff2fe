import { fileURLToPath } from 'node:url';
import { buildNames } from '../../../kernels/generate/build.ts';
import { trainerConformance } from '../../../../test/conformance/trainer.ts';
import { createWasmTrainer } from './createWasmTrainer.ts';

const kernelsFolder = fileURLToPath(new URL('../../../../dist/kernels', import.meta.url));

for (const build of buildNames) {
  trainerConformance(`wasm (${build})`, () => createWasmTrainer({ kernelsFolder, build, v8Flag: null }));
}
