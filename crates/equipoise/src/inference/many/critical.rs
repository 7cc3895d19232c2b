//! Critical values with a formula: Bonferroni, Šidák, Tukey, Scheffé, and three groups with unequal standard errors.

use std::f64::consts::PI;

use super::quadrature::{root, simpson, trapezium};
use crate::inference::special::{
    chi_square_quantile_upper, normal_cdf, normal_density, normal_quantile_upper, normal_survival,
};
use crate::inference::{Confidence, Undefined};

/// Returns Bonferroni's critical value Φ⁻¹(1 − α/2m) for m comparisons of any dependence.
///
/// `TooFewGroups` for m = 0.
pub fn z_bonferroni(comparisons: usize, confidence: Confidence) -> Result<f64, Undefined> {
    if comparisons == 0 {
        return Err(Undefined::TooFewGroups);
    }
    Ok(normal_quantile_upper(0.5 * confidence.alpha() / comparisons as f64))
}

/// Returns Šidák's critical value for m two-sided comparisons: exact when independent, and valid for jointly normal
/// ones of any correlation (Šidák 1967).
///
/// `TooFewGroups` for m = 0.
pub fn z_sidak(comparisons: usize, confidence: Confidence) -> Result<f64, Undefined> {
    if comparisons == 0 {
        return Err(Undefined::TooFewGroups);
    }
    // 1 − (1 − α)^{1/m} without cancellation.
    let each = -((-confidence.alpha()).ln_1p() / comparisons as f64).exp_m1();
    Ok(normal_quantile_upper(0.5 * each))
}

/// Returns Scheffé's multiplier √χ²_{K−1}(1 − α), for all contrasts of K groups. `TooFewGroups` below 2.
pub fn scheffe_multiplier(n_groups: usize, confidence: Confidence) -> Result<f64, Undefined> {
    if n_groups < 2 {
        return Err(Undefined::TooFewGroups);
    }
    Ok(chi_square_quantile_upper(confidence.alpha(), (n_groups - 1) as f64).sqrt())
}

/// Returns Tukey's critical value for all pairs of K groups with equal standard errors: q_{K,∞}/√2.
///
/// From P(range ≤ q) = K ∫φ(x)(Φ(x) − Φ(x − q))^{K−1} dx; relative error about 1e-12. `TooFewGroups` below 2.
pub fn z_tukey_all_pairs(n_groups: usize, confidence: Confidence) -> Result<f64, Undefined> {
    match n_groups {
        0 | 1 => Err(Undefined::TooFewGroups),
        2 => Ok(confidence.z()),
        _ => {
            let pairs = n_groups as f64 * (n_groups - 1) as f64 / 2.0;
            let upper = normal_quantile_upper(0.5 * confidence.alpha() / pairs);
            let excess =
                |z: f64| range_survival(n_groups as f64, z * std::f64::consts::SQRT_2) - confidence.alpha();
            Ok(root(confidence.z(), upper, excess))
        }
    }
}

/// P(range of K standard normals > q).
///
/// 1 − K∫φ(x) g(x)^{K−1} dx with g = Φ(x) − Φ(x − q), written as K∫φ(x)(Φ(x)^{K−1} − g^{K−1}) dx, whose integrand is
/// small where the probability is, so that nothing cancels. (x is the largest of the K.)
fn range_survival(k: f64, q: f64) -> f64 {
    trapezium(-9.0, 9.0, 400, |x| {
        let whole = normal_cdf(x);
        let missing = normal_cdf(x - q) / whole;
        // Φ^{K−1}·(1 − (1 − Φ(x − q)/Φ(x))^{K−1})
        let share = if missing < 1.0 { -((k - 1.0) * (-missing).ln_1p()).exp_m1() } else { 1.0 };
        k * normal_density(x) * ((k - 1.0) * (-normal_survival(x)).ln_1p()).exp() * share
    })
}

/// The critical value for all three pairs of three groups, exactly, for any standard errors of which two are positive.
///
/// The three standardised differences are projections of a standard normal point of the plane on three lines; the
/// region where none exceeds c is a hexagon. In polar coordinates the probability outside is
/// (2/π) Σ over the three angles γ between neighbouring lines of ∫₀^{γ/2} exp(−c²/(2cos²t)) dt.
pub(super) fn three_groups(mut se: [f64; 3], confidence: Confidence) -> f64 {
    // The noisiest first, so that its two differences have positive variances.
    se.sort_by(|x, y| y.total_cmp(x));
    let [a, b, c] = se;
    let (ab, ac) = (a.hypot(b), a.hypot(c));
    // The line of (a − b) lies at angle 0, that of (a − c) at the angle of their correlation.
    let first = (a / ab * (a / ac)).clamp(-1.0, 1.0).acos();
    let second = (ac * first.sin()).atan2(ac * first.cos() - ab).rem_euclid(PI);
    let (low, high) = (first.min(second), first.max(second));
    let gaps = [low, high - low, PI - high];
    let outside = |z: f64| {
        let sector = |gap: f64| simpson(0.0, 0.5 * gap, 256, |t| (-0.5 * (z / t.cos()).powi(2)).exp());
        2.0 / PI * gaps.into_iter().map(sector).sum::<f64>()
    };
    let upper = normal_quantile_upper(confidence.alpha() / 6.0);
    root(confidence.z(), upper, |z| outside(z) - confidence.alpha())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_equal_groups_agree_with_tukey_and_a_negligible_error_leaves_two_lines() {
        let level = Confidence::new(0.95).unwrap();
        let tukey = z_tukey_all_pairs(3, level).unwrap();
        assert!((three_groups([0.3; 3], level) - tukey).abs() < 1e-10);
        // One group far noisier: its two differences coincide, the third is independent: Šidák for two.
        let sidak = z_sidak(2, level).unwrap();
        assert!((three_groups([1e6, 1.0, 1.0], level) - sidak).abs() < 1e-6);
        // One without error: z_a, z_b and their difference, in any order of the arguments.
        let orders = [[0.0, 1.0, 2.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0], [1.0, 2.0, 0.0]];
        for order in orders {
            assert!((three_groups(order, level) - three_groups(orders[0], level)).abs() < 1e-9);
        }
    }
}
