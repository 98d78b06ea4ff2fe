export interface BrowserProgram {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}
export function installHost(
  say: (text: string) => void,
): Promise<{ readonly vscode: string; readonly browser: BrowserProgram }>;
