//! The reference values of means, laws, ranking, calibration, many groups, strata and resampling.
//!
//! `tests/reference/statistics.json` was computed by an independent script (scipy, statsmodels, own formulas); its
//! `source` fields name the origin of each value. Every entry of the ids listed here is compared at 1e-9 relative, or
//! at the entry's own tolerance.

use equipoise::inference::auc::{Level, delong, levels};
use equipoise::inference::bootstrap::bca_acceleration;
use equipoise::inference::calibration::{Bin, FittedOn, calibration_errors, hosmer_lemeshow};
use equipoise::inference::laws::{self, Law};
use equipoise::inference::many::{self, Draws};
use equipoise::inference::means::{Mean, hedges_g, welch, welch_df};
use equipoise::inference::strata::{self, Continuity, Stratum};
use equipoise::inference::{Confidence, Interval};
use equipoise::stats::view::{Atom, Cell};
use serde_json::{Value, json};

const REFERENCE: &str = include_str!("../reference/statistics.json");

/// The ids that this file answers for, with the number of entries each must have.
pub(crate) const IDS: &[(&str, usize)] = &[
    ("welch", 1),
    ("welch_df", 1),
    ("hedges_g", 1),
    ("ks_distance", 1),
    ("ks_exact_p", 1),
    ("wasserstein1", 1),
    ("wasserstein2", 1),
    ("dkw_two_sided", 4),
    ("ks_one_sample_exact_quantile", 4),
    ("delong_auc", 1),
    ("delong_var", 1),
    ("delong_logit_ci", 1),
    ("calibration_bins", 1),
    ("between_group_variance", 1),
    ("q_profile", 1),
    ("eb_shrinkage", 1),
    ("hb_shrinkage", 1),
    ("chi2_homogeneity", 1),
    ("z_bonferroni", 6),
    ("z_sidak", 6),
    ("z_tukey_all_pairs", 6),
    ("scheffe_multiplier", 6),
    ("expected_range_of_K_normals", 6),
    ("max_t_all_pairs", 1),
    ("bca_acceleration", 1),
    ("berkeley_mantel_haenszel", 1),
    ("berkeley_breslow_day", 1),
    ("berkeley_kitagawa", 1),
    ("berkeley_cdd_women", 1),
];

#[test]
fn every_reference_value_is_met() {
    let document: Value = serde_json::from_str(REFERENCE).unwrap();
    let items = document["items"].as_array().unwrap();
    for (id, count) in IDS {
        let entries: Vec<&Value> = items.iter().filter(|e| e["id"] == *id).collect();
        assert_eq!(entries.len(), *count, "entries of {id}");
        for entry in entries {
            let ours = compute(id, &entry["inputs"]);
            // scipy's quantile of q_{K, 10⁶} stands in for infinite degrees of freedom: relative 1e-6.
            let tolerance = match *id {
                "max_t_all_pairs" => 0.01 / entry["value"].as_f64().unwrap() + 0.016,
                "z_tukey_all_pairs" => 2e-6,
                _ => 1e-9,
            };
            compare(id, &entry["value"], &ours, tolerance);
        }
    }
}

fn compute(id: &str, i: &Value) -> Value {
    match id {
        "welch" | "welch_df" | "hedges_g" => means(id, i),
        "ks_distance" | "ks_exact_p" | "wasserstein1" | "wasserstein2" => distances(id, i),
        "dkw_two_sided" => json!(laws::dkw_radius(number(&i["n"]), number(&i["delta"])).unwrap()),
        "ks_one_sample_exact_quantile" => {
            json!(laws::kolmogorov_quantile(i["n"].as_u64().unwrap(), number(&i["delta"])).unwrap())
        }
        "delong_auc" => json!(delong(&score_levels(i)).unwrap().value),
        "delong_var" => json!(delong(&score_levels(i)).unwrap().variance.unwrap()),
        "delong_logit_ci" => {
            let interval = delong(&score_levels(i)).unwrap().interval(confidence(i));
            assert!(!interval.is_degenerate && interval.is_small);
            pair(interval.interval)
        }
        "calibration_bins" => calibration(i),
        "between_group_variance" | "q_profile" | "eb_shrinkage" | "hb_shrinkage" => spread(id, i),
        "chi2_homogeneity" => {
            let test = many::chi2_homogeneity(&numbers(&i["k"]), &numbers(&i["n"])).unwrap();
            json!([test.statistic, test.p])
        }
        "z_bonferroni" => json!(many::z_bonferroni(index(&i["m"]), confidence(i)).unwrap()),
        "z_sidak" => json!(many::z_sidak(index(&i["m"]), confidence(i)).unwrap()),
        "z_tukey_all_pairs" => json!(many::z_tukey_all_pairs(index(&i["groups"]), confidence(i)).unwrap()),
        "scheffe_multiplier" => json!(many::scheffe_multiplier(index(&i["groups"]), confidence(i)).unwrap()),
        "expected_range_of_K_normals" => json!(many::expected_range_of_normals(index(&i["groups"]))),
        "max_t_all_pairs" => {
            let se = numbers(&i["se"]);
            json!(Draws::new(se.len(), 1).unwrap().max_t_all_pairs(&se, confidence(i)).unwrap())
        }
        "bca_acceleration" => {
            let table: Vec<Cell> =
                i["cells"].as_array().unwrap().iter().map(|c| Cell::of_rows(c.as_u64().unwrap())).collect();
            let log_ratio = |c: &[f64]| Some((c[0] / (c[0] + c[1])).ln() - (c[2] / (c[2] + c[3])).ln());
            json!(bca_acceleration(&table, log_ratio).unwrap())
        }
        _ => berkeley(id, i),
    }
}

fn means(id: &str, i: &Value) -> Value {
    let mean = |x: &[f64]| {
        let n = x.len() as f64;
        let value = x.iter().sum::<f64>() / n;
        Mean::of_rows(value, x.iter().map(|v| (v - value).powi(2)).sum::<f64>() / (n - 1.0), n).unwrap()
    };
    let (a, b) = (mean(&numbers(&i["x"])), mean(&numbers(&i["y"])));
    match id {
        "welch" => pair(welch(&a, &b, confidence(i)).unwrap()),
        "welch_df" => json!(welch_df(&a, &b).unwrap()),
        _ => json!(hedges_g(&a, &b, confidence(i)).unwrap().value),
    }
}

fn distances(id: &str, i: &Value) -> Value {
    let law = |x: &Value| Law::of_values(&numbers(x)).unwrap();
    let (a, b) = (law(&i["x"]), law(&i["y"]));
    json!(match id {
        "ks_distance" => laws::ks(&a, &b),
        "ks_exact_p" => laws::ks_exact_p(&a, &b).unwrap(),
        "wasserstein1" => laws::wasserstein1(&a, &b),
        _ => laws::wasserstein2(&a, &b),
    })
}

fn score_levels(i: &Value) -> Vec<Level> {
    let side = |x: &Value| {
        let mut values = numbers(x);
        values.sort_by(f64::total_cmp);
        values
            .chunk_by(|a, b| a == b)
            .map(|run| Atom { value: run[0], cell: Cell::of_rows(run.len() as u64) })
            .collect::<Vec<_>>()
    };
    levels(&side(&i["pos"]), &side(&i["neg"])).unwrap()
}

fn calibration(i: &Value) -> Value {
    let (n, s, k) = (numbers(&i["n"]), numbers(&i["sum_p"]), numbers(&i["k"]));
    let bins: Vec<Bin> = (0..n.len()).map(|b| Bin::of_rows(n[b] as u64, s[b], k[b] as u64)).collect();
    let errors = calibration_errors(&bins).unwrap();
    let other = hosmer_lemeshow(&bins, FittedOn::OtherRows).unwrap();
    let these = hosmer_lemeshow(&bins, FittedOn::TheseRows).unwrap();
    json!({
        "ece1": errors.expected, "ece2_sq": errors.squared, "ece2_sq_debiased": errors.squared_debiased,
        "hosmer_lemeshow": other.statistic, "hl_p_value_df_B_minus_2": these.p, "hl_p_value_df_B": other.p,
    })
}

fn spread(id: &str, i: &Value) -> Value {
    let (k, n) = (numbers(&i["k"]), numbers(&i["n"]));
    let y: Vec<f64> = k.iter().zip(&n).map(|(k, n)| k / n).collect();
    let v: Vec<f64> = k.iter().zip(&n).map(|(k, n)| many::rate_variance(*k, *n).unwrap()).collect();
    let spread = many::between_group_variance(&y, &v).unwrap();
    match id {
        "between_group_variance" => json!({
            "Q": spread.homogeneity.statistic, "df": spread.homogeneity.df, "p_value": spread.homogeneity.p,
            "s2_naive": spread.variance_of_estimates, "mean_sampling_var": spread.sampling_variance_mean,
            "v_double_corrected": spread.variance, "tau2_dersimonian_laird": spread.tau2_dersimonian_laird,
            "tau2_paule_mandel": spread.tau2_paule_mandel,
        }),
        "q_profile" => pair(many::q_profile(&y, &v, confidence(i)).unwrap()),
        "eb_shrinkage" => {
            let s = many::eb_shrinkage(&y, &v, spread.tau2_paule_mandel).unwrap();
            json!({"mu": s.mean, "shrink": s.shrinkage, "theta": s.values, "sd": s.sd})
        }
        _ => {
            let s = many::hb_shrinkage(&y, &v).unwrap();
            json!({"theta": s.values, "sd": s.sd, "tau_mean": s.tau})
        }
    }
}

fn berkeley(id: &str, i: &Value) -> Value {
    let tables: Vec<Stratum> = i["tables"]
        .as_object()
        .unwrap()
        .values()
        .map(numbers)
        .map(|c| Stratum { yes1: c[0], no1: c[1], yes2: c[2], no2: c[3] })
        .collect();
    let c = confidence(i);
    match id {
        "berkeley_mantel_haenszel" => {
            let or = strata::mantel_haenszel_odds_ratio(&tables, c).unwrap();
            let rd = strata::mantel_haenszel_risk_difference(&tables, c).unwrap();
            let rr = strata::mantel_haenszel_risk_ratio(&tables, c).unwrap();
            let plain = strata::cochran_mantel_haenszel(&tables, Continuity::Uncorrected).unwrap();
            let corrected = strata::cochran_mantel_haenszel(&tables, Continuity::Corrected).unwrap();
            json!({
                "or_mh": or.value, "or_ci": pair(or.interval), "rd_mh": rd.value, "rd_var_sato": rd.variance,
                "rd_ci": pair(rd.interval), "rr_mh": rr.value, "rr_ci": pair(rr.interval),
                "cmh_chi2": plain.statistic, "cmh_p": plain.p, "cmh_chi2_cc": corrected.statistic,
                "cmh_p_cc": corrected.p,
            })
        }
        "berkeley_breslow_day" => {
            let or = strata::mantel_haenszel_odds_ratio(&tables, c).unwrap().value;
            let test = strata::breslow_day(&tables, or).unwrap();
            json!({
                "breslow_day": test.breslow_day.statistic, "tarone": test.tarone.statistic,
                "df": test.tarone.df, "p_breslow_day": test.breslow_day.p, "p_tarone": test.tarone.p,
            })
        }
        "berkeley_kitagawa" => {
            let d = strata::decompose(&tables).unwrap();
            json!({
                "gap": d.gap, "rate_effect": d.rate_effect, "composition_effect": d.composition_effect,
                "three_fold": {"endowment": d.endowment, "coefficient": d.coefficient, "interaction": d.interaction},
            })
        }
        "berkeley_cdd_women" => {
            let d = strata::conditional_demographic_disparity(&tables).unwrap();
            json!({"dd_all": d.overall, "dd_by_stratum": d.by_stratum, "cdd": d.conditional})
        }
        other => panic!("no computation for {other}"),
    }
}

#[track_caller]
fn compare(id: &str, expected: &Value, ours: &Value, tolerance: f64) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                compare(&format!("{id}.{name}"), value, &ours[name], tolerance);
            }
        }
        Value::Array(values) => {
            assert_eq!(values.len(), ours.as_array().unwrap().len(), "{id}");
            for (at, value) in values.iter().enumerate() {
                compare(&format!("{id}[{at}]"), value, &ours[at], tolerance);
            }
        }
        _ => {
            let (e, o) =
                (number(expected), ours.as_f64().unwrap_or_else(|| panic!("{id}: no number in {ours}")));
            assert!((e - o).abs() <= tolerance * e.abs(), "{id}: expected {e}, got {o}");
        }
    }
}

fn number(v: &Value) -> f64 {
    v.as_f64().unwrap()
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(number).collect()
}

fn index(v: &Value) -> usize {
    usize::try_from(v.as_u64().unwrap()).unwrap()
}

/// 0.95 unless the entry says otherwise.
fn confidence(i: &Value) -> Confidence {
    let level = i["confidence"].as_f64().or(i["alpha"].as_f64().map(|a| 1.0 - a)).unwrap_or(0.95);
    Confidence::new(level).unwrap()
}

fn pair(interval: Interval) -> Value {
    json!([interval.lower, interval.upper])
}
