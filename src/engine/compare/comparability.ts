import { createHash } from 'node:crypto';
import type { Experiment } from '../../model/experiment.ts';
import { plainText } from '../../model/plainText.ts';

/** Why scores of two experiments cannot stand in one column: one sentence a cause; empty when they can. */
export function incomparableReasons(a: Experiment, b: Experiment): readonly string[] {
  if (a.id === b.id) return [];
  const [nameA, nameB] = namesOf(a, b);
  const reasons: string[] = [];
  const differ = (what: string, of: (experiment: Experiment) => string): void => {
    if (of(a) !== of(b)) reasons.push(`${what}: ${of(a)} in ${nameA}, ${of(b)} in ${nameB}.`);
  };
  if (a.dataHash !== b.dataHash)
    reasons.push(`Different data: ${dataOf(a)} in ${nameA}, ${dataOf(b)} in ${nameB}.`);
  if (splitKey(a) !== splitKey(b))
    reasons.push(`Different split: ${splitOf(a)} in ${nameA}, ${splitOf(b)} in ${nameB}.`);
  differ('Different horizon', (e) => `${e.study.horizon} ${e.study.horizon === 1 ? 'step' : 'steps'}`);
  differ('Different target', (e) => `${plainText(e.resolved.price)} as ${e.study.data.forecast}`);
  differ('Different objective', (e) => e.study.objective);
  return reasons;
}

/** The same text for two experiments exactly where `incomparableReasons` has none for them. */
export function scoresKeyOf(experiment: Experiment): string {
  const { dataHash, study, resolved } = experiment;
  const parts = [
    dataHash,
    splitKey(experiment),
    study.horizon,
    resolved.price,
    study.data.forecast,
    study.objective,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Names as shown; with the id where both have the same name. */
function namesOf(a: Experiment, b: Experiment): readonly [string, string] {
  const [nameA, nameB] = [plainText(a.name), plainText(b.name)];
  return nameA === nameB ? [`${nameA} (${a.id})`, `${nameB} (${b.id})`] : [nameA, nameB];
}

function dataOf({ study, rows, dataHash }: Experiment): string {
  return `${plainText(study.data.file)}, ${rows.count} rows to ${rows.lastDate}, hash ${dataHash.slice(0, 8)}`;
}

/** Validation rows and train rows of every fold: what the scores are means over. */
function splitKey({ folds }: Experiment): string {
  return folds
    .map(({ train, validation }) => [train.from, train.to, validation.from, validation.to].join('-'))
    .join(' ');
}

function splitOf({ folds, study }: Experiment): string {
  const first = folds.at(0)?.validation.firstDate ?? '?';
  const last = folds.at(-1)?.validation.lastDate ?? '?';
  const { validation } = study.split;
  const kind = validation.kind === 'walkForward' ? `${validation.window} walk-forward` : 'holdout';
  return `${folds.length} ${kind} ${folds.length === 1 ? 'fold' : 'folds'} from ${first} to ${last}`;
}
