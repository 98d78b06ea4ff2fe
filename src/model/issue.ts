/** Something the user wrote that cannot be run, or should be looked at: where, what, what to do. Returned as a list, never thrown. */
export interface Issue {
  /** Place in the study file, e.g. ['hyperparameters', 'units', 'int', 1]; empty for the whole file. */
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** A sentence that says what is wrong and what to do. */
  readonly message: string;
  /** Exact range in the text where the parser knows better than the path (syntax errors). */
  readonly range?: { readonly offset: number; readonly length: number };
  /** A mend that can be applied as it is: set the value at `path`, or remove it. */
  readonly fix?: IssueFix;
}

export interface IssueFix {
  readonly title: string;
  readonly path: readonly (string | number)[];
  /** The new JSON value; `undefined` removes the property. */
  readonly value: unknown;
  /** Rename the property at `path` instead of setting its value. */
  readonly rename?: string;
}

/** `hyperparameters.units.int[1]`, as shown to people. */
export function pathText(path: Issue['path']): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('');
}
