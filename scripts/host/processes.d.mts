export function descendants(pid: number): number[];
export function processesWith(...words: string[]): number[];
export function isAlive(pid: number): boolean;
