import { dirname, isAbsolute, join } from 'node:path';
import type { DataReport } from '../../model/dataReport.ts';
import type { Issue } from '../../model/issue.ts';
import { parseStudy } from '../../model/parseStudy.ts';
import type { Study } from '../../model/study.ts';
import type { DataTable } from '../data/dataTable.ts';
import { prepareStudy, type SearchData } from '../data/prepare.ts';
import { readDataFile } from '../data/readDataFile.ts';

/** A study with the data it is about. */
export interface StudyOnData {
  readonly study: Study;
  readonly table: DataTable;
  readonly data: SearchData;
}

export interface ReadStudy {
  readonly study: Study | null;
  readonly issues: readonly Issue[];
  readonly report: DataReport | null;
  /** Null while there is an error among the issues. */
  readonly ready: StudyOnData | null;
}

/** Where the data file of a study lies. */
export function dataFileOf(study: Study, studyFile: string): string {
  return isAbsolute(study.data.file) ? study.data.file : join(dirname(studyFile), study.data.file);
}

/** Parses a study text and reads its data: everything that is wrong with either, at once where that is possible. */
export async function readStudy(text: string, studyFile: string): Promise<ReadStudy> {
  const parsed = parseStudy(text);
  if (!parsed.study) return { study: null, issues: parsed.issues, report: null, ready: null };
  const onData = await readStudyData(parsed.study, studyFile);
  return { ...onData, issues: [...parsed.issues, ...onData.issues] };
}

export async function readStudyData(study: Study, studyFile: string): Promise<ReadStudy> {
  const file = await readDataFile(dataFileOf(study, studyFile), study.data);
  const { report } = file;
  if (!file.table) return { study, issues: file.issues, report, ready: null };
  const prepared = prepareStudy(file.table, study);
  const issues = withoutRepeats([...file.issues, ...prepared.issues]);
  const hasErrors = issues.some((issue) => issue.severity === 'error');
  return {
    study,
    issues,
    report,
    ready: prepared.data && !hasErrors ? { study, table: file.table, data: prepared.data } : null,
  };
}

/** Reading and preparing may find the same thing. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const key = `${issue.code}/${issue.path.join('.')}/${issue.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
