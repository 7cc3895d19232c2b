//! Many tests at once: critical values for a fixed number of comparisons, and adjusted p-values.

use super::Undefined;
use super::special::normal_quantile_upper;

/// Returns the two-sided critical value for m comparisons with any dependence: Φ⁻¹(1 − α/2m).
///
/// # Errors
/// [`Undefined::OutOfRange`] where α is not in (0, 1) or m is 0.
///
/// ```
/// use equipoise::inference::multiplicity::z_bonferroni;
/// assert!((z_bonferroni(3, 0.05).unwrap() - 2.3939798).abs() < 1e-7);
/// ```
pub fn z_bonferroni(comparisons: usize, alpha: f64) -> Result<f64, Undefined> {
    check(comparisons, alpha)?;
    Ok(normal_quantile_upper(0.5 * alpha / comparisons as f64))
}

/// Returns the two-sided critical value for m independent, or jointly normal, comparisons: 1 − (1 − α)^{1/m} each.
///
/// # Errors
/// [`Undefined::OutOfRange`] where α is not in (0, 1) or m is 0.
pub fn z_sidak(comparisons: usize, alpha: f64) -> Result<f64, Undefined> {
    check(comparisons, alpha)?;
    let each = -((-alpha).ln_1p() / comparisons as f64).exp_m1();
    Ok(normal_quantile_upper(0.5 * each))
}

fn check(comparisons: usize, alpha: f64) -> Result<(), Undefined> {
    if comparisons > 0 && alpha > 0.0 && alpha < 1.0 { Ok(()) } else { Err(Undefined::OutOfRange) }
}

/// Returns p-values adjusted by Holm (1979), in the order given: the default for lists of findings.
///
/// Rejecting where the adjusted value is at most α keeps the chance of any false finding at most α, whatever the
/// dependence. O(m log m).
///
/// # Errors
/// [`Undefined::OutOfRange`] where a p-value is not in [0, 1].
///
/// ```
/// use equipoise::inference::multiplicity::holm;
/// let adjusted = holm(&[0.01, 0.04, 0.03]).unwrap();
/// assert_eq!(adjusted, [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, Undefined> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &test) in order.iter().enumerate() {
        largest = largest.max((p_values.len() - rank) as f64 * p_values[test]).min(1.0);
        adjusted[test] = largest;
    }
    Ok(adjusted)
}

/// Returns p-values adjusted by Benjamini and Hochberg (1995), in the order given: for screening many slices.
///
/// Rejecting where the adjusted value is at most α keeps the expected share of false findings at most α under
/// independence or positive dependence. O(m log m).
///
/// # Errors
/// [`Undefined::OutOfRange`] where a p-value is not in [0, 1].
pub fn benjamini_hochberg(p_values: &[f64]) -> Result<Vec<f64>, Undefined> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut smallest = 1.0_f64;
    for (rank, &test) in order.iter().enumerate().rev() {
        smallest = smallest.min(p_values.len() as f64 / (rank + 1) as f64 * p_values[test]);
        adjusted[test] = smallest;
    }
    Ok(adjusted)
}

/// Returns the indices that sort the p-values; ties stay in order.
fn ascending(p_values: &[f64]) -> Result<Vec<usize>, Undefined> {
    if !p_values.iter().all(|p| (0.0..=1.0).contains(p)) {
        return Err(Undefined::OutOfRange);
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    Ok(order)
}
