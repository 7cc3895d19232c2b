//! The reference values of rates, differences, ratios, tables, weighted rates and plans; and who checks the others.
//!
//! `tests/reference/statistics.json` was computed by an independent script (scipy, statsmodels, own formulas); its
//! `source` fields name the origin of each value. Every id in it is listed: checked here, checked in
//! `statistics_reference_laws`, or belonging to a part that does not exist yet. An id that is none of these fails.

use equipoise::inference::boschloo::boschloo_p;
use equipoise::inference::differences::{self, constrained_mle_diff};
use equipoise::inference::multiplicity::{benjamini_hochberg, holm};
use equipoise::inference::ratios::{self, constrained_mle_ratio};
use equipoise::inference::rows_needed::{
    Design, PlannedRates, n_equivalence_diff, n_four_fifths, n_violation_diff,
};
use equipoise::inference::tables::{self, Tail};
use equipoise::inference::weighted::{
    ClusterSums, WeightedRate, WeightedSums, clustered_rate, weighted_rate,
};
use equipoise::inference::{Confidence, Interval, rates};
use serde_json::{Value, json};

use crate::statistics_reference_laws::IDS as CHECKED_WITH_LAWS;

const REFERENCE: &str = include_str!("../reference/statistics.json");

/// Compare at this relative error; reference values carry 12 digits.
const TOLERANCE: f64 = 1e-9;

/// scipy's Boschloo test finds the maximum over the nuisance rate on a grid, "good to about 1e-4".
const BOSCHLOO_TOLERANCE: f64 = 1e-4;

/// Ids of parts to come: monitoring, certificates, and reports of single rules.
const LATER: &[&str] = &[
    // monitoring
    "cs_rate_beta_mixture",
    "cs_diff_mixture_over_mle",
    "cs_ratio_mixture_over_mle",
    "cs_log_odds_ratio",
    "log_e_diff_zero",
    "log_e_conditional",
    "betting_log_wealth",
    "predictable_empirical_bernstein",
    "asymptotic_cs_half_width",
    // certificates
    "hoeffding_two_sided",
    "maurer_pontil_two_sided",
    "barycenter_certificate_dkw",
    "barycenter_certificate_exact_ks",
    "barycenter_certificate_monte_carlo",
    "barycenter_marginal_gap",
    "linear_certificate_per_group",
    // reports of single rules
    "adverse_impact_table",
    "adverse_impact_small",
    "ll144_example",
];

#[test]
fn every_reference_value_is_met_or_belongs_elsewhere() {
    let document: Value = serde_json::from_str(REFERENCE).unwrap();
    let mut n_checked = 0;
    for entry in document["items"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        match ours(id, &entry["inputs"]) {
            Some(value) => {
                let tolerance = if id == "boschloo_p" { BOSCHLOO_TOLERANCE } else { TOLERANCE };
                compare(&format!("{id} of {}", entry["inputs"]), &entry["value"], &value, tolerance);
                n_checked += 1;
            }
            None => assert!(
                LATER.contains(&id) || CHECKED_WITH_LAWS.iter().any(|(other, _)| *other == id),
                "nobody answers for the id {id}"
            ),
        }
    }
    assert_eq!(n_checked, 214, "entries checked here");
}

/// Returns our value for an id of these modules, `None` for the ids of others.
fn ours(id: &str, inputs: &Value) -> Option<Value> {
    one_rate(id, inputs)
        .or_else(|| two_rates(id, inputs))
        .or_else(|| likeliest_rates(id, inputs))
        .or_else(|| weighted(id, inputs))
        .or_else(|| planned(id, inputs))
        .or_else(|| adjusted(id, inputs))
}

fn one_rate(id: &str, inputs: &Value) -> Option<Value> {
    let confidence = Confidence::new(0.95).unwrap();
    let (k, n) = (number(inputs, "k"), number(inputs, "n"));
    let interval = match id {
        "wilson" => rates::wilson(k?, n?, confidence.z()),
        "clopper_pearson" => rates::clopper_pearson(k?, n?, confidence),
        "jeffreys" => rates::jeffreys(k?, n?, confidence),
        "midp_one" => rates::midp_one(k?, n?, confidence),
        _ => return None,
    };
    Some(pair(interval.unwrap()))
}

fn two_rates(id: &str, inputs: &Value) -> Option<Value> {
    if id == "berkeley_marginal" {
        return Some(berkeley_marginal());
    }
    let confidence = Confidence::new(0.95).unwrap();
    let z = confidence.z();
    let counts = ["k1", "n1", "k2", "n2"].map(|name| number(inputs, name).unwrap_or(f64::NAN));
    let [k1, n1, k2, n2] = counts;
    let interval = match id {
        "newcombe_diff" => differences::newcombe(k1, n1, k2, n2, z),
        "miettinen_nurminen_diff" => differences::miettinen_nurminen(k1, n1, k2, n2, z),
        "katz_ratio" => ratios::katz(k1, n1, k2, n2, z),
        "koopman_ratio" => ratios::koopman(k1, n1, k2, n2, z),
        "miettinen_nurminen_ratio" => ratios::miettinen_nurminen(k1, n1, k2, n2, z),
        "mover_r_ratio" => ratios::mover_r(k1, n1, k2, n2, z),
        "woolf_or" => tables::woolf(k1, n1, k2, n2, z),
        "gart_or_plus_half" => tables::gart(k1, n1, k2, n2, z),
        "conditional_exact_or" => tables::conditional_odds_ratio(k1, n1, k2, n2, confidence, Tail::Exact),
        "conditional_midp_or" => tables::conditional_odds_ratio(k1, n1, k2, n2, confidence, Tail::MidP),
        _ => return test_of_equality(id, counts),
    };
    Some(pair(interval.unwrap()))
}

fn test_of_equality(id: &str, [k1, n1, k2, n2]: [f64; 4]) -> Option<Value> {
    let value = match id {
        "fisher_p" => tables::fisher_p(k1, n1, k2, n2),
        "fisher_midp" => tables::fisher_midp(k1, n1, k2, n2),
        "z_pooled" => tables::pooled_z(k1, n1, k2, n2),
        // The script hands scipy the groups as rows, but scipy takes columns as the groups: its value is that of the
        // transposed table, whose "groups" are the events and the non-events. `boschloo_values_of_scipy` below holds
        // the values of the table as meant.
        "boschloo_p" => boschloo_p(k1, k1 + k2, n1 - k1, n1 - k1 + n2 - k2),
        _ => return None,
    };
    Some(json!(value.unwrap()))
}

fn berkeley_marginal() -> Value {
    let z = Confidence::new(0.95).unwrap().z();
    let (men, all_men, women, all_women) = (1198.0, 2691.0, 557.0, 1835.0);
    json!({
        "men": [1198, 2691], "women": [557, 1835], "total": 4526,
        "diff": men / all_men - women / all_women,
        "diff_mn": pair(differences::miettinen_nurminen(men, all_men, women, all_women, z).unwrap()),
        "z": tables::pooled_z(men, all_men, women, all_women).unwrap(),
        "ratio_women_over_men": (women / all_women) / (men / all_men),
        "ratio_mn": pair(ratios::miettinen_nurminen(women, all_women, men, all_men, z).unwrap()),
    })
}

fn likeliest_rates(id: &str, inputs: &Value) -> Option<Value> {
    let [k1, n1, k2, n2] = ["k1", "n1", "k2", "n2"].map(|name| number(inputs, name).unwrap_or(f64::NAN));
    let (p1, p2) = match id {
        "constrained_mle_diff" => constrained_mle_diff(k1, n1, k2, n2, number(inputs, "d")?),
        "constrained_mle_ratio" => constrained_mle_ratio(k1, n1, k2, n2, number(inputs, "ratio")?),
        _ => return None,
    }
    .unwrap();
    Some(json!([p1, p2]))
}

fn weighted(id: &str, inputs: &Value) -> Option<Value> {
    let rate = match id {
        "korn_graubard" => weighted_rate(&sums(inputs)).unwrap(),
        "korn_graubard_clustered" => {
            let mut clusters = vec![ClusterSums::default(); 4];
            for (row, cluster) in inputs["cluster"].as_array().unwrap().iter().enumerate() {
                let cluster = &mut clusters[usize::try_from(cluster.as_u64().unwrap()).unwrap()];
                let w = inputs["w"][row].as_f64().unwrap();
                cluster.weight += w;
                cluster.event_weight += w * inputs["y"][row].as_f64().unwrap();
            }
            clustered_rate(&sums(inputs), &clusters).unwrap()
        }
        _ => return None,
    };
    Some(described(&rate))
}

fn sums(inputs: &Value) -> WeightedSums {
    let mut sums = WeightedSums::default();
    for (w, y) in inputs["w"].as_array().unwrap().iter().zip(inputs["y"].as_array().unwrap()) {
        let (w, y) = (w.as_f64().unwrap(), y.as_f64().unwrap());
        sums.rows += 1.0;
        sums.weight += w;
        sums.weight_square += w * w;
        sums.event_weight += w * y;
        sums.event_weight_square += w * w * y;
    }
    sums
}

fn described(rate: &WeightedRate) -> Value {
    let confidence = Confidence::new(0.95).unwrap();
    json!({
        "p": rate.rate,
        "var": rate.variance,
        "n_eff": rate.rows_effective_at(confidence),
        "kish": rate.rows_kish,
        "korn_graubard": pair(rate.korn_graubard(confidence).unwrap()),
        "wilson_neff": pair(rate.wilson(confidence.z()).unwrap()),
    })
}

fn planned(id: &str, inputs: &Value) -> Option<Value> {
    if !["n_equivalence_diff", "n_violation_diff", "n_four_fifths"].contains(&id) {
        return None;
    }
    let z = Confidence::from_alpha(number(inputs, "alpha")?).unwrap().z();
    let design = Design::new(z, number(inputs, "power")?).unwrap();
    let rates = PlannedRates {
        p1: number(inputs, "p1")?,
        p2: number(inputs, "p2")?,
        rows_ratio: number(inputs, "ratio")?,
    };
    let rows = match id {
        "n_equivalence_diff" => n_equivalence_diff(&rates, number(inputs, "eps")?, design),
        "n_violation_diff" => n_violation_diff(&rates, number(inputs, "eps")?, design),
        _ => n_four_fifths(&rates, number(inputs, "tau")?, design),
    };
    Some(json!(rows.unwrap().unwrap()))
}

fn adjusted(id: &str, inputs: &Value) -> Option<Value> {
    let adjust = match id {
        "holm" => holm,
        "benjamini_hochberg" => benjamini_hochberg,
        _ => return None,
    };
    let p: Vec<f64> = inputs["p"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).collect();
    Some(json!(adjust(&p).unwrap()))
}

/// scipy 1.17.1 `boschloo_exact([[k1, k2], [n1 - k1, n2 - k2]], n=128)`: groups as columns, as scipy wants them.
#[test]
fn boschloo_values_of_scipy() {
    for (counts, expected) in
        [([56.0, 70.0, 48.0, 80.0], 0.008844461240896497), ([9.0, 10.0, 3.0, 10.0], 0.007955551147460955)]
    {
        let [k1, n1, k2, n2] = counts;
        compare(
            "boschloo",
            &json!(expected),
            &json!(boschloo_p(k1, n1, k2, n2).unwrap()),
            BOSCHLOO_TOLERANCE,
        );
    }
}

fn number(inputs: &Value, name: &str) -> Option<f64> {
    inputs[name].as_f64()
}

/// An infinite limit is null in the reference.
fn pair(interval: Interval) -> Value {
    json!([interval.lower, interval.upper])
}

#[track_caller]
fn compare(what: &str, expected: &Value, ours: &Value, tolerance: f64) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                compare(&format!("{what}, {name}"), value, &ours[name], tolerance);
            }
        }
        Value::Array(values) => {
            assert_eq!(Some(values.len()), ours.as_array().map(Vec::len), "{what}");
            for (at, value) in values.iter().enumerate() {
                compare(&format!("{what} [{at}]"), value, &ours[at], tolerance);
            }
        }
        Value::Null => assert!(ours.is_null(), "{what}: expected no limit, got {ours}"),
        _ => {
            let expected = expected.as_f64().unwrap();
            let ours = ours.as_f64().unwrap_or(f64::NAN);
            let close = (expected - ours).abs() <= tolerance * expected.abs();
            assert!(close, "{what}: expected {expected}, got {ours}");
        }
    }
}
