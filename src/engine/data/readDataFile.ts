import type { DataReport } from '../../model/dataReport.ts';
import type { Issue } from '../../model/issue.ts';
import type { DataSpec } from '../../model/study.ts';
import type { DataTable } from './dataTable.ts';

export interface DataFile {
  /** Null when an issue of severity error stands in `issues`. */
  readonly table: DataTable | null;
  /** Null when the file could not be read at all. */
  readonly report: DataReport | null;
  readonly issues: readonly Issue[];
}

/** Reads a CSV or Parquet file. Never throws for what is wrong with the file: that comes back as issues. */
export declare function readDataFile(path: string, spec: DataSpec): Promise<DataFile>;
