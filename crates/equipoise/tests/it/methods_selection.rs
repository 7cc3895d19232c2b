//! Selection against the obvious way to do it, and what paths of bounds must satisfy (A.8.3 of the reference).

use equipoise::{
    kernels::Gamma,
    methods::{
        Fairness, FitError, Labelled,
        inprocessing::fair_erm::{KernelChoice, Loss, Parameters},
        selection::{Nvp, Performance, Point, Selection, SelectionError, Unfairness, nvp, path},
    },
    notion::Notion,
};

use super::methods_samples::{Table, all_close, close, comparison};

fn table() -> Table {
    Table::three_groups().classified()
}

fn hinge(cost: f64, kernel: KernelChoice) -> Parameters {
    let mut parameters = Parameters::new(Loss::Hinge { cost }, Fairness::new(Notion::EqualOpportunity));
    (parameters.kernel, parameters.tolerance) = (kernel, 1e-8);
    parameters
}

fn grid() -> Vec<Parameters> {
    let rbf = KernelChoice::Rbf(Gamma::Value(0.5));
    vec![
        hinge(0.03, KernelChoice::Linear),
        hinge(1.0, KernelChoice::Linear),
        hinge(0.1, rbf),
        hinge(3.0, rbf),
        hinge(100.0, rbf),
    ]
}

fn how(folds: usize) -> Nvp {
    let mut how = Nvp::decisions(Fairness::new(Notion::EqualOpportunity));
    how.folds = folds;
    how
}

fn select(table: &Table, grid: &[Parameters], how: &Nvp) -> Result<Selection, SelectionError> {
    table.with(|sample| nvp(grid, sample, how))
}

/// Numbers of the rows of a fold, and of the others.
fn parts(selection: &Selection, fold: usize) -> (Vec<usize>, Vec<usize>) {
    (0..selection.fold_of_row.len()).partition(|&row| selection.fold_of_row[row] == fold)
}

/// Accuracy and the largest difference of rates among the positives of the groups that have some.
fn judge(table: &Table, scores: &[f64]) -> (f64, Option<f64>) {
    let right = table.y.iter().zip(scores).filter(|(y, f)| (**f > 0.0) == (**y > 0.0)).count();
    let rate = |group: u8| {
        let rows: Vec<usize> =
            (0..scores.len()).filter(|&i| table.y[i] > 0.0 && table.s[i] == group).collect();
        let hits = rows.iter().filter(|&&i| scores[i] > 0.0).count();
        (!rows.is_empty()).then(|| hits as f64 / rows.len() as f64)
    };
    let rates: Vec<f64> = (0..3).filter_map(rate).collect();
    let widest = rates.iter().flat_map(|a| rates.iter().map(move |b| (a - b).abs())).fold(0.0, f64::max);
    (right as f64 / scores.len() as f64, (rates.len() > 1).then_some(widest))
}

/// Fits subsets of the rows, in loops, and chooses by the rule as it is written.
#[test]
fn the_table_and_the_choice_are_those_of_the_obvious_way() {
    let (table, grid) = (table(), grid());
    let selection = select(&table, &grid, &how(5)).unwrap();
    let mut naive: Vec<(f64, f64)> = Vec::new();
    for (parameters, entry) in grid.iter().zip(&selection.entries) {
        let (mut accuracies, mut gaps) = (Vec::new(), Vec::new());
        for fold in 0..5 {
            let (out, rest) = parts(&selection, fold);
            let fitted = table.rows_of(&rest).fit(parameters.clone());
            let out = table.rows_of(&out);
            let (accuracy, gap) = judge(&out, &fitted.score.of_rows(&out.rows()).unwrap());
            accuracies.push(accuracy);
            gaps.extend(gap);
            let figures = entry.folds[fold].as_ref().unwrap();
            close(figures.accuracy.unwrap(), accuracy, 1e-12);
            assert_eq!(figures.rate_gap().is_some(), gap.is_some());
            close(figures.rate_gap().unwrap_or(0.0), gap.unwrap_or(0.0), 1e-12);
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        naive.push((mean(&accuracies), mean(&gaps)));
        close(entry.performance.unwrap(), mean(&accuracies), 1e-12);
        close(entry.unfairness.unwrap(), mean(&gaps), 1e-12);
    }
    let best = naive.iter().fold(0.0_f64, |best, entry| best.max(entry.0));
    let is_near = |entry: &(f64, f64)| entry.0 >= 0.9 * best;
    let smallest =
        naive.iter().filter(|entry| is_near(entry)).fold(1.0_f64, |least, entry| least.min(entry.1));
    for (entry, naive) in selection.entries.iter().zip(&naive) {
        assert_eq!(entry.is_shortlisted, is_near(naive));
    }
    assert!(is_near(&naive[selection.chosen]) && naive[selection.chosen].1 <= smallest + 1e-12);
}

#[test]
fn folds_have_their_share_of_every_class_and_group() {
    let table = table();
    let selection = select(&table, &grid()[..1], &how(4)).unwrap();
    for (class, group) in [(1.0, 0), (1.0, 1), (1.0, 2), (-1.0, 0), (-1.0, 1), (-1.0, 2)] {
        let count = |fold: usize| {
            let (out, _) = parts(&selection, fold);
            out.iter().filter(|&&i| table.y[i] == class && table.s[i] == group).count()
        };
        let counts: Vec<usize> = (0..4).map(count).collect();
        let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        assert!(most - least <= 1, "{class} {group}: {counts:?}");
    }
    let mut other = how(4);
    other.seed = 1;
    assert_ne!(select(&table, &grid()[..1], &other).unwrap().fold_of_row, selection.fold_of_row);
}

#[test]
fn threads_do_not_change_the_choice() {
    let (table, grid) = (table(), grid());
    let in_pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| select(&table, &grid, &how(3))).unwrap()
    };
    assert_eq!(in_pool(1), in_pool(3));
}

#[test]
fn the_share_leads_from_the_most_accurate_to_the_least_unfair() {
    let (table, grid) = (table(), grid());
    let with_share = |share: f64| {
        let mut how = how(5);
        how.share = share;
        select(&table, &grid, &how).unwrap()
    };
    let strict = with_share(1.0);
    let best = strict.entries.iter().filter_map(|entry| entry.performance).fold(0.0, f64::max);
    assert_eq!(strict.entries[strict.chosen].performance, Some(best));
    let loose = with_share(1e-9);
    assert!(loose.entries.iter().all(|entry| entry.is_shortlisted));
    let least = loose.entries.iter().filter_map(|entry| entry.unfairness).fold(1.0, f64::min);
    assert_eq!(loose.entries[loose.chosen].unfairness, Some(least));
    // Of the same parameters the first is chosen.
    let twice = [grid[1].clone(), grid[1].clone()];
    assert_eq!(select(&table, &twice, &how(5)).unwrap().chosen, 0);
}

/// sup |F − G| at all values.
fn ks(a: &[f64], b: &[f64]) -> f64 {
    let below = |values: &[f64], x: f64| {
        values.iter().filter(|value| **value <= x).count() as f64 / values.len() as f64
    };
    a.iter().chain(b).map(|&x| (below(a, x) - below(b, x)).abs()).fold(0.0, f64::max)
}

#[test]
fn numbers_are_judged_by_squared_error_and_laws() {
    let table = Table::three_groups();
    let ridge =
        |penalty| Parameters::new(Loss::Squared { penalty }, Fairness::new(Notion::DemographicParity));
    let grid = [ridge(0.1), ridge(10.0), ridge(1000.0)];
    let mut how = Nvp::numbers(Fairness::new(Notion::DemographicParity));
    how.folds = 3;
    let selection = select(&table, &grid, &how).unwrap();
    for (parameters, entry) in grid.iter().zip(&selection.entries) {
        for fold in 0..3 {
            let (out, rest) = parts(&selection, fold);
            let fitted = table.rows_of(&rest).fit(parameters.clone());
            let out = table.rows_of(&out);
            let f = fitted.score.of_rows(&out.rows()).unwrap();
            let figures = entry.folds[fold].as_ref().unwrap();
            let error: f64 = out.y.iter().zip(&f).map(|(y, f)| (y - f).powi(2)).sum();
            close(figures.squared_error, error / f.len() as f64, 1e-9);
            let of = |group: u8| -> Vec<f64> {
                (0..f.len()).filter(|&i| out.s[i] == group).map(|i| f[i]).collect()
            };
            let widest = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| ks(&of(a), &of(b)));
            close(figures.ks.unwrap(), widest.into_iter().fold(0.0, f64::max), 1e-12);
            assert_eq!(figures.accuracy, None);
        }
    }
    let best = selection.entries.iter().filter_map(|entry| entry.performance).fold(f64::INFINITY, f64::min);
    for entry in &selection.entries {
        assert_eq!(entry.is_shortlisted, entry.performance.unwrap() * 0.9 <= best);
    }
    how.unfairness = Unfairness::MeanGap;
    let by_means = select(&table, &grid, &how).unwrap();
    for (by_means, by_laws) in by_means.entries.iter().zip(&selection.entries) {
        assert_eq!(by_means.folds, by_laws.folds);
        let gaps: Vec<f64> = by_means.folds.iter().flatten().filter_map(|f| f.mean_gap()).collect();
        close(by_means.unfairness.unwrap(), gaps.iter().sum::<f64>() / 3.0, 1e-12);
    }
    // Bins of the outcome are those of all rows in every fold.
    let mut binned = Nvp::numbers(Fairness::new(Notion::EqualizedOdds));
    binned.folds = 3;
    assert!(select(&table, &grid, &binned).unwrap().entries[0].unfairness.is_some());
}

#[test]
fn what_cannot_be_selected_is_told() {
    let (table, grid) = (table(), grid());
    assert_eq!(select(&table, &[], &how(5)), Err(SelectionError::EmptyGrid));
    assert_eq!(select(&table, &grid, &how(1)), Err(FitError::Folds { found: 1 }.into()));
    let mut none = how(5);
    none.share = 0.0;
    assert!(matches!(select(&table, &grid, &none), Err(SelectionError::Plan(_))));
    let bad = [hinge(-1.0, KernelChoice::Linear)];
    assert!(matches!(select(&table, &bad, &how(5)), Err(SelectionError::Plan(_))));
    let numbers = select(&Table::three_groups(), &grid, &how(5));
    assert!(matches!(numbers, Err(SelectionError::Fit(FitError::NotBinary { .. }))));
    let no_groups = table.with(|sample| nvp(&grid, &Labelled { sensitive: &[], ..*sample }, &how(5)));
    assert!(matches!(no_groups, Err(SelectionError::Fit(FitError::NothingToCompare { .. }))));
    // A column twice, and no penalty: singular. The others are chosen among.
    let x: Vec<f64> = table.x.chunks(3).flat_map(|x| [x[0], x[0], x[1]]).collect();
    let twice = Table::new(&x, 3, &table.y, &table.s);
    let ridge = |penalty| Parameters::new(Loss::Squared { penalty }, Fairness::new(Notion::EqualOpportunity));
    let mixed = select(&twice, &[ridge(0.0), ridge(1.0)], &how(5)).unwrap();
    assert_eq!(
        (mixed.chosen, mixed.entries[0].performance, mixed.entries[0].is_shortlisted),
        (1, None, false)
    );
    assert!(mixed.entries[0].folds[0].is_err());
    assert!(matches!(select(&twice, &[ridge(0.0)], &how(5)), Err(SelectionError::Fit(FitError::Solver(_)))));
}

fn fit_path(table: &Table, parameters: &Parameters, steps: usize) -> Vec<Point> {
    table.with(|sample| path(parameters, sample, Some(sample), steps)).unwrap()
}

/// A.8.3: non-increasing and convex in the bound, the ends are the ordinary model and the one with equal means.
#[test]
fn a_path_leads_from_the_ordinary_model_to_equal_means() {
    let rbf = KernelChoice::Rbf(Gamma::Value(0.5));
    for (table, parameters) in [
        (Table::hand(), hinge(1.0, KernelChoice::Linear)),
        (Table::hand(), hinge(10.0, rbf)),
        (table(), hinge(1.0, rbf)),
        (
            Table::three_groups(),
            Parameters::new(Loss::Squared { penalty: 1.0 }, Fairness::new(Notion::EqualizedOdds)),
        ),
        (table(), Parameters::new(Loss::Logistic { cost: 1.0 }, Fairness::new(Notion::DemographicParity))),
    ] {
        let points = fit_path(&table, &parameters, 6);
        assert_eq!(points.len(), 7);
        let objectives: Vec<f64> = points.iter().map(|point| point.training.objective).collect();
        let slack = 1e-6 * objectives[6];
        for three in objectives.windows(3) {
            assert!(three[0] <= three[1] + slack, "{objectives:?}");
            // The bounds are evenly apart.
            assert!(three[1] <= f64::midpoint(three[0], three[2]) + slack, "{objectives:?}");
        }
        let at = |bound: f64| {
            let mut parameters = parameters.clone();
            parameters.fairness = parameters.fairness.bound(bound);
            table.fit(parameters)
        };
        let (ordinary, exact) = (at(1e9), at(0.0));
        close(objectives[0], ordinary.training.objective, slack);
        close(objectives[6], exact.training.objective, slack);
        assert_eq!(
            (points[6].bound, points[6].training.comparison.as_ref().unwrap().rank),
            (0.0, comparison(&exact).rank)
        );
        for point in &points {
            let gaps = &point.training.comparison.as_ref().unwrap().gaps;
            all_close(gaps, &point.fitting.mean_gaps, 1e-6 * points[0].bound.max(1.0));
            assert!(point.fitting.mean_gap().unwrap() <= point.bound + 1e-6 * points[0].bound.max(1.0));
            // The held-out rows are the same here.
            let held_out = point.held_out.as_ref().unwrap();
            close(held_out.squared_error, point.fitting.squared_error, 1e-5);
            assert_eq!(held_out.mean_gaps.len(), point.fitting.mean_gaps.len());
        }
    }
}

#[test]
fn paths_without_a_gap_or_groups_and_with_other_columns_are_answered() {
    // Equal means: every row in both groups.
    let twice = Table::new(
        &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0],
        1,
        &[-1.0, -1.0, 1.0, 1.0, 1.0, 1.0],
        &[0, 1, 0, 1, 0, 1],
    );
    let ridge = Parameters::new(Loss::Squared { penalty: 1.0 }, Fairness::new(Notion::DemographicParity));
    let points = fit_path(&twice, &ridge, 5);
    assert!(points[0].bound < 1e-15);
    let no_groups = table().with(|sample| path(&ridge, &Labelled { sensitive: &[], ..*sample }, None, 3));
    assert!(matches!(no_groups, Err(SelectionError::Fit(FitError::NothingToCompare { .. }))));
    let table = table();
    let other = table.with(|sample| Table::hand().with(|other| path(&ridge, sample, Some(other), 2)));
    assert!(matches!(
        other,
        Err(SelectionError::Fit(FitError::LengthMismatch { found: 2, expected: 3, .. }))
    ));
    let only = table.with(|sample| path(&ridge, sample, None, 0)).unwrap();
    assert_eq!((only.len(), &only[0].held_out), (1, &None));
    assert_eq!(Nvp::numbers(ridge.fairness).performance, Performance::SquaredError);
}
