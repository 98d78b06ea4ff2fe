import { fileURLToPath } from 'node:url';
import { buildNames } from '../../../kernels/generate/build.ts';
import { trainerConformance } from '../../../../test/conformance/trainer.ts';
import { createWasmTrainer } from './createWasmTrainer.ts';
import { revectorizeFlag, setV8Flag } from './v8Flag.ts';

const kernelsFolder = fileURLToPath(new URL('../../../../dist/kernels', import.meta.url));

// Trials spend their time in optimized code, revec's in revectorized code; small tests would never leave the baseline compiler
// (which session.test.ts runs in). This file has a process of its own.
setV8Flag('--no-liftoff');
const flag = await revectorizeFlag();
if (flag !== null) setV8Flag(flag);

for (const build of buildNames) {
  trainerConformance(`wasm (${build})`, () => createWasmTrainer({ kernelsFolder, build, v8Flag: null }));
}
