import { createTensorflowTrainer } from '../../src/engine/trainers/tensorflow/createTensorflowTrainer.ts';
import { trainerConformance } from '../conformance/trainer.ts';
import { ensureTensorflow } from './installed.ts';

const folder = await ensureTensorflow(); // here, because a first installation may take longer than a hook

trainerConformance('tensorflow', () => Promise.resolve(createTensorflowTrainer({ folder })));
