import { resolve } from 'node:path';
import { isClosed } from '../../model/experiment.ts';
import { exitCodeOf, Fault, isFault } from '../../model/fault.ts';
import type { EngineContract, EngineSettings } from '../../protocol/engine.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import { createSession, type EngineSession } from '../session.ts';
import type { EnginePaths } from '../session/context.ts';
import { systemClock } from '../clock.ts';
import { idPattern } from '../store/place.ts';
import { storeName, storeOf } from '../store/storeFolder.ts';
import { createOutput, shellWord, type Output } from './output.ts';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly store?: string;
  readonly verbose?: boolean;
}

type Events = EngineContract['events'];
export type Listener = <N extends keyof Events>(name: N, payload: Events[N]) => void;

export interface CliContext {
  readonly output: Output;
  readonly session: EngineSession;
  /** Events of the engine go here from now on. */
  listen(listener: Listener): void;
  readonly store: string | null;
}

export interface CliOptions {
  readonly paths: EnginePaths;
  readonly version: string;
  readonly settings: Omit<EngineSettings, 'mode'>;
}

/** Runs one command with an engine in this process, and turns what goes wrong into a sentence and an exit code. */
export async function runCommand(
  options: CliOptions & { readonly common: CommonOptions },
  command: (context: CliContext) => Promise<number>,
): Promise<number> {
  const { common } = options;
  const output = createOutput(common.json === true, { out: process.stdout, err: process.stderr });
  const listeners: Listener[] = [];
  const session = createSession({
    clock: systemClock,
    paths: options.paths,
    version: options.version,
    emit: (name, payload) => {
      if (name === 'log') {
        const { level, text } = payload as Events['log']; // the payload of this name
        output.note(`${level === 'warn' ? 'warning' : level}: ${text}`, { event: 'log', level, text });
      }
      for (const listener of listeners) listener(name, payload);
    },
  });
  try {
    await session.handlers.initialize({
      ...options.settings,
      mode: 'full',
      logLevel: common.verbose === true ? 'debug' : 'warn',
    });
    return await command({
      output,
      session,
      listen: (listener) => listeners.push(listener),
      store: common.store === undefined ? null : resolve(common.store),
    });
  } catch (error) {
    return tell(error, output);
  } finally {
    await session.dispose();
  }
}

/** Says what went wrong; the exit code. */
export function tell(error: unknown, output: Output): number {
  if (isFault(error)) {
    output.note(`error: ${error.message} [${error.code}]`, {
      event: 'fault',
      code: error.code,
      message: error.message,
    });
    return exitCodeOf(error.code);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  output.note(`This is a bug in LSTM Study; please report it with these lines:\n${text}`, {
    event: 'fault',
    code: 'internal',
    message: text,
  });
  return 1;
}

/**
 * The experiment that a command is about: an id, or a study file, which stands for its latest experiment. Fault `badInput` when
 * there is none.
 */
export async function resolveExperiment(context: CliContext, target: string): Promise<ExperimentSummary> {
  const isFile = /\.json$/i.test(target) || target.includes('/') || target.includes('\\');
  const store = context.store ?? (isFile ? storeOf(resolve(target)) : resolve(storeName));
  const { experiments } = await context.session.browse.list([store]);
  if (isFile) {
    const file = resolve(target);
    const ofFile = experiments.filter(
      (e) => resolve(store, '..', e.studyFile) === file && !isClosed(e.state),
    );
    const latest = ofFile.at(-1);
    if (latest) return latest;
    throw new Fault(
      'badInput',
      `${target} has no experiment in ${store} yet. \`lstm-study run ${shellWord(target)}\` makes one.`,
    );
  }
  const found = experiments.filter((e) => e.id === target);
  const byPart = found.length > 0 ? found : experiments.filter((e) => target !== '' && e.id.includes(target));
  if (byPart.length === 1) {
    const [one] = byPart;
    // Reading it says what is wrong with it.
    if (isClosed(one.state)) await context.session.browse.load(refOf(one));
    return one;
  }
  const hint = idPattern.test(target) ? '' : ' (ids are lower-case letters, digits and hyphens)';
  throw new Fault(
    'badInput',
    byPart.length === 0
      ? `There is no experiment "${target}" in ${store}${hint}. \`lstm-study list\` shows those there are; --store names another place.`
      : `"${target}" fits ${byPart.length} experiments: ${byPart.map((e) => e.id).join(', ')}. Write more of it.`,
  );
}

export function refOf(summary: ExperimentSummary): ExperimentRef {
  return { store: summary.store, id: summary.id };
}
