/** What is too good for daily prices one step ahead: then look for a leak before anything else. */
export interface Suspicion {
  readonly fired: boolean;
  readonly reason: string;
}

const suspiciousU2 = 0.9;
const suspiciousDirection = 0.6;

/** The guard on any one-step result, of a trial as of a test. */
export function suspicionOf(result: { readonly u2: number; readonly direction: number }): Suspicion {
  const reasons: string[] = [];
  if (result.u2 < suspiciousU2) {
    reasons.push(`U2 one step ahead is ${result.u2.toFixed(3)}, below ${suspiciousU2}`);
  }
  if (result.direction > suspiciousDirection) {
    reasons.push(`${(result.direction * 100).toFixed(1)} % of the directions are right, above 60 %`);
  }
  return {
    fired: reasons.length > 0,
    reason:
      reasons.length === 0
        ? ''
        : `${reasons.join(', and ')}. Daily prices hardly ever allow that: an input probably knows the future. Check where each column comes from, and whether it is known on the day of its row.`,
  };
}
