import { createTensorflowTrainer } from '../../src/engine/trainers/tensorflow/createTensorflowTrainer.ts';
import { trainerConformance } from '../conformance/trainer.ts';
import { ensureTensorflow } from './installed.ts';

trainerConformance('tensorflow', async () => createTensorflowTrainer({ folder: await ensureTensorflow() }));
