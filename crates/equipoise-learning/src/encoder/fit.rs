//! What the training rows say of each column.

use equipoise::sample::MAGNITUDE_MAX;

use super::{Coding, DroppedColumn, Encoder, Reason};
use crate::{
    frame::{Coded, Column},
    recipe::Scaling,
};

/// How columns are encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FitOptions {
    pub(crate) scaling: Scaling,
    pub(crate) missing_indicators: bool,
}

/// Returns the encoder of some columns of the rows that a model is fitted to.
pub(crate) fn fit(columns: &[(&str, &Column)], rows: &[usize], options: FitOptions) -> Encoder {
    let (mut encoded, mut dropped) = (Vec::new(), Vec::new());
    for &(name, column) in columns {
        let coding = match column {
            Column::Real(values) => of_numbers(values, rows, options),
            Column::Labels(coded) => of_labels(coded, rows),
        };
        match coding {
            Ok(coding) => encoded.push((name.to_owned(), coding)),
            Err(reason) => dropped.push(DroppedColumn { name: name.to_owned(), reason }),
        }
    }
    Encoder::of_columns(encoded, dropped)
}

fn of_numbers(values: &[f64], rows: &[usize], options: FitOptions) -> Result<Coding, Reason> {
    let there = || rows.iter().map(|&row| values[row]).filter(|value| !value.is_nan());
    let (n, sum, least, most) = there()
        .fold((0_u64, 0.0, f64::INFINITY, f64::NEG_INFINITY), |(n, sum, least, most), value: f64| {
            (n + 1, sum + value, value.min(least), value.max(most))
        });
    if n == 0 {
        return Err(Reason::Empty);
    }
    let has_missing = n < rows.len() as u64;
    let indicator = options.missing_indicators && has_missing;
    if least == most && !indicator {
        return Err(Reason::Constant);
    }
    // Within the values, whatever the sum was rounded to.
    let mean = (sum / n as f64).clamp(least, most);
    // Around the mean, and corrected for what its rounding leaves: one pass of Σ(x − m)² − (Σ(x − m))²/n.
    let (squares, rest) = there().fold((0.0, 0.0), |(squares, rest), value| {
        let distance = value - mean;
        (squares + distance * distance, rest + distance)
    });
    let variance = ((squares - rest * rest / n as f64) / n as f64).max(0.0);
    let sd = variance.sqrt();
    let is_usable = sd > 0.0 && sd <= MAGNITUDE_MAX;
    let (shift, scale) = match options.scaling {
        Scaling::Standard if is_usable => (mean, sd),
        Scaling::Standard => (mean, 1.0),
        Scaling::Off => (0.0, 1.0),
    };
    Ok(Coding::Number { mean, shift, scale, indicator })
}

fn of_labels(coded: &Coded, rows: &[usize]) -> Result<Coding, Reason> {
    let mut occurs = vec![false; coded.labels.len()];
    rows.iter().for_each(|&row| occurs[coded.codes[row] as usize] = true);
    let levels: Vec<_> = coded
        .labels
        .iter()
        .zip(occurs)
        .filter(|(_, occurs)| *occurs)
        .map(|(label, _)| label.clone())
        .collect();
    match levels.as_slice() {
        [] => Err(Reason::Empty),
        [only] if only.is_missing() => Err(Reason::Empty),
        [_] => Err(Reason::Constant),
        _ => Ok(Coding::Levels(levels)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: FitOptions = FitOptions { scaling: Scaling::Standard, missing_indicators: false };

    fn numbers(values: &[f64]) -> Result<Coding, Reason> {
        of_numbers(values, &(0..values.len()).collect::<Vec<_>>(), OPTIONS)
    }

    #[test]
    fn a_spread_below_the_mean_s_rounding_is_still_measured() {
        let Ok(Coding::Number { mean, scale, .. }) = numbers(&[1e9 + 0.25, 1e9 + 0.5, 1e9 + 0.75]) else {
            panic!("three values vary")
        };
        assert_eq!(mean, 1e9 + 0.5);
        // sqrt(((1/4)² + 0 + (1/4)²) / 3)
        assert!((scale - (0.125_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn sums_that_overflow_do_not_spoil_the_mean() {
        let Ok(Coding::Number { mean, scale, .. }) = numbers(&[1e308, 1e308, -1e308]) else {
            panic!("two values vary")
        };
        assert!(mean.is_finite() && scale.is_finite() && scale > 0.0);
    }

    #[test]
    fn a_constant_with_gaps_is_kept_where_the_gaps_are_a_feature() {
        let values = [2.0, f64::NAN, 2.0];
        assert_eq!(numbers(&values), Err(Reason::Constant));
        let options = FitOptions { missing_indicators: true, ..OPTIONS };
        let coding = Coding::Number { mean: 2.0, shift: 2.0, scale: 1.0, indicator: true };
        assert_eq!(of_numbers(&values, &[0, 1, 2], options), Ok(coding));
    }
}
