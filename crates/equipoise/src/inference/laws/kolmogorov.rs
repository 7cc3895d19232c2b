//! The law of Kolmogorov's statistic sup|F̂ − F| of one sample from a continuous law, and its quantiles.

use crate::inference::Undefined;

/// Up to this many rows the law is computed exactly (Marsaglia, Tsang & Wang 2003), above by Pelz & Good's (1976)
/// expansion, whose error is O(n⁻²). The split is that of Simard & L'Ecuyer (2011), as in scipy.
const EXACT_UP_TO: u64 = 140;

/// Returns P(sup|F̂ − F| < d) for `n` rows from a continuous law.
///
/// For laws with atoms the statistic is smaller, so bounds made from this are conservative. Exact to about 1e-13 up
/// to 140 rows; above, Pelz & Good's expansion to n^{−3/2}. 0 for n = 0 or d ≤ 1/(2n), 1 for d ≥ 1.
pub fn kolmogorov_cdf(n: u64, d: f64) -> f64 {
    let rows = n as f64;
    if n == 0 || d.is_nan() || 2.0 * rows * d <= 1.0 {
        return 0.0;
    }
    if d >= 1.0 || rows * d * d >= 18.0 {
        return 1.0;
    }
    let probability = if n <= EXACT_UP_TO { marsaglia_tsang_wang(n, d) } else { pelz_good(rows, d) };
    probability.clamp(0.0, 1.0)
}

/// Returns the radius d with P(sup|F̂ − F| > d) = `delta`: an exact band for a continuous law, valid for any.
///
/// `NoRows` for n = 0, `OutOfRange` unless 0 < delta < 1. About 50 evaluations of [`kolmogorov_cdf`].
pub fn kolmogorov_quantile(n: u64, delta: f64) -> Result<f64, Undefined> {
    if n == 0 {
        return Err(Undefined::NoRows);
    }
    if !(delta > 0.0 && delta < 1.0) {
        return Err(Undefined::OutOfRange);
    }
    let (mut low, mut high) =
        (0.5 / n as f64, 1.0_f64.min((2.0 / delta).ln().sqrt() / (2.0 * n as f64).sqrt()));
    // DKW's radius is an upper bound (Massart 1990), so the root lies between. Regula falsi with the Illinois rule.
    let gap = |d: f64| kolmogorov_cdf(n, d) - (1.0 - delta);
    let (mut at_low, mut at_high) = (gap(low), gap(high));
    if at_high <= 0.0 {
        return Ok(high);
    }
    let mut side = 0;
    for _ in 0..200 {
        if high - low <= 1e-14 * high {
            break;
        }
        let step = at_high / (at_high - at_low);
        let mid = high - step.clamp(1e-3, 1.0 - 1e-3) * (high - low);
        let at_mid = gap(mid);
        if at_mid == 0.0 {
            return Ok(mid);
        }
        if at_mid > 0.0 {
            (high, at_high) = (mid, at_mid);
            if side == 1 {
                at_low *= 0.5;
            }
            side = 1;
        } else {
            (low, at_low) = (mid, at_mid);
            if side == -1 {
                at_high *= 0.5;
            }
            side = -1;
        }
    }
    Ok(0.5 * (low + high))
}

/// Marsaglia, Tsang & Wang's matrix power: entry (k, k) of n!/nⁿ·Hⁿ with nd = k − h, H of size 2k − 1.
fn marsaglia_tsang_wang(n: u64, d: f64) -> f64 {
    let rows = n as f64;
    let k = (rows * d).floor() as usize + 1;
    let m = 2 * k - 1;
    let h = k as f64 - rows * d;
    let mut matrix = vec![0.0; m * m];
    for i in 0..m {
        for j in 0..(i + 2).min(m) {
            matrix[i * m + j] = 1.0;
        }
    }
    for i in 0..m {
        matrix[i * m] -= h.powi(i as i32 + 1);
        matrix[(m - 1) * m + i] -= h.powi((m - i) as i32);
    }
    if 2.0 * h > 1.0 {
        matrix[(m - 1) * m] += (2.0 * h - 1.0).powi(m as i32);
    }
    for i in 0..m {
        for j in 0..m {
            for g in 1..=(i + 1).saturating_sub(j) {
                matrix[i * m + j] /= g as f64;
            }
        }
    }
    // Only row k − 1 of the power is needed, so the power is a row vector times H, n times: O(n m²), no overflow
    // since each step is multiplied by its factor i/n of n!/nⁿ.
    let mut row = vec![0.0; m];
    row[k - 1] = 1.0;
    let mut next = vec![0.0; m];
    for i in 1..=n {
        next.fill(0.0);
        for (value, line) in row.iter().zip(matrix.chunks_exact(m)) {
            for (target, entry) in next.iter_mut().zip(line) {
                *target += value * entry;
            }
        }
        let factor = i as f64 / rows;
        for (value, new) in row.iter_mut().zip(&next) {
            *value = new * factor;
        }
    }
    row[k - 1]
}

/// Pelz & Good's expansion of P(D < d) in powers of n^{−1/2}, in the form of Simard & L'Ecuyer (2011), eq. 9–13.
fn pelz_good(n: f64, d: f64) -> f64 {
    use std::f64::consts::PI;
    let z = n.sqrt() * d;
    let (z2, z4, z6) = (z * z, z.powi(4), z.powi(6));
    let (pi2, pi4, pi6) = (PI.powi(2), PI.powi(4), PI.powi(6));
    let (mut k0, mut k1, mut k2, mut k3) = (0.0, 0.0, 0.0, 0.0);
    // Terms over half-integers k + ½ and over integers; 20 of each leave less than 1e-300 for every z in use.
    for k in (0..20).rev() {
        let odd = f64::from(k) + 0.5;
        let o2 = odd * odd;
        let (o4, o6) = (o2 * o2, o2 * o2 * o2);
        let weight = (-pi2 * o2 / (2.0 * z2)).exp();
        k0 += weight;
        k1 += (pi2 * o2 - z2) * weight;
        k2 += (6.0 * z6 + 2.0 * z4 + pi2 * (2.0 * z4 - 5.0 * z2) * o2 + pi4 * (1.0 - 2.0 * z2) * o4) * weight;
        k3 += (-30.0 * z6 - 90.0 * z2 * z6
            + pi2 * (135.0 * z4 - 96.0 * z6) * o2
            + pi4 * (212.0 * z4 - 60.0 * z2) * o4
            + pi6 * o6 * (5.0 - 30.0 * z2))
            * weight;
    }
    let (mut k2b, mut k3b) = (0.0, 0.0);
    for k in (1..20).rev() {
        let i2 = f64::from(k * k);
        let weight = (-pi2 * i2 / (2.0 * z2)).exp();
        k2b += pi2 * i2 * weight;
        k3b += (3.0 * pi2 * i2 * z2 - pi4 * i2 * i2) * weight;
    }
    // Sums over all integers: the half-integers k + ½ come in pairs of equal square, and so do ±k.
    let root = (2.0 * PI).sqrt();
    let half_root = (PI / 2.0).sqrt();
    let a0 = root / z * k0;
    let a1 = half_root / (3.0 * z4) * k1;
    let a2 = half_root / (36.0 * z.powi(7)) * k2 - half_root / (18.0 * z.powi(3)) * k2b;
    let a3 = half_root / (3240.0 * z.powi(10)) * k3 + half_root / (108.0 * z6) * k3b;
    let s = n.sqrt();
    a0 + a1 / s + a2 / n + a3 / (n * s)
}
