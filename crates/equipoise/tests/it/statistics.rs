//! The statistics against a naive twin that looks at every row, and the laws of merging.

use std::collections::BTreeMap;

use equipoise::{
    groups::{Cuts, Label},
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Evaluation, Layout, Statistics, StatsError, Task, View, WeightKind},
};
use proptest::prelude::*;

/// Rows of a binary audit with two attributes, a stratum, a score and a weight.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) sex: Vec<u8>,
    pub(crate) race: Vec<u16>,
    pub(crate) site: Vec<u8>,
    pub(crate) target: Vec<u8>,
    pub(crate) prediction: Vec<u8>,
    pub(crate) score: Vec<f64>,
    pub(crate) weight: Vec<f64>,
}

pub(crate) fn labels(texts: &[&str]) -> Vec<Label> {
    texts.iter().map(|&text| if text == "?" { Label::Missing } else { Label::new(text) }).collect()
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.sex.len()
    }

    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        fn take<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| values[row]).collect()
        }
        Self {
            sex: take(&self.sex, rows),
            race: take(&self.race, rows),
            site: take(&self.site, rows),
            target: take(&self.target, rows),
            prediction: take(&self.prediction, rows),
            score: take(&self.score, rows),
            weight: take(&self.weight, rows),
        }
    }

    /// Counts the rows; `shuffled` spells the same labels with other codes, as another dictionary would.
    pub(crate) fn statistics(&self, layout: &Layout, shuffled: bool) -> Statistics {
        let (sexes, races, yes_no): (&[&str], &[&str], &[&str]) = if shuffled {
            (&["?", "m", "f"], &["c", "b", "a", "unused"], &["1", "0"])
        } else {
            (&["f", "m", "?"], &["a", "b", "c"], &["0", "1"])
        };
        let (sexes, races, yes_no) = (labels(sexes), labels(races), labels(yes_no));
        let sites = labels(&["north", "south"]);
        let turn = |code: u8, n: u8| if shuffled { n - 1 - code } else { code };
        let sex: Vec<u8> = self.sex.iter().map(|&code| turn(code, 3)).collect();
        let race: Vec<u16> = self.race.iter().map(|&code| u16::from(turn(code as u8, 3))).collect();
        let target: Vec<u8> = self.target.iter().map(|&code| turn(code, 2)).collect();
        let prediction: Vec<u32> = self.prediction.iter().map(|&code| u32::from(turn(code, 2))).collect();
        let categorical = |codes, labels| Categorical { codes, labels };
        let sample = Sample::new(Columns {
            sensitive: vec![
                Variable::Categorical(categorical(Codes::U8(&sex), &sexes)),
                Variable::Categorical(categorical(Codes::U16(&race), &races)),
            ],
            strata: vec![Variable::Categorical(categorical(Codes::U8(&self.site), &sites))],
            target: Some(Variable::Categorical(categorical(Codes::U8(&target), &yes_no))),
            prediction: Some(categorical(Codes::U32(&prediction), &yes_no)),
            score: Some(&self.score),
            weights: layout.weight.is_some().then_some(&self.weight[..]),
        })
        .unwrap();
        let mut statistics = Statistics::new(layout.clone()).unwrap();
        statistics.update(&sample).unwrap();
        statistics
    }
}

pub(crate) fn layout(weighted: bool) -> Layout {
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("sex"), Attribute::new("race")];
    layout.strata = vec![Attribute::new("site")];
    layout.target = Some("y".into());
    layout.prediction = Some("p".into());
    layout.score = Some("s".into());
    layout.weight = weighted.then(|| ("w".into(), WeightKind::Sampling));
    layout
}

pub(crate) fn any_rows() -> impl Strategy<Value = Rows> {
    let row = (0u8..3, 0u16..3, 0u8..2, 0u8..2, 0u8..2, 0u8..20, 1u16..5000);
    prop::collection::vec(row, 0..120).prop_map(|rows| Rows {
        sex: rows.iter().map(|row| row.0).collect(),
        race: rows.iter().map(|row| row.1).collect(),
        site: rows.iter().map(|row| row.2).collect(),
        target: rows.iter().map(|row| row.3).collect(),
        prediction: rows.iter().map(|row| row.4).collect(),
        score: rows.iter().map(|row| f64::from(row.5) / 7.0).collect(),
        weight: rows.iter().map(|row| f64::from(row.6) / 13.0).collect(),
    })
}

/// Views by (sex, site), in the order of their labels.
fn views(statistics: &Statistics) -> BTreeMap<(String, String), View> {
    let evaluation = Evaluation::new(statistics).unwrap();
    let levels = statistics.attribute_levels();
    let name = |attribute: usize, level: u32| levels[attribute].label(level).to_string();
    let mut names = Vec::new();
    for sex in 0..levels[0].len() as u32 {
        for site in 0..levels[2].len() as u32 {
            names.push((sex, site));
        }
    }
    let views = evaluation.views(names.len(), |unit| {
        names.iter().position(|&name| name == (unit.sensitive[0], unit.strata[0]))
    });
    names.iter().map(|&(sex, site)| (name(0, sex), name(2, site))).zip(views).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + a.abs().max(b.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn views_equal_the_naive_twin(rows in any_rows(), weighted in any::<bool>()) {
        let statistics = rows.statistics(&layout(weighted), false);
        prop_assert_eq!(statistics.rows(), rows.len() as u64);
        for ((sex, site), view) in views(&statistics) {
            let of_view: Vec<usize> = (0..rows.len())
                .filter(|&row| ["f", "m", "missing"][rows.sex[row] as usize] == sex)
                .filter(|&row| ["north", "south"][rows.site[row] as usize] == site)
                .collect();
            let weight = |row: usize| if weighted { rows.weight[row] } else { 1.0 };
            for target in 0..2usize {
                for prediction in 0..2usize {
                    let cell: Vec<usize> = of_view.iter().copied().filter(|&row|
                        (rows.target[row] as usize, rows.prediction[row] as usize) == (target, prediction)).collect();
                    let found = view.matrix.get(target, prediction);
                    prop_assert_eq!(found.rows, cell.len() as u64);
                    prop_assert!(near(found.weight, cell.iter().map(|&row| weight(row)).sum()));
                    prop_assert!(near(found.weight_squared, cell.iter().map(|&row| weight(row).powi(2)).sum()));
                }
                let strip: Vec<usize> =
                    of_view.iter().copied().filter(|&row| rows.target[row] as usize == target).collect();
                let total: f64 = strip.iter().map(|&row| weight(row)).sum();
                match view.moments_by_target[target].score {
                    None => prop_assert!(strip.is_empty()),
                    Some(moment) => {
                        let mean = strip.iter().map(|&row| weight(row) * rows.score[row]).sum::<f64>() / total;
                        prop_assert!(near(moment.mean, mean));
                    }
                }
                let atoms = &view.law[target];
                prop_assert!(atoms.windows(2).all(|pair| pair[0].value < pair[1].value));
                prop_assert_eq!(atoms.iter().map(|atom| atom.cell.rows).sum::<u64>(), strip.len() as u64);
                for atom in atoms {
                    let same = strip.iter().filter(|&&row| rows.score[row] == atom.value);
                    prop_assert!(near(atom.cell.weight, same.map(|&row| weight(row)).sum()));
                }
            }
        }
    }

    #[test]
    fn any_split_and_order_and_coding_gives_the_same_bytes(
        rows in any_rows(), weighted in any::<bool>(), parts in prop::collection::vec(0usize..4, 120), backward in any::<bool>(),
    ) {
        let layout = layout(weighted);
        let whole = rows.statistics(&layout, false);
        let part = |number: usize| {
            let mut chosen: Vec<usize> = (0..rows.len()).filter(|&row| parts[row] == number).collect();
            if backward {
                chosen.reverse();
            }
            rows.select(&chosen).statistics(&layout, number % 2 == 1)
        };
        let mut order: Vec<usize> = (0..4).collect();
        if backward {
            order.reverse();
        }
        let mut merged = Statistics::new(layout.clone()).unwrap();
        for number in order {
            merged.merge(&part(number)).unwrap();
        }
        prop_assert_eq!(merged.to_bytes(), whole.to_bytes());
        prop_assert_eq!(views(&merged), views(&whole));
    }
}

#[test]
fn many_threads_and_one_give_the_same_bytes() {
    let n = 300_000;
    let group: Vec<u8> = (0..n).map(|i| (i * 7 % 5) as u8).collect();
    let score: Vec<f64> = (0..n).map(|i| f64::from((i * 31 % 1000) as u32) / 1000.0).collect();
    let weight: Vec<f64> = (0..n).map(|i| 0.1 + f64::from((i % 97) as u32)).collect();
    let names = labels(&["a", "b", "c", "d", "e"]);
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("g")];
    layout.score = Some("s".into());
    layout.threshold = Some(0.5);
    layout.weight = Some(("w".into(), WeightKind::Sampling));
    let sample = Sample::new(Columns {
        sensitive: vec![Variable::Categorical(Categorical { codes: Codes::U8(&group), labels: &names })],
        score: Some(&score),
        weights: Some(&weight),
        ..Columns::default()
    })
    .unwrap();
    let one = Statistics::collect(&layout, &sample, 1).unwrap();
    let two = Statistics::collect(&layout, &sample, 2).unwrap();
    let seven = Statistics::collect(&layout, &sample, 7).unwrap();
    assert_eq!(one.to_bytes(), two.to_bytes());
    assert_eq!(one.to_bytes(), seven.to_bytes());
    let evaluation = Evaluation::new(&one).unwrap();
    assert_eq!(evaluation.overall().matrix.prediction(1).rows, (n / 2) as u64);
}

#[test]
fn crossings_too_many_to_compute_are_listed_and_equal_the_computed_ones() {
    // 3 attributes of 60 labels make 216,000 combinations: more than are computed, so they are listed.
    let n = 5_000usize;
    let texts: Vec<String> = (0..60).map(|i| format!("v{i}")).collect();
    let names: Vec<Label> = texts.iter().map(|text| Label::new(text.as_str())).collect();
    let columns: Vec<Vec<u8>> =
        [7, 11, 13].iter().map(|&step| (0..n).map(|i| (i * step % 60) as u8).collect()).collect();
    let prediction: Vec<u8> = (0..n).map(|i| (i % 2) as u8).collect();
    let yes_no = labels(&["no", "yes"]);
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = ["a", "b", "c"].map(Attribute::new).to_vec();
    layout.prediction = Some("p".into());
    let variable = |codes| Variable::Categorical(Categorical { codes: Codes::U8(codes), labels: &names });
    let sample = Sample::new(Columns {
        sensitive: columns.iter().map(|codes| variable(codes)).collect(),
        prediction: Some(Categorical { codes: Codes::U8(&prediction), labels: &yes_no }),
        ..Columns::default()
    })
    .unwrap();
    let statistics = Statistics::collect(&layout, &sample, 1).unwrap();
    let evaluation = Evaluation::new(&statistics).unwrap();
    let wanted = |unit: equipoise::stats::Unit<'_>| {
        let text =
            |attribute: usize| statistics.attribute_levels()[attribute].label(unit.sensitive[attribute]);
        (text(0) == &names[7] && text(2) == &names[13]).then_some(0)
    };
    let view = evaluation.views(1, wanted).pop().unwrap();
    let expected = (0..n).filter(|&i| columns[0][i] == 7 && columns[2][i] == 13).count();
    assert!(expected > 0);
    assert_eq!(view.matrix.total().rows, expected as u64);
}

#[test]
fn regression_moments_are_those_of_the_rows() {
    let y = [1.0, 2.0, 4.0, 8.0];
    let f = [1.5, 1.5, 5.0, 6.0];
    let group = [0u8, 0, 0, 0];
    let names = labels(&["a"]);
    let mut layout = Layout::new(Task::Regression);
    layout.sensitive = vec![Attribute::new("g")];
    layout.target = Some("y".into());
    layout.target_cuts = Some(Cuts::new(vec![3.0]).unwrap());
    layout.score = Some("f".into());
    let sample = Sample::new(Columns {
        sensitive: vec![Variable::Categorical(Categorical { codes: Codes::U8(&group), labels: &names })],
        target: Some(Variable::Real(&y)),
        score: Some(&f),
        ..Columns::default()
    })
    .unwrap();
    let statistics = Statistics::collect(&layout, &sample, 1).unwrap();
    let view = Evaluation::new(&statistics).unwrap().overall();
    let mean = |moment: Option<equipoise::stats::view::Moment>| moment.unwrap().mean;
    assert_eq!(mean(view.moments.target), 3.75);
    assert_eq!(mean(view.moments.score), 3.5);
    assert_eq!(mean(view.moments.residual), 0.25);
    assert_eq!(mean(view.moments.absolute_error), 1.0);
    assert_eq!(mean(view.moments.squared_error), (0.25 + 0.25 + 1.0 + 4.0) / 4.0);
    assert_eq!(view.moments.covariance.unwrap(), (1.5 + 3.0 + 20.0 + 48.0) / 4.0 - 3.75 * 3.5);
    assert_eq!(view.matrix.n_target, 2);
    assert_eq!(view.matrix.target(1).rows, 2);
    assert_eq!(mean(view.moments_by_target[0].target), 1.5);
}

#[test]
fn text_in_a_column_with_cut_points_is_an_error_that_names_both() {
    let names = labels(&["17", "old"]);
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute { name: "age".into(), cuts: Some(Cuts::new(vec![25.0]).unwrap()) }];
    layout.prediction = Some("p".into());
    let column = Categorical { codes: Codes::U8(&[0, 1]), labels: &names };
    let sample = Sample::new(Columns {
        sensitive: vec![Variable::Categorical(column)],
        prediction: Some(column),
        ..Columns::default()
    })
    .unwrap();
    let error = Statistics::collect(&layout, &sample, 1).unwrap_err();
    assert_eq!(error, StatsError::NotANumber { column: "age".into(), label: "old".into() });
}

#[test]
fn a_target_with_too_many_values_is_refused() {
    let names: Vec<Label> = (0..2000).map(|i| Label::new(i.to_string())).collect();
    let codes: Vec<u16> = (0..2000).collect();
    let mut layout = Layout::new(Task::Multiclass);
    layout.sensitive = vec![Attribute::new("g")];
    layout.target = Some("y".into());
    let column = Categorical { codes: Codes::U16(&codes), labels: &names };
    let sample = Sample::new(Columns {
        sensitive: vec![Variable::Categorical(column)],
        target: Some(Variable::Categorical(column)),
        ..Columns::default()
    })
    .unwrap();
    let error = Statistics::collect(&layout, &sample, 1).unwrap_err();
    assert!(matches!(error, StatsError::TooManyClasses { .. }), "{error}");
}

#[test]
fn statistics_of_other_columns_do_not_merge() {
    let mut a = Statistics::new(layout(false)).unwrap();
    let mut other = layout(false);
    other.positive = vec!["1".into()];
    let error = a.merge(&Statistics::new(other).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the statistics differ in positive labels, so they cannot be merged");
}

#[test]
fn positives_are_decided_from_the_labels_or_asked_for() {
    let split = |texts: &[&str], positive: &[&str]| {
        let names = labels(texts);
        let codes: Vec<u8> = (0..texts.len() as u8).collect();
        let mut layout = Layout::new(Task::Binary);
        layout.sensitive = vec![Attribute::new("g")];
        layout.prediction = Some("p".into());
        layout.positive = positive.iter().map(ToString::to_string).collect();
        let column = Categorical { codes: Codes::U8(&codes), labels: &names };
        let sample = Sample::new(Columns {
            sensitive: vec![Variable::Categorical(column)],
            prediction: Some(column),
            ..Columns::default()
        })
        .unwrap();
        let statistics = Statistics::collect(&layout, &sample, 1).unwrap();
        match Evaluation::new(&statistics) {
            Ok(evaluation) => {
                evaluation.prediction().labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
            }
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(split(&["1", "0"], &[]), "0 | 1");
    assert_eq!(split(&["True", "False"], &[]), "False | True");
    assert_eq!(split(&["-1", "1"], &[]), "-1 | 1");
    assert_eq!(split(&["Low", "Medium", "High"], &["Medium", "High"]), "Low | High or Medium");
    assert_eq!(split(&["1.0", "0.0"], &["1"]), "0.0 | 1.0");
    assert_eq!(
        split(&["good", "bad"], &[]),
        "which values of the prediction are positive is not said; its values are `bad`, `good`"
    );
    assert_eq!(
        split(&["good", "bad"], &["ok"]),
        "no value of the prediction is `ok`; its values are `bad`, `good`"
    );
}
