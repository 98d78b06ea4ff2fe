import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import { annotationsSchema } from '../model/experiment.ts';
import { hyperparameterNames } from '../model/hyperparameters.ts';
import { mostCompared } from './analysis.ts';
import type { ParamsOf, RequestName } from './contract.ts';
import type { ViewContract } from './view.ts';

/** What the page may ask, as it comes over the wire. Anything else is refused before a handler sees it. */
const nothing = z.null().or(z.undefined().transform(() => null));
const trialNumber = z.int().min(0).max(10_000_000);
const path = z.array(z.union([z.string().max(200), z.int().min(0)])).max(20);
const hyperparameter = z.enum(hyperparameterNames);
const ref = z.strictObject({ store: z.string().max(4_096), id: z.string().regex(/^[a-z0-9-]{1,120}$/) });
const trialRef = ref.extend({ number: trialNumber });
const text = z.string().max(50_000_000);
const columns = z.array(z.string().max(200)).max(1_000);

/** JSON as it may stand in a study file. */
const json: z.ZodType = z.lazy(() =>
  z.union([
    z.string().max(100_000),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(json),
    z.record(z.string(), json),
  ]),
);

const schemas = {
  ready: nothing,
  edit: z.strictObject({ path, value: json.optional(), rename: z.string().min(1).max(200).optional() }),
  run: z.strictObject({ ifFinished: z.enum(['ask', 'moreTrials', 'anotherSeed', 'again']) }),
  stop: z.strictObject({ how: z.enum(['graceful', 'now']) }),
  resume: z.strictObject({ study: z.enum(['frozen', 'changed']) }),
  trial: z.strictObject({ number: trialNumber }),
  predictions: z.strictObject({ number: trialNumber, of: ref.optional() }),
  analyse: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('importance') }),
    z.strictObject({ kind: z.literal('slice'), parameter: hyperparameter }),
    z.strictObject({ kind: z.literal('contour'), parameters: z.tuple([hyperparameter, hyperparameter]) }),
    z.strictObject({ kind: z.literal('bestSoFar') }),
    z.strictObject({ kind: z.literal('selectionBias') }),
    z.strictObject({ kind: z.literal('forecastErrors'), number: trialNumber }),
    z.strictObject({ kind: z.literal('testedTrials') }),
  ]),
  compare: z.strictObject({ trials: z.array(trialRef).min(1).max(mostCompared) }),
  test: z.strictObject({ number: trialNumber.optional(), again: z.boolean().optional() }),
  testResult: z.strictObject({ number: trialNumber.optional() }),
  pickTrial: nothing,
  annotate: annotationsSchema.omit({ format: true }).partial(),
  applyParams: z.strictObject({ number: trialNumber }),
  export: z.union([
    z.strictObject({
      format: z.enum(['csv', 'json', 'optuna']),
      trials: z.array(trialNumber).max(100_000).optional(),
      columns: columns.optional(),
    }),
    z.strictObject({
      format: z.enum(['tfjs', 'keras', 'onnx', 'snippet', 'html', 'markdown', 'modelSheet', 'figures']),
      number: trialNumber.optional(),
    }),
  ]),
  save: z.strictObject({
    name: z
      .string()
      .min(1)
      .max(300)
      .transform((name) => name.replace(/[\\/:*?"<>|]|\p{Cc}/gu, '_')),
    text: text.optional(),
    bytes: z.instanceof(Uint8Array).optional(),
  }),
  copy: z.strictObject({ text }),
  reveal: z.strictObject({ path }),
  openExperiment: ref,
  tensorflow: z.strictObject({ action: z.enum(['status', 'install']) }),
  showLog: nothing,
  dataFiles: nothing,
  manageTrust: nothing,
} satisfies Record<RequestName<ViewContract>, z.ZodType>;

/** Checks the parameters of a request; throws the Fault `badInput` that names the place. */
export function parseViewRequest<N extends RequestName<ViewContract>>(
  name: N,
  params: unknown,
): ParamsOf<ViewContract, N> {
  const parsed = schemas[name].safeParse(params);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Fault(
      'badInput',
      `Request ${name} was refused: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  return parsed.data; // schemas is keyed by request name and follows the contract
}
