/** Where an installation stands, for a progress bar: bytes where a step knows them. */
export interface InstallProgress {
  readonly step: 'packages' | 'library' | 'addon' | 'check';
  readonly text: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}

/** What every step of an installation needs. */
export interface InstallContext {
  readonly folder: string;
  /** A wheel fetched elsewhere, for machines without PyPI; already checked. */
  readonly wheelFile: string | null;
  readonly report: (progress: InstallProgress) => void;
  readonly signal: AbortSignal | undefined;
}
