export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Address of a window on a folder or workspace file (null: an empty window). */
  readonly url: (workspace: string | null, payload?: readonly (readonly [string, string])[]) => string;
  readonly remote: (path: string) => string;
  readonly stop: () => Promise<void>;
}
export function startServer(options: {
  vscode: string;
  data: string;
  settings?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
}): Promise<Server>;
