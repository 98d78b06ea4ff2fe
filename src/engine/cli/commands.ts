import { Command, InvalidArgumentError, Option } from 'commander';
import { Fault } from '../../model/fault.ts';
import { prunerKinds, samplerKinds } from '../../model/searchSpec.ts';
import type { EnginePaths } from '../session/context.ts';
import { sayPivot } from './pivot.ts';
import { refOf, resolveExperiment, runCommand, type CliContext, type CommonOptions } from './program.ts';
import { checkFile, printSchema } from './check.ts';
import { compareTrials } from './compare.ts';
import { listExperiments, showExperiment, showHistory } from './list.ts';
import {
  exportFiles,
  predictNext,
  sayImportance,
  tensorflowCommand,
  writeReport,
  type ExportFlags,
} from './outputs.ts';
import { rerunExperiment, resumeStudy, runStudy, type RunFlags } from './run.ts';
import { removeExperiments, type RemoveFlags } from './remove.ts';
import { testExperiment, type TestFlags } from './test.ts';

export interface ProgramOptions {
  readonly paths: EnginePaths;
  readonly version: string;
  readonly onExit: (code: number) => void;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Write a whole number from 1 up.');
  return value;
}

function index(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Write the number of a trial.');
  return value;
}

interface EngineFlags {
  readonly workers?: number;
  readonly build?: string;
  readonly trialTimeout?: number;
  readonly memory?: number;
}

export function createProgram(options: ProgramOptions): Command {
  const program = new Command('lstm-study')
    .description(
      'Finds good hyperparameters for LSTM stock-price forecasters, and says honestly whether they beat repeating the last price.',
    )
    .version(options.version)
    .showHelpAfterError('Run with --help to see how it is used.')
    .configureHelp({ sortSubcommands: false })
    .exitOverride((error) => {
      options.onExit(error.exitCode === 0 ? 0 : 2);
      throw error;
    })
    .addHelpText(
      'after',
      `
A first study:
  lstm-study check prices.lstm.json     what is wrong with it, how long it will take
  lstm-study run prices.lstm.json       search, then confirm the best on fresh seeds
  lstm-study test prices.lstm.json      open the sealed range, once: the verdict
  lstm-study export prices.lstm.json --csv trials.csv

Experiments are kept in .lstm-study beside the study file. Everything that has ended is on disk: stop with Ctrl-C, or pull
the plug, and go on with "lstm-study run" or "resume".

Exit codes: 0 good, 1 failed (a trainer, a worker or a bug), 2 input, 3 store, 130 stopped.`,
    );

  const common = (command: Command): Command =>
    command
      .option('--json', 'one JSON object a line on stdout, for programs')
      .option('--store <folder>', 'where experiments are kept (default: .lstm-study beside the study file)')
      .option('-v, --verbose', 'say more');
  const engine = (command: Command): Command =>
    common(command)
      .option('-w, --workers <n>', 'trials at a time; speed only, the results are the same', count)
      .option('--build <name>', 'pin a build of the embedded trainer: plain, relaxed, revec')
      .option('--trial-timeout <seconds>', 'end a trial that takes longer', count)
      .option('--memory <megabytes>', 'most memory one fit may take', count);
  const runFlags = (command: Command): Command =>
    engine(command)
      .option('-n, --trials <n>', 'budget of trials', count)
      .option('--time-limit <time>', 'no new trial after this time: 30m, 2h')
      .addOption(new Option('--sampler <kind>', 'how trials are chosen').choices(samplerKinds))
      .addOption(new Option('--pruner <kind>', 'what stops hopeless trials early').choices(prunerKinds));

  const act = async (
    flags: CommonOptions & EngineFlags,
    command: (context: CliContext) => Promise<number>,
  ): Promise<void> => {
    const { workers, build, trialTimeout, memory } = flags;
    const code = await runCommand(
      {
        paths: options.paths,
        version: options.version,
        common: flags,
        settings: {
          ...(workers === undefined ? {} : { workers }),
          ...(build === undefined ? {} : { build }),
          ...(trialTimeout === undefined ? {} : { trialTimeoutMs: trialTimeout * 1_000 }),
          ...(memory === undefined ? {} : { workerMemoryBytes: memory * 1e6 }),
        },
      },
      command,
    );
    options.onExit(code);
  };

  runFlags(program.command('run'))
    .argument('<study>', 'study file, *.lstm.json')
    .description('run a study: starts it, goes on where it stopped, or extends it when its budget has grown')
    .option(
      '--more-trials',
      'when it has finished: as many trials again (--trials: so many); where time ran out, as much time',
    )
    .option('--another-seed', 'when it has finished: repeat it with other random numbers')
    .option('--again', 'when it has finished: repeat it exactly')
    .option('-y, --yes', 'run a grid of more than a million combinations')
    .action((file: string, flags: RunFlags & CommonOptions & EngineFlags) =>
      act(flags, (context) => runStudy(context, file, flags)),
    );

  runFlags(program.command('resume'))
    .argument('<experiment>', 'id (or a part of it), or a study file for its latest experiment')
    .description('go on with an experiment; the options change it from the next trial on')
    .option(
      '--study <file>',
      'take budget, time limit, sampler, pruner and space from this study file; other options go before it',
    )
    .action((target: string, flags: RunFlags & CommonOptions & EngineFlags) =>
      act(flags, async (context) =>
        resumeStudy(context, refOf(await resolveExperiment(context, target)), { name: target, flags }),
      ),
    );

  common(program.command('rerun'))
    .argument('<experiment>', 'id (or a part of it), or a study file for its latest experiment')
    .description(
      'repeat an experiment exactly, as a new one: same study, data and trainer, else what differs is said',
    )
    .option('-w, --workers <n>', 'trials at a time; speed only, the results are the same', count)
    .option('--anyway', 'run it although data or trainer are other ones now')
    .action((target: string, flags: CommonOptions & { workers?: number; anyway?: boolean }) =>
      act(flags, async (context) =>
        rerunExperiment(
          context,
          { ref: refOf(await resolveExperiment(context, target)), name: target },
          flags,
        ),
      ),
    );

  engine(program.command('test'))
    .argument('<experiment>', 'id, or a study file for its latest experiment')
    .description(
      'refit the winner (or --trial) on all search rows and open the sealed range: the verdict; every look is counted',
    )
    .option('--trial <n>', 'this trial instead of the winner', index)
    .option('--again', 'open the range once more for a trial that has a result')
    .action((target: string, flags: TestFlags & CommonOptions & EngineFlags) =>
      act(flags, async (context) => testExperiment(context, await resolveExperiment(context, target), flags)),
    );

  common(program.command('list'))
    .argument('[folder]', 'folder of study files (default: here)')
    .description('the experiments of a folder: state, leader, winner, looks at the sealed range')
    .action((folder: string | undefined, flags: CommonOptions) =>
      act(flags, (context) => listExperiments(context, folder)),
    );

  common(program.command('history'))
    .argument('<study>', 'study file')
    .description(
      'how the best of a study moved over its experiments; scores of other data or splits are kept apart',
    )
    .action((file: string, flags: CommonOptions) => act(flags, (context) => showHistory(context, file)));

  common(program.command('delete'))
    .argument('<experiments...>', 'ids; with a study file its latest experiment')
    .description(
      'delete experiments that are not needed any more: says which and how large, deletes with --yes',
    )
    .option('-y, --yes', 'delete them for good')
    .action((targets: string[], flags: CommonOptions & RemoveFlags) =>
      act(flags, (context) => removeExperiments(context, targets, flags)),
    );

  common(program.command('show'))
    .argument('<experiment>', 'id, or a study file for its latest experiment')
    .description('one experiment: settings, baselines, ranking; --trial shows all of one trial')
    .option('--trial <n>', 'this trial as JSON, with its curves', index)
    .option('--top <n>', 'rows of the ranking', count)
    .action((target: string, flags: CommonOptions & { trial?: number; top?: number }) =>
      act(flags, async (context) => showExperiment(context, await resolveExperiment(context, target), flags)),
    );

  common(program.command('check'))
    .argument('<study>', 'study file')
    .description('what is wrong with a study and its data, its folds, its size and how long it will take')
    .action((file: string, flags: CommonOptions) => act(flags, (context) => checkFile(context, file)));

  common(program.command('schema'))
    .description('the JSON Schema of study files')
    .action((flags: CommonOptions) => act(flags, (context) => Promise.resolve(printSchema(context))));

  common(program.command('export'))
    .argument('<experiment>', 'id, or a study file for its latest experiment')
    .description(
      'take things away: tables of trials, and models of tested trials with scaler and window rule; with --json alone all trials with their curves, one a line on stdout',
    )
    .option('--csv <file>', 'table of trials')
    .option('--trials <file>', 'all trials with their curves, as JSON')
    .option('--optuna <file>', 'journal that Optuna and its dashboard open')
    .option('--tfjs <folder>', 'model for TensorFlow.js')
    .option('--keras <folder>', 'weights and a Python file that builds the Keras model')
    .option('--onnx <folder>', 'model as ONNX')
    .option('--snippet <folder>', 'programs in TypeScript and Python that forecast with the model')
    .option('--trial <n>', 'the model of this trial (default: the one tested last)', index)
    .action((target: string, flags: CommonOptions & ExportFlags) =>
      act(flags, async (context) => exportFiles(context, await resolveExperiment(context, target), flags)),
    );

  common(program.command('report'))
    .argument('<experiment>', 'id, or a study file for its latest experiment')
    .description('one self-contained page: verdict, baselines, folds, seeds, search, info sheet')
    .option('--html [file]', 'write it here (default: report.html)')
    .option('--markdown [file]', 'as Markdown (default: report.md)')
    .option('--sheet <file>', 'the model info sheet alone')
    .option('--figures <folder>', 'its charts as SVG files')
    .option('--trial <n>', 'about this tested trial', index)
    .action((target: string, flags: CommonOptions & Parameters<typeof writeReport>[2]) =>
      act(flags, async (context) => writeReport(context, await resolveExperiment(context, target), flags)),
    );

  common(program.command('compare'))
    .argument(
      '<trials...>',
      'two or more as EXPERIMENT:NUMBER, where EXPERIMENT is an id, a part of one, or a study file for its latest; one EXPERIMENT with --pivot',
    )
    .description('trials side by side: what differs, paired differences, ties called ties')
    .option('--pivot <two>', 'of one experiment: mean score by two hyperparameters, e.g. units,layers')
    .action((targets: string[], flags: CommonOptions & { pivot?: string }) =>
      act(flags, (context) =>
        flags.pivot === undefined ? compareTrials(context, targets) : sayPivot(context, targets, flags.pivot),
      ),
    );

  common(program.command('importance'))
    .argument('<experiment>', 'id, or a study file for its latest experiment')
    .description('which hyperparameters matter')
    .action((target: string, flags: CommonOptions) =>
      act(flags, async (context) => sayImportance(context, await resolveExperiment(context, target))),
    );

  common(program.command('predict'))
    .argument('<model>', 'folder or model.json of a tested trial')
    .argument('<data>', 'CSV or Parquet with new prices')
    .description('the next forecast of a model')
    .action((model: string, data: string, flags: CommonOptions) =>
      act(flags, (context) => predictNext(context, model, data)),
    );

  common(program.command('tensorflow'))
    .argument('<action>', 'status, install or remove')
    .description('the second trainer, TensorFlow: installed on demand, never needed')
    .option('-y, --yes', 'install without asking')
    .action((action: string, flags: CommonOptions & { yes?: boolean }) =>
      act(flags, (context) => {
        const known = (['status', 'install', 'remove'] as const).find((name) => name === action);
        if (!known) throw new Fault('badInput', `"${action}" is none of status, install, remove.`);
        return tensorflowCommand(context, known, flags);
      }),
    );

  engine(program.command('doctor'))
    .description('versions, machine, kernels and their speed: what to send with a report')
    .action((flags: CommonOptions & EngineFlags) =>
      act(flags, async (context) => {
        const { text } = await context.session.handlers.doctor({});
        context.output.result(text, { event: 'doctor', text });
        return 0;
      }),
    );

  return program;
}
