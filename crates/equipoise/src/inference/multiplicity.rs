//! P-values of many tests at once. (Critical values of many intervals at once are in [`many`](super::many).)

use super::Undefined;

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
