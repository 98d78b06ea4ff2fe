export function makeWorkspace(folder: string): string;
export function makeExampleWorkspace(folder: string): string;
export function makeTwoFolders(folder: string): string;
export function makeVirtualWorkspace(folder: string): string;
export function tinyStudy(options?: {
  trials?: number;
  epochs?: number;
  units?: number;
  name?: string;
}): string;
