import type { ExperimentSummary } from '../../protocol/experiments.ts';

/**
 * Does an experiment fit what was typed? Every word has to be found in its name, study file, id, state, verdict, notes or tags, in
 * any order; “starred” fits starred ones. Archived ones are shown only where “archived” is among the words.
 */
export function fitsFilter(summary: ExperimentSummary, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isArchived = summary.annotations.archived === true;
  if (isArchived && !words.includes('archived')) return false;
  const searched = searchText(summary);
  return words.every((word) => searched.includes(word));
}

const verdictWords = {
  better: 'better',
  notDistinguishable: 'not distinguishable tie',
  worse: 'worse',
} as const;

function searchText(summary: ExperimentSummary): string {
  const { annotations, verdict } = summary;
  return [
    annotations.name ?? summary.name,
    summary.name,
    summary.id,
    summary.studyFile,
    summary.state,
    verdict ? `tested ${verdictWords[verdict]}` : '',
    annotations.note ?? '',
    ...(annotations.tags ?? []),
    ...Object.values(annotations.trials).flatMap((trial) => [trial.note ?? '', ...(trial.tags ?? [])]),
    annotations.star ? 'starred' : '',
    annotations.archived ? 'archived' : '',
  ]
    .join('\n')
    .toLowerCase();
}

/** What stands above the list while a filter is set. */
export function filterMessage(text: string, shown: number, all: number): string | undefined {
  if (text === '') return undefined;
  return shown === 0
    ? `No experiment fits “${text}”.`
    : `${shown} of ${all} ${all === 1 ? 'experiment' : 'experiments'}`;
}
