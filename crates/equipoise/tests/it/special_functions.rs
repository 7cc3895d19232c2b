//! The special functions against values computed in 34 digits by other methods (`tests/reference/special.py`).

use equipoise::inference::special::*;

const REFERENCE: &str = include_str!("../reference/special.txt");

/// The largest relative error allowed. Measured: 1.2e-13 at most, for a tail of a law with shapes of 10¹².
fn tolerance(function: &str) -> f64 {
    match function {
        "ln_gamma" | "ln_beta" | "binomial_ln_pmf" => 1e-13,
        _ => 1e-12,
    }
}

fn ours(function: &str, a: &[f64]) -> f64 {
    match function {
        "normal_survival" => normal_survival(a[0]),
        "normal_quantile_upper" => normal_quantile_upper(a[0]),
        "erf" => erf(a[0]),
        "erfc" => erfc(a[0]),
        "ln_gamma" => ln_gamma(a[0]),
        "ln_beta" => ln_beta(a[0], a[1]),
        "beta_cdf" => beta_cdf(a[0], a[1], a[2]),
        "beta_survival" => beta_survival(a[0], a[1], a[2]),
        "beta_quantile" => beta_quantile(a[0], a[1], a[2]),
        "beta_quantile_upper" => beta_quantile_upper(a[0], a[1], a[2]),
        "gamma_p" => gamma_p(a[0], a[1]),
        "gamma_q" => gamma_q(a[0], a[1]),
        "chi_square_quantile" => chi_square_quantile(a[0], a[1]),
        "chi_square_quantile_upper" => chi_square_quantile_upper(a[0], a[1]),
        "student_t_survival" => student_t_survival(a[0], a[1]),
        "student_t_quantile_upper" => student_t_quantile_upper(a[0], a[1]),
        "binomial_ln_pmf" => binomial_ln_pmf(a[0], a[1], a[2]),
        "kolmogorov_survival" => kolmogorov_survival(a[0]),
        other => panic!("no function {other}"),
    }
}

#[test]
fn values_agree_with_34_digits() {
    let mut failures = Vec::new();
    let mut worst: std::collections::BTreeMap<&str, f64> = std::collections::BTreeMap::new();
    for line in REFERENCE.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let numbers: Vec<f64> = words[1..].iter().map(|word| word.parse().unwrap()).collect();
        let (expected, arguments) = numbers.split_last().unwrap();
        let got = ours(words[0], arguments);
        let error = if got == *expected { 0.0 } else { ((got - expected) / expected).abs() };
        let largest = worst.entry(words[0]).or_default();
        *largest = largest.max(error);
        if error.is_nan() || error > tolerance(words[0]) {
            failures.push(format!("{line}: got {got:e}, error {error:e}"));
        }
    }
    assert_eq!(worst.len(), 18, "functions with reference values");
    println!("largest relative errors: {worst:?}");
    assert!(failures.is_empty(), "{}\nworst: {worst:?}", failures.join("\n"));
}
