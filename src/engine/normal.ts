import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';

/** The standard normal distribution where its tails matter: log scale, no cancellation. */

const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);

/** P(Z <= x). */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** Inverse of normalCdf; p in (0, 1), -Infinity and Infinity at its ends. */
export function normalQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}

/** ln of the density at x. */
export function logNormalPdf(x: number): number {
  return -0.5 * x * x - logSqrt2Pi;
}

/** From here down the asymptotic series is exact to double precision. */
const seriesFrom = -20;

/** ln P(Z <= x), without underflow however small x is. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-normalCdf(-x));
  if (x > seriesFrom) return Math.log(normalCdf(x));
  // Abramowitz & Stegun 26.2.12: Phi(x) = phi(x) / |x| (1 - 1/x^2 + 3/x^4 - 15/x^6 ...).
  const inverse = 1 / (x * x);
  let term = 1;
  let sum = 1;
  for (let i = 1; i < 12; i++) {
    term *= -(2 * i - 1) * inverse;
    sum += term;
  }
  return logNormalPdf(x) - Math.log(-x) + Math.log(sum);
}

/** ln P(a <= Z <= b) for a < b; the interval may lie anywhere in the tails. */
export function logNormalMass(a: number, b: number): number {
  if (b <= 0) return logDifference(logNormalCdf(b), logNormalCdf(a));
  if (a > 0) return logDifference(logNormalCdf(-a), logNormalCdf(-b));
  return Math.log1p(-normalCdf(a) - normalCdf(-b));
}

/** ln(e^p - e^q) for p >= q. */
function logDifference(p: number, q: number): number {
  return p + Math.log1p(-Math.exp(q - p));
}

/** e^(x^2) erfc(x) for x >= 2: the continued fraction of Lentz, NIST DLMF 7.9.3. */
export function scaledErfc(x: number): number {
  if (x < 2) return Math.exp(x * x) * erfc(x);
  // sqrt(pi) e^(x^2) erfc(x) = 1 / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...))))
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/**
 * ln(phi(z) + z Phi(z)): log expected improvement in units of the standard deviation (Ament et al. 2023, NeurIPS, eq. 9), stable for
 * any z. Below zero phi and z Phi nearly cancel, so their ratio is taken through erfcx.
 */
export function logExpectedImprovement(z: number): number {
  if (z > -1) return Math.log(Math.exp(logNormalPdf(z)) + z * normalCdf(z));
  if (z < -1e5) return logNormalPdf(z) - 2 * Math.log(-z);
  // phi (1 + z Phi / phi); Phi / phi = sqrt(pi / 2) erfcx(-z / sqrt 2).
  return logNormalPdf(z) + Math.log(oneMinusMillsProduct(-z));
}

/** 1 - x R(x) for x >= 1 with Mills' ratio R; the asymptotic series where the difference would lose digits. */
function oneMinusMillsProduct(x: number): number {
  if (x < 12) return 1 - x * Math.sqrt(Math.PI / 2) * scaledErfc(x / Math.SQRT2);
  const inverse = 1 / (x * x);
  let term = inverse;
  let sum = inverse;
  for (let i = 2; i < 20; i++) {
    term *= -(2 * i - 1) * inverse;
    if (Math.abs(term) < 1e-17 * sum) break;
    sum += term;
  }
  return sum;
}
