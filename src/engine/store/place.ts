import { join } from 'node:path';

/** Where everything of one experiment lies (docs/store.md). */
export const documentNames = {
  experiment: 'experiment.json',
  summary: 'summary.json',
  head: 'head.json',
  annotations: 'annotations.json',
  owner: 'owner.json',
} as const;

/** Folders with one document a trial. */
export const trialFolders = ['trials', 'confirm', 'predictions', 'final'] as const;
export type TrialFolder = (typeof trialFolders)[number];

/** 42 -> '00042'; longer numbers keep their digits. */
export function numberName(number: number): string {
  return String(number).padStart(5, '0');
}

export function trialDocument(folder: string, kind: Exclude<TrialFolder, 'final'>, number: number): string {
  return join(folder, kind, `${numberName(number)}.json`);
}

export function finalFolder(folder: string, number: number): string {
  return join(folder, 'final', numberName(number));
}

const documentPattern = /^(\d{5,7})\.json$/;

/** The trial number of a file name of ours; null for anything else. */
export function numberOf(fileName: string): number | null {
  const digits = documentPattern.exec(fileName)?.[1];
  if (digits === undefined || (digits.length > 5 && digits.startsWith('0'))) return null;
  return Number(digits);
}

/** What ids of experiments look like; anything else in a store is not ours. */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,119}$/;

/** Where deleted experiments wait until the engine ends. */
export const binName = '.bin';
/** Where documents that cannot be read are put, never deleted. */
export const asideName = 'damaged';
