import { firstMoment, gradients, parameterBytes, parameters, secondMoment } from './generated';

/*
 * Optimizers in the form of Keras 3, as flat loops over all parameters (padding has gradient 0 and stays 0).
 * `clip` multiplies the gradients (1 = no clipping); `keep` = 1 - learningRate x weightDecay multiplies the weights before the
 * step, biases included, as Keras does.
 */

/** Sum of squares of all gradients, in double. */
export function gradientSquares(): f64 {
  let low = f64x2.splat(0), high = low;
  for (let i: usize = 0; i < parameterBytes; i += 16) {
    const g = v128.load(gradients + i);
    const a = f64x2.promote_low_f32x4(g), b = f64x2.promote_low_f32x4(i64x2.shuffle(g, g, 1, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Adam: alpha = learningRate sqrt(1 - beta2^t) / (1 - beta1^t); w -= alpha m / (sqrt v + epsilon). */
export function adam(alpha: f32, oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32, clip: f32, keep: f32): void {
  const a = f32x4.splat(alpha), b1 = f32x4.splat(oneMinusBeta1), b2 = f32x4.splat(oneMinusBeta2), e = f32x4.splat(epsilon);
  const c = f32x4.splat(clip), k = f32x4.splat(keep);
  for (let i: usize = 0; i < parameterBytes; i += 16) {
    const g = f32x4.mul(v128.load(gradients + i), c);
    const m0 = v128.load(firstMoment + i), v0 = v128.load(secondMoment + i);
    const m = f32x4.add(m0, f32x4.mul(f32x4.sub(g, m0), b1));
    const v = f32x4.add(v0, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v0), b2));
    v128.store(firstMoment + i, m);
    v128.store(secondMoment + i, v);
    const w = f32x4.mul(v128.load(parameters + i), k);
    v128.store(parameters + i, f32x4.sub(w, f32x4.div(f32x4.mul(a, m), f32x4.add(f32x4.sqrt(v), e))));
  }
}

/** RMSprop: v = rho v + (1 - rho) g^2; w -= learningRate g / sqrt(v + epsilon). */
export function rmsprop(learningRate: f32, rho: f32, oneMinusRho: f32, epsilon: f32, clip: f32, keep: f32): void {
  const a = f32x4.splat(learningRate), r = f32x4.splat(rho), q = f32x4.splat(oneMinusRho), e = f32x4.splat(epsilon);
  const c = f32x4.splat(clip), k = f32x4.splat(keep);
  for (let i: usize = 0; i < parameterBytes; i += 16) {
    const g = f32x4.mul(v128.load(gradients + i), c);
    const v = f32x4.add(f32x4.mul(r, v128.load(secondMoment + i)), f32x4.mul(q, f32x4.mul(g, g)));
    v128.store(secondMoment + i, v);
    const w = f32x4.mul(v128.load(parameters + i), k);
    v128.store(parameters + i, f32x4.sub(w, f32x4.div(f32x4.mul(a, g), f32x4.sqrt(f32x4.add(v, e)))));
  }
}

/** SGD: m = momentum m - learningRate g; w += m. */
export function sgd(learningRate: f32, momentum: f32, clip: f32, keep: f32): void {
  const a = f32x4.splat(learningRate), r = f32x4.splat(momentum), c = f32x4.splat(clip), k = f32x4.splat(keep);
  for (let i: usize = 0; i < parameterBytes; i += 16) {
    const g = f32x4.mul(v128.load(gradients + i), c);
    const m = f32x4.sub(f32x4.mul(r, v128.load(firstMoment + i)), f32x4.mul(a, g));
    v128.store(firstMoment + i, m);
    v128.store(parameters + i, f32x4.add(f32x4.mul(v128.load(parameters + i), k), m));
  }
}
