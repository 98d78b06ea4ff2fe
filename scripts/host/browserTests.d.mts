/** Packs the extension; answers the path of the VSIX. */
export function packVsix(): string;
