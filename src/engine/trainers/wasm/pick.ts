import { buildNames, type BuildName } from '../../../kernels/generate/build.ts';
import { Fault, isFault } from '../../../model/fault.ts';
import { addressableBytes, createArena, type Arena } from './arena.ts';
import { trainingDigest } from './digest.ts';
import { fixedTraining } from './fixedTraining.ts';
import { loadKernels } from './kernels.ts';
import { selfCheck } from './selfCheck.ts';
import { createTrainSession } from './session.ts';
import { revectorizeFlag, setV8Flag } from './v8Flag.ts';

/** What a worker needs to run the chosen kernels. */
export interface KernelChoice {
  readonly build: BuildName;
  /** Flag that V8 needs before it compiles them, or null. */
  readonly v8Flag: string | null;
  readonly digest: string;
}

export interface BuildTrial {
  readonly build: BuildName;
  /** Shortest training step of the trial, or why the build is not used. */
  readonly outcome: { readonly msPerStep: number; readonly digest: string } | { readonly rejected: string };
}

export interface ChooseBuildOptions {
  readonly kernelsFolder: string;
  /** Only this build is tried, and must verify. */
  readonly pinned?: BuildName;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Called before the last timing: gives this process the priority that workers have. */
  readonly actAsWorker?: () => void;
}

/** The choice, and what a step of it costs a worker here as the machine is now. */
export interface TimedChoice extends KernelChoice {
  readonly trials: BuildTrial[];
  /** Mean over a moment, at a worker's priority: on a busy machine far more than the shortest. */
  readonly meanMsPerStep: number;
}

/** A build that verified, and a training step of it to be timed. */
interface Candidate {
  readonly build: BuildName;
  readonly v8Flag: string | null;
  readonly digest: string;
  readonly arena: Arena;
  readonly step: () => void;
}

/**
 * Verifies and times each build, and takes the fastest. To be called in a throw-away child process: it sets a V8 flag, which holds
 * for the whole process, after the builds that want none have been verified and compiled.
 * @throws Fault `backendUnavailable` when no build verifies, with the reason for each.
 */
export async function chooseBuild(options: ChooseBuildOptions): Promise<TimedChoice> {
  const { pinned, kernelsFolder, now } = options;
  const v8Flag = revectorizeFlag(); // the answer comes from another process, while the builds that need none are tried
  const candidates: Candidate[] = [];
  const trials: BuildTrial[] = [];
  for (const build of buildNames) {
    if (pinned !== undefined && build !== pinned) continue;
    const candidate = await verify(build, build === 'revec' ? await v8Flag : null, kernelsFolder);
    if ('rejected' in candidate) trials.push({ build, outcome: candidate });
    else {
      await shortestStep(candidate, { ...warmUp, now });
      candidates.push(candidate);
    }
  }
  const timed = await timeInTurns(candidates, now);
  for (const [candidate, msPerStep] of timed) {
    // Once more: what was verified first ran in V8's baseline code, what trials run is the optimized code of now.
    const wrong = wrongWith(candidate);
    const { build, digest } = candidate;
    trials.push({ build, outcome: wrong === null ? { msPerStep, digest } : { rejected: wrong } });
    if (wrong !== null) timed.delete(candidate);
  }
  const [fastest] = [...timed].sort(([, a], [, b]) => a - b);
  if (!fastest) {
    const reasons = trials.map(
      ({ build, outcome }) => `${build}: ${'rejected' in outcome ? outcome.rejected : ''}`,
    );
    throw new Fault('backendUnavailable', `No kernels run here. ${reasons.join('. ')}.`);
  }
  const [chosen] = fastest;
  const { build, digest } = chosen;
  options.actAsWorker?.();
  return { build, v8Flag: chosen.v8Flag, digest, trials, meanMsPerStep: meanStep(chosen, now) };
}

/** What the gradients or the digest of a candidate show to be wrong, or null. */
function wrongWith({ arena, build, digest }: Pick<Candidate, 'arena' | 'build' | 'digest'>): string | null {
  const wrong = selfCheck(arena, build);
  if (wrong !== null) return wrong;
  return trainingDigest(arena, build) === digest ? null : 'optimized code gives another digest';
}

/** Loads a build and compares its gradients with the reference's; whatever is wrong with it, others may still do. */
async function verify(
  build: BuildName,
  v8Flag: string | null,
  kernelsFolder: string,
): Promise<Candidate | { readonly rejected: string }> {
  // Its wide tiles need either the flag or 32 vector registers; on an x64 without the flag they only spill.
  if (build === 'revec' && v8Flag === null && process.arch === 'x64') {
    return { rejected: 'this V8 has no revectorizer' };
  }
  if (v8Flag !== null) setV8Flag(v8Flag);
  try {
    const arena = createArena(await loadKernels(kernelsFolder, build), addressableBytes);
    const wrong = selfCheck(arena, build);
    if (wrong !== null) return { rejected: wrong };
    const digest = trainingDigest(arena, build);
    return { build, v8Flag, digest, arena, step: timedStep(arena, build) };
  } catch (error) {
    if (isFault(error) || error instanceof WebAssembly.RuntimeError) return { rejected: error.message };
    throw error;
  }
}

/** Shortest step of each, timed in turns so that a busy machine slows all of them alike. */
async function timeInTurns(
  candidates: readonly Candidate[],
  now: () => number,
): Promise<Map<Candidate, number>> {
  const shortest = new Map<Candidate, number>();
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      const ms = await shortestStep(candidate, { ...inRound, now });
      shortest.set(candidate, Math.min(ms, shortest.get(candidate) ?? Infinity));
    }
  }
  return shortest;
}

/** Every kernel takes part: blocks of 6 and 4, pairs of panels and a single one, both kinds of dropout. */
export const timedTraining = fixedTraining({
  params: {
    lookback: 10,
    units: 50,
    layers: 2,
    dropout: 0.1,
    recurrentDropout: 0.1,
    learningRate: 0.001,
    batchSize: 40,
    epochs: 1,
    optimizer: 'adam',
    momentum: 0,
    weightDecay: 0,
    clipNorm: 0,
    loss: 'mse',
  },
  features: 5,
  horizon: 1,
});
const warmUp = { ms: 40, leastSteps: 10 };
const rounds = 4;
const inRound = { ms: 5, leastSteps: 3 };
const mean = { ms: 60, leastSteps: 10 };
const stepsBetweenPauses = 10;

function timedStep(arena: Arena, build: BuildName): () => void {
  const { params, fold, weights, dropoutSeed } = timedTraining;
  const { features, horizon } = fold;
  const sizes = { build, ...params, features, horizon };
  const session = createTrainSession(arena, sizes, { params, dropoutSeed });
  session.setWeights(weights);
  const range = { origins: fold.trainOrigins, first: 0, count: params.batchSize };
  return () => {
    session.gradients(fold, range);
    session.update();
  };
}

async function shortestStep(
  { step }: Candidate,
  { ms, leastSteps, now }: { readonly ms: number; readonly leastSteps: number; readonly now: () => number },
): Promise<number> {
  const end = now() + ms;
  let shortest = Infinity;
  for (let i = 0; i < leastSteps || now() < end; i++) {
    const start = now();
    step();
    shortest = Math.min(shortest, now() - start);
    // Optimized code is installed between tasks.
    if (i % stepsBetweenPauses === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return shortest;
}

function meanStep({ step }: Candidate, now: () => number): number {
  const start = now();
  let steps = 0;
  while (steps < mean.leastSteps || now() - start < mean.ms) {
    step();
    steps++;
  }
  return (now() - start) / steps;
}
