//! Certificates: inequalities on any score, values by hand, coverage by simulation, and the audit's own figures.

use equipoise::{
    audit::{self, Quantity, Request},
    certificate::{Assumption, Certificate, CertificateError, Compared, HeldOutRows, Radius, RateBound, Use},
    groups::Label,
    inference::{Confidence, Interval, rates::clopper_pearson},
    kernels::Gamma,
    methods::{
        Crossing, Fairness, FitError, Labelled, Pairs, TargetEvents,
        inprocessing::{
            EventRows,
            fair_erm::{KernelChoice, Loss, Parameters, Plan, Refine},
        },
    },
    metrics::Undefined,
    notion::{Comparison, Functional, Notion, Subject},
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
    verdict::Outcome,
};
use expect_test::expect;
use proptest::prelude::*;

use super::methods_samples::{Table, close};

const HINGE: Loss = Loss::Hinge { cost: 1.0 };

fn certificate(table: &Table, parameters: Parameters, predicts: Use) -> Certificate {
    let fitted = table.fit(parameters);
    Certificate::of_training(&fitted.training, &fitted.score, predicts, Confidence::default()).unwrap()
}

/// Mean of `of` over the rows of a group.
fn mean(f: &[f64], s: &[bool], group: bool, of: impl Fn(f64) -> f64) -> f64 {
    let rows: Vec<f64> = f.iter().zip(s).filter(|(_, s)| **s == group).map(|(f, _)| of(*f)).collect();
    rows.iter().sum::<f64>() / rows.len() as f64
}

proptest! {
    /// A.8.10, and that the best scale is the best: no c on a fine grid does better.
    #[test]
    fn rates_differ_by_no_more_than_the_bound_of_any_score(
        f in prop::collection::vec(prop_oneof![-3.0..3.0f64, Just(0.0), Just(1.0), -1e-3..1e-3f64], 12),
        s in prop::collection::vec(any::<bool>(), 12),
    ) {
        prop_assume!(s.contains(&true) && s.contains(&false));
        let means = [true, false].map(|group| mean(&f, &s, group, |f| f));
        let rates = [true, false].map(|group| mean(&f, &s, group, |f| f64::from(u8::from(f > 0.0))));
        let bound = RateBound::new(means, rates);
        let sign = |f: f64| if f > 0.0 { 1.0 } else { -1.0 };
        let distance = |c: f64| -> f64 {
            [true, false].iter().map(|&group| 0.5 * mean(&f, &s, group, |f| sign(f) - c * f).abs()).sum()
        };
        prop_assert!((bound.distance - distance(1.0)).abs() < 1e-12);
        prop_assert!((bound.rate_gap - (rates[0] - rates[1])).abs() < 1e-15);
        prop_assert!(bound.rate_gap.abs() <= bound.bound_scaled && bound.bound_scaled <= bound.bound);
        let at = |c: f64| 0.5 * c * (means[0] - means[1]).abs() + distance(c);
        prop_assert!((at(bound.scale) - bound.bound_scaled).abs() < 1e-12);
        for step in 1..400 {
            prop_assert!(bound.bound_scaled <= at((f64::from(step) - 200.0).div_euclid(20.0).exp2() * 1.1) + 1e-12);
        }
        // Scaled scores have the same rates and the same best bound.
        let scaled = RateBound::new(means.map(|mean| 3.0 * mean), rates);
        prop_assert!((scaled.bound_scaled - bound.bound_scaled).abs() < 1e-12);
    }
}

/// R = ‖(2.5, 2.5)‖, three positives a group: by the formula of A.2.
#[test]
fn limits_of_the_hand_set_are_those_of_the_formula() {
    let parameters = Parameters::new(HINGE, Fairness::new(Notion::EqualOpportunity));
    let fitted = Table::hand().fit(parameters.clone());
    let certificate = certificate(&Table::hand(), parameters, Use::Decision);
    let training = certificate.training.as_ref().unwrap();
    let [difference] = training.differences.as_slice() else { panic!("one constraint") };
    let radius = 12.5_f64.sqrt();
    assert_eq!(training.radius, Radius::Observed(radius));
    let norm = fitted.training.squared_norm.sqrt();
    close(training.norm, norm, 1e-15);
    let limit = norm * radius * (1.0 + (2.0 * (2.0_f64 / 0.05).ln()).sqrt()) * 2.0 / 3.0_f64.sqrt();
    close(difference.gap_true_max, difference.gap.abs() + limit, 1e-9);
    assert_eq!(difference.rows, [3, 3]);
    assert_eq!((&difference.group, &difference.event), (&vec![Label::new("0")], &EventRows::Positive));
    assert_eq!(difference.against, Compared::Group(vec![Label::new("1")]));
    let rates = difference.rates.unwrap();
    assert!(rates.rate_gap.abs() <= rates.bound_scaled && rates.bound_scaled <= rates.bound);
    assert!(training.assumptions.contains(&Assumption::LongestSeen { radius }));
    assert!(!training.assumptions.contains(&Assumption::WeightsGiven));
}

#[test]
fn a_kernel_of_length_one_needs_no_radius_and_numbers_have_no_rates() {
    let mut parameters = Parameters::new(HINGE, Fairness::new(Notion::EqualOpportunity));
    parameters.kernel = KernelChoice::Rbf(Gamma::Value(0.5));
    let training = certificate(&Table::hand(), parameters, Use::Number).training.unwrap();
    assert_eq!(training.radius, Radius::Known(1.0));
    assert_eq!(training.assumptions, [Assumption::Independent, Assumption::FeaturesGiven]);
    assert_eq!(training.differences[0].rates, None);
}

/// Integer weights are worth their Kish number of rows: Σ a² of (1, 2, 3)/6 is 14/36.
#[test]
fn weights_and_pooled_differences_enter_through_their_concentration() {
    let mut table = Table::new(
        &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        1,
        &[1.0, -1.0, 1.0, -1.0, 1.0, 1.0],
        &[0, 0, 0, 1, 1, 1],
    );
    table.weights = Some(vec![1.0, 2.0, 3.0, 2.0, 2.0, 2.0]);
    let fairness = Fairness::new(Notion::DemographicParity).pairs(Pairs::Pooled).bound(0.1);
    let certificate = certificate(&table, Parameters::new(HINGE, fairness), Use::Decision);
    let training = certificate.training.unwrap();
    let [first, second] = training.differences.as_slice() else { panic!("two groups against all rows") };
    assert_eq!((&first.against, first.rows), (&Compared::Pooled, [3, 6]));
    // Three means: two groups and all rows.
    let factor = training.norm * training.radius.get() * (1.0 + (2.0 * (3.0_f64 / 0.05).ln()).sqrt());
    let all = (26.0_f64 / 144.0).sqrt();
    close(first.gap_true_max - first.gap.abs(), factor * ((14.0_f64 / 36.0).sqrt() + all), 1e-9);
    close(second.gap_true_max - second.gap.abs(), factor * ((1.0_f64 / 3.0).sqrt() + all), 1e-9);
    assert!(training.assumptions.contains(&Assumption::WeightsGiven));
}

/// A recurrence that makes numbers in [0, 1).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The true difference of means of the trained score is below its limit: the law is that of rows drawn evenly from
/// a finite population, so it is known exactly.
#[test]
fn true_differences_of_means_are_below_their_limits() {
    let mut uniform = Uniform(7);
    let population: Vec<[f64; 2]> =
        (0..40).map(|i| [uniform.next() + f64::from(i % 2), uniform.next()]).collect();
    let mut parameters = Parameters::new(HINGE, Fairness::new(Notion::DemographicParity));
    parameters.kernel = KernelChoice::Rbf(Gamma::Value(1.0));
    let mut farthest = 0.0_f64;
    for _ in 0..60 {
        let numbers: Vec<usize> = (0..40).map(|_| (uniform.next() * 40.0) as usize).collect();
        let x: Vec<f64> = numbers.iter().flat_map(|&i| population[i]).collect();
        let y: Vec<f64> = numbers.iter().map(|&i| if population[i][0] > 0.9 { 1.0 } else { -1.0 }).collect();
        let s: Vec<u8> = numbers.iter().map(|&i| (i % 2) as u8).collect();
        let table = Table::new(&x, 2, &y, &s);
        let Ok(fitted) = table.try_fit(parameters.clone()) else { continue };
        let confidence = Confidence::default();
        let certificate =
            Certificate::of_training(&fitted.training, &fitted.score, Use::Number, confidence).unwrap();
        let all = Table::new(&population.concat(), 2, &[1.0; 40], &[0; 40]);
        let f = fitted.score.of_rows(&all.rows()).unwrap();
        let of_group = |group: usize| (0..20).map(|i| f[2 * i + group]).sum::<f64>() / 20.0;
        let truth = of_group(0) - of_group(1);
        let limit = certificate.training.unwrap().differences[0].gap_true_max;
        farthest = farthest.max(truth.abs() / limit);
        assert!(truth.abs() <= limit, "{truth} above {limit}");
    }
    assert!(farthest > 0.05, "the simulation tells nothing: {farthest}");
}

/// Held-out rows of two groups by their counts: (rows, f > 0) of the positives of each.
struct Counts([(usize, usize); 2]);

impl Counts {
    fn columns(&self) -> (Vec<f64>, Vec<f64>, Vec<u8>) {
        let (mut f, mut y, mut s) = (Vec::new(), Vec::new(), Vec::new());
        for (group, &(n, k)) in self.0.iter().enumerate() {
            for i in 0..n {
                f.push(if i < k { 0.5 } else { -0.5 });
                y.push(1.0);
                s.push(group as u8);
            }
            f.push(1.0);
            y.push(-1.0);
            s.push(group as u8);
        }
        (f, y, s)
    }
}

fn look<T>(
    (f, y, s): &(Vec<f64>, Vec<f64>, Vec<u8>),
    weights: Option<(&[f64], WeightKind)>,
    read: impl FnOnce(&HeldOutRows<'_>) -> T,
) -> T {
    let labels = ["a", "b", "c"].map(Label::new);
    let sensitive = [Categorical { codes: Codes::U8(s), labels: &labels }];
    let attributes = ["sex".to_owned()];
    read(&HeldOutRows {
        scores: f,
        target: Some(y),
        sensitive: &sensitive,
        strata: &[],
        weights,
        attributes: &attributes,
    })
}

fn held_out(
    columns: &(Vec<f64>, Vec<f64>, Vec<u8>),
    fairness: &Fairness,
    predicts: Use,
) -> Result<Certificate, CertificateError> {
    look(columns, None, |rows| Certificate::of_held_out(fairness, predicts, rows, Confidence::default()))
}

/// 56 of 70 against 48 of 80: the interval of Miettinen and Nurminen in `statistics-reference.json`.
#[test]
fn held_out_rates_have_the_intervals_of_the_reference() {
    let columns = Counts([(70, 56), (80, 48)]).columns();
    let certificate = held_out(&columns, &Fairness::new(Notion::EqualOpportunity), Use::Decision).unwrap();
    let held_out = certificate.held_out.unwrap();
    let [gap] = held_out.gaps.as_slice() else { panic!("one attribute") };
    close(gap.value.unwrap(), 0.2, 1e-15);
    let interval = gap.interval.unwrap();
    close(interval.lower, 0.0528297132, 1e-9);
    close(interval.upper, 0.3381729400, 1e-9);
    assert_eq!((gap.method, gap.n_comparisons, held_out.rows), (Some("Miettinen–Nurminen"), 1, 152));
    let confidence = Confidence::default();
    for (cell, (n, k)) in held_out.cells.iter().zip([(70.0, 56.0), (80.0, 48.0)]) {
        assert_eq!((cell.n, cell.rate), (n, k / n));
        assert_eq!(cell.interval, clopper_pearson(k, n, confidence).unwrap());
    }
    let level = Confidence::from_alpha(0.025).unwrap();
    let [a, b] = [(56.0, 70.0), (48.0, 80.0)].map(|(k, n)| clopper_pearson(k, n, level).unwrap());
    let expected = Interval { lower: (a.lower - b.upper).max(0.0), upper: a.upper - b.lower };
    close(gap.guaranteed.unwrap().lower, expected.lower, 1e-15);
    close(gap.guaranteed.unwrap().upper, expected.upper, 1e-15);
    assert_eq!(gap.verdict(0.4), Outcome::Holds);
    assert_eq!(gap.verdict(0.1), Outcome::Undecided);
    assert_eq!(gap.verdict(0.01), Outcome::Violated);
    assert_eq!(gap.verdict(f64::NAN), Outcome::Undecided);
}

/// The same rows asked of the audit: equal figures, to the bit.
#[test]
fn gaps_of_held_out_rows_are_those_of_an_audit() {
    let mut uniform = Uniform(3);
    let n = 300;
    let s: Vec<u8> = (0..n).map(|_| (uniform.next() * 3.0) as u8).collect();
    let y: Vec<f64> = (0..n).map(|_| if uniform.next() < 0.5 { 1.0 } else { -1.0 }).collect();
    let f: Vec<f64> = (0..n).map(|i| uniform.next() - 0.5 + 0.1 * f64::from(s[i])).collect();
    let columns = (f, y, s);
    for (notion, pairs, comparison) in [
        (Notion::DemographicParity, Pairs::All, Comparison::Difference),
        (Notion::EqualizedOdds, Pairs::All, Comparison::Difference),
        (Notion::PredictiveEquality, Pairs::Pooled, Comparison::DifferenceToOverall),
    ] {
        let fairness = Fairness::new(notion.clone()).pairs(pairs);
        let certificate = held_out(&columns, &fairness, Use::Decision).unwrap();
        let gap = &certificate.held_out.as_ref().unwrap().gaps[0];
        let (yes_no, labels) = (["no", "yes"].map(Label::new), ["a", "b", "c"].map(Label::new));
        let codes = |values: &[f64]| values.iter().map(|&value| u8::from(value > 0.0)).collect::<Vec<u8>>();
        let (decision, target) = (codes(&columns.0), codes(&columns.1));
        let of = |codes| Categorical { codes: Codes::U8(codes), labels: &yes_no };
        let mut layout = Layout::new(Task::Binary);
        layout.sensitive = vec![Attribute::new("sex")];
        (layout.target, layout.prediction) = (Some("y".into()), Some("p".into()));
        let sample = Sample::new(Columns {
            sensitive: vec![Variable::Categorical(Categorical {
                codes: Codes::U8(&columns.2),
                labels: &labels,
            })],
            target: Some(Variable::Categorical(of(&target))),
            prediction: Some(of(&decision)),
            ..Columns::default()
        });
        let statistics = Statistics::collect(&layout, &sample.unwrap(), 1).unwrap();
        let mut request = Request::new();
        request.quantities = Some(vec![Quantity::new(Subject::Notion(notion), Functional::Mean, comparison)]);
        let report = audit::audit(&statistics, &request).unwrap();
        let expected = &report.sections[0].gaps[0];
        assert_eq!((gap.value, gap.interval), (expected.value, expected.interval));
        assert_eq!(gap.expected_if_equal, expected.expected_if_equal);
        let guaranteed = gap.guaranteed.unwrap();
        assert!(guaranteed.contains(gap.value.unwrap()) && guaranteed.upper >= gap.interval.unwrap().upper);
    }
}

/// 400 draws at rates 0.05 and 0.2 with 40 and 60 rows: the guaranteed interval misses the difference in at most
/// 5 % (+ 4 standard errors), the intervals of the rates each in at most 5 %.
#[test]
fn guaranteed_intervals_cover_at_small_rates() {
    let mut uniform = Uniform(11);
    let (draws, sizes, rates) = (400, [40, 60], [0.05, 0.2]);
    let mut misses = [0; 3];
    for _ in 0..draws {
        let cells = [0, 1].map(|g| (sizes[g], (0..sizes[g]).filter(|_| uniform.next() < rates[g]).count()));
        let columns = Counts(cells).columns();
        let certificate = held_out(&columns, &Fairness::new(Notion::EqualOpportunity), Use::Decision);
        let held_out = certificate.unwrap().held_out.unwrap();
        misses[2] += u32::from(!held_out.gaps[0].guaranteed.unwrap().contains(rates[1] - rates[0]));
        for group in 0..2 {
            misses[group] += u32::from(!held_out.cells[group].interval.contains(rates[group]));
        }
    }
    let most = 0.05 * f64::from(draws) + 4.0 * (f64::from(draws) * 0.05 * 0.95).sqrt();
    assert!(misses.iter().all(|&misses| f64::from(misses) <= most), "{misses:?} of {draws}");
}

#[test]
fn groups_that_are_small_or_lack_the_event_are_said_and_nothing_is_claimed_of_them() {
    let mut columns = Counts([(30, 20), (30, 10)]).columns();
    // A third group of five rows.
    for i in 0..5 {
        columns.0.push(1.0);
        columns.1.push(if i == 0 { 1.0 } else { -1.0 });
        columns.2.push(2);
    }
    let fairness = Fairness::new(Notion::EqualOpportunity);
    let certificate = held_out(&columns, &fairness, Use::Decision).unwrap();
    let gap = &certificate.held_out.as_ref().unwrap().gaps[0];
    assert_eq!((gap.n_groups, gap.left_out.n_groups), (2, 1));
    let two = held_out(&Counts([(30, 20), (30, 10)]).columns(), &fairness, Use::Decision).unwrap();
    // Nor do they widen the guaranteed interval.
    assert_eq!(gap.guaranteed, two.held_out.unwrap().gaps[0].guaranteed);
    assert!(certificate.to_string().contains("1 group with fewer than 10 rows"), "{certificate}");
    // Twenty rows, none of them positive: undefined, so no verdict.
    let mut columns = Counts([(30, 20), (30, 10)]).columns();
    for _ in 0..20 {
        columns.0.push(1.0);
        columns.1.push(-1.0);
        columns.2.push(2);
    }
    let certificate = held_out(&columns, &fairness, Use::Decision).unwrap();
    let gap = &certificate.held_out.as_ref().unwrap().gaps[0];
    assert_eq!(gap.undefined[0].1, Undefined::NoPositives);
    assert_eq!(gap.verdict(1.0), Outcome::Undecided);
}

#[test]
fn weights_are_repetitions_or_wider_intervals_as_they_say() {
    let columns = Counts([(20, 12), (20, 6)]).columns();
    let twice: Vec<f64> = vec![2.0; columns.0.len()];
    let fairness = Fairness::new(Notion::EqualOpportunity);
    let of = |kind| {
        look(&columns, Some((&twice, kind)), |rows| {
            let confidence = Confidence::default();
            let certificate = Certificate::of_held_out(&fairness, Use::Decision, rows, confidence);
            certificate.unwrap().held_out.unwrap()
        })
    };
    let doubled = held_out(&Counts([(40, 24), (40, 12)]).columns(), &fairness, Use::Decision).unwrap();
    let (frequency, doubled) = (of(WeightKind::Frequency), doubled.held_out.unwrap());
    assert_eq!(frequency.cells, doubled.cells);
    assert_eq!(frequency.gaps[0].interval, doubled.gaps[0].interval);
    assert_eq!(frequency.gaps[0].guaranteed, doubled.gaps[0].guaranteed);
    let sampling = of(WeightKind::Sampling);
    assert_eq!(sampling.gaps[0].guaranteed, None);
    assert!(sampling.cells[0].interval.width() > frequency.cells[0].interval.width());
    assert!(sampling.assumptions.contains(&Assumption::WeightsGiven));
}

/// Ridge regression in bins of the outcome: the bins of the fit, told of held-out rows, and Welch on means.
#[test]
fn numbers_are_compared_by_means_in_the_bins_of_the_fit() {
    let table = Table::three_groups();
    let fairness = Fairness::new(Notion::EqualizedOdds).events(TargetEvents::Quantiles(2));
    let fitted = table.fit(Parameters::new(Loss::Squared { penalty: 1.0 }, fairness));
    let confidence = Confidence::default();
    let mut certificate =
        Certificate::of_training(&fitted.training, &fitted.score, Use::Number, confidence).unwrap();
    assert!(certificate.training.as_ref().unwrap().differences.len() > 1);
    let columns = (fitted.scores.clone(), table.y.clone(), table.s.clone());
    look(&columns, None, |rows| certificate.add_held_out(rows, confidence)).unwrap();
    let gap = &certificate.held_out.as_ref().unwrap().gaps[0];
    // The rows of the fit, so their means are equal by construction.
    assert!(gap.value.unwrap() < 1e-9 && gap.interval.is_some(), "{gap:?}");
    assert_eq!((gap.method.is_some(), gap.guaranteed), (true, None));
    let words = certificate.to_string();
    assert!(words.contains("outcome of at most") && words.contains("difference of means of f"), "{words}");
    // A binned notion of decisions: the bins are told as strata.
    let cuts = Fairness::new(Notion::EqualizedOdds).events(TargetEvents::Cuts(vec![0.0]));
    let of_bins = held_out(&columns, &cuts, Use::Decision).unwrap();
    assert!(of_bins.held_out.unwrap().gaps[0].event.as_ref().unwrap().contains("outcome"));
}

#[test]
fn strata_and_crossings_are_those_of_the_question() {
    let mut uniform = Uniform(5);
    let n = 400;
    let draw =
        |uniform: &mut Uniform, k: f64| (0..n).map(|_| (uniform.next() * k) as u8).collect::<Vec<u8>>();
    let (first, second, stratum) =
        (draw(&mut uniform, 2.0), draw(&mut uniform, 2.0), draw(&mut uniform, 2.0));
    let f: Vec<f64> = (0..n).map(|_| uniform.next() - 0.5).collect();
    let labels = ["0", "1"].map(Label::new);
    let column = |codes| Categorical { codes: Codes::U8(codes), labels: &labels };
    let (sensitive, strata) = ([column(&first), column(&second)], [column(&stratum)]);
    let rows = |strata| HeldOutRows {
        scores: &f,
        target: None,
        sensitive: &sensitive,
        strata,
        weights: None,
        attributes: &[],
    };
    let look = |fairness: &Fairness, strata| {
        Certificate::of_held_out(fairness, Use::Decision, &rows(strata), Confidence::default())
    };
    let notion: Notion = "conditional_parity(department)".parse().unwrap();
    let crossed = look(&Fairness::new(notion.clone()).crossing(Crossing::Crossed), &strata).unwrap();
    let held_out = crossed.held_out.as_ref().unwrap();
    assert_eq!((held_out.gaps.len(), held_out.cells.len()), (1, 8));
    assert_eq!((held_out.gaps[0].n_groups, held_out.gaps[0].n_comparisons), (4, 12));
    assert_eq!(held_out.gaps[0].attributes, ["attribute 1", "attribute 2"]);
    assert!(crossed.to_string().contains("attribute 1 = 0, attribute 2 = 1"));
    let separate = look(&Fairness::new(Notion::DemographicParity), &[]).unwrap();
    assert_eq!(separate.held_out.unwrap().gaps.len(), 2);
    assert_eq!(look(&Fairness::new(notion), &[]).unwrap_err(), CertificateError::Rows(FitError::NoStrata));
    let no_target = look(&Fairness::new(Notion::EqualOpportunity), &[]).unwrap_err();
    assert_eq!(no_target, CertificateError::NoTarget);
}

#[test]
fn rows_that_cannot_be_judged_are_errors() {
    let columns = Counts([(20, 12), (20, 6)]).columns();
    let ask = |columns: &_, notion| held_out(columns, &Fairness::new(notion), Use::Decision).unwrap_err();
    assert_eq!(ask(&columns, Notion::Calibration), CertificateError::Unsupported);
    let mut nan = columns.clone();
    nan.0[3] = f64::NAN;
    let error = ask(&nan, Notion::DemographicParity);
    assert!(matches!(error, CertificateError::Rows(FitError::OutOfRange { row: 3, .. })), "{error}");
    let mut short = columns.clone();
    short.1.pop();
    let error = ask(&short, Notion::DemographicParity);
    assert!(matches!(error, CertificateError::Rows(FitError::LengthMismatch { .. })), "{error}");
    let one = (columns.0.clone(), columns.1.clone(), vec![0; columns.0.len()]);
    let error = ask(&one, Notion::DemographicParity);
    assert!(matches!(error, CertificateError::Rows(FitError::NothingToCompare { .. })), "{error}");
    let none = (vec![], vec![], vec![]);
    assert!(matches!(ask(&none, Notion::DemographicParity), CertificateError::Rows(_)));
    let parameters = Parameters::new(HINGE, Fairness::new(Notion::EqualOpportunity));
    let fitted = Table::hand().with(|sample| {
        let ordinary = Labelled { sensitive: &[], ..*sample };
        Plan::new(parameters).unwrap().fit(&ordinary).unwrap()
    });
    let confidence = Confidence::default();
    assert!(Certificate::of_training(&fitted.training, &fitted.score, Use::Decision, confidence).is_none());
}

#[test]
fn the_words_say_what_was_shown_on_what_and_never_fair() {
    let mut parameters = Parameters::new(HINGE, Fairness::new(Notion::EqualOpportunity));
    // So that the digits shown are those of the optimum.
    parameters.tolerance = 1e-10;
    let mut certificate = certificate(&Table::hand(), parameters, Use::Decision);
    let columns = Counts([(70, 56), (80, 48)]).columns();
    look(&columns, None, |rows| certificate.add_held_out(rows, Confidence::default())).unwrap();
    let words = certificate.to_string();
    expect![[r#"
        The question is equal_opportunity: whether f, of which f > 0 is the positive decision, differs between groups among rows with the positive outcome.
        fair_svm was fitted to 12 rows with a bound on differences of the mean of f, not of rates.
        On the fitting rows (outcome +1) the mean of f for sex = 0 (3 rows) minus that for sex = 1 (3 rows) is +0.0000, where at most 0 was allowed; on all such rows it is at most 12.8134 in magnitude.
        Their rates of f > 0 differ by +0.3333 on these rows; from the means alone it follows that they differ by at most 0.3334 (½ · gap + Δ̂ with Δ̂ = 0.3334), at the best scale of f by at most 0.3334.
        The limits on true means hold together with confidence 95 %, for every score with ‖w‖ of at most 0.8446, if the rows were drawn independently from the law of the rows that the model will meet, and the columns are a given function of a row (a standardisation found from the same rows is taken as given), and no row has a longer φ(x) than 3.5356, the longest that was seen. They say nothing of rates.
        On 152 held-out rows the largest difference of rates of f > 0 by sex is 0.2000 (b the lower, a the higher), with confidence 95 % between 0.0528 and 0.3382 (Miettinen–Nurminen).
        Whatever the true rates are, it is between 0.0000 and 0.4270 with confidence of at least 95 %.
        Groups of these sizes with equal rates would show 0.0580 on average.
        For sex = a (held-out rows, outcome +1) the rate of f > 0 is 0.8000 of 70, with confidence 95 % between 0.6873 and 0.8861 (Clopper–Pearson, each group by itself).
        For sex = b (held-out rows, outcome +1) the rate of f > 0 is 0.6000 of 80, with confidence 95 % between 0.4844 and 0.7080 (Clopper–Pearson, each group by itself).
        What held-out rows show holds if they had no part in fitting the model or in choosing it, and the rows were drawn independently from the law of the rows that the model will meet, and an interval that is right on average over true rates is enough where no guarantee is spoken of."#]].assert_eq(&words);
    assert!(!words.contains(" fair "));
}

#[test]
fn rates_that_were_driven_together_are_said_to_be_those_of_the_fitting_rows() {
    let mut parameters = Parameters::new(HINGE, Fairness::new(Notion::DemographicParity));
    parameters.refine = Refine::Rates { bound: 0.01 };
    let words = certificate(&Table::three_groups().classified(), parameters, Use::Decision).to_string();
    assert!(words.contains("driven together, in place of the means"), "{words}");
    assert!(words.contains("no bound applies any more"), "{words}");
}
