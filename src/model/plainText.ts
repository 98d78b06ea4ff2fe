/**
 * Text of users as one visible line: control characters, line separators, zero-width and bidirectional marks (which reorder
 * what stands beside them, "Trojan Source", CVE-2021-42574) are shown as their code points. Nothing is escaped for HTML here.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(invisible, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/gu;
