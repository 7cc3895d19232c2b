//! The results as text for a terminal, 80 columns wide.

use std::fmt::Write as _;

use crate::{
    data::Split,
    ferm::{Facts, Results},
    learner::{COSTS_LINEAR, COSTS_RBF, Family},
    protocol::{Method, Options, Series, Spread},
    readme::{Four, Row},
    sample::GroupInX,
    selection::SHORTLIST,
};

/// Returns the results as text.
pub fn text(results: &Results) -> String {
    let mut text = String::new();
    if !results.readme.is_empty() {
        printed(&mut text, &results.readme);
    }
    protocol(&mut text, &results.options);
    results.tables.iter().for_each(|facts| about(&mut text, facts));
    for (group_in_x, heading) in [
        (GroupInX::No, "The group is not among the features"),
        (GroupInX::Yes, "The group is among the features"),
    ] {
        line(&mut text, format_args!("\n{heading}"));
        spreads(&mut text, results, group_in_x);
    }
    line(&mut text, format_args!("  *: in at least one split the chosen model decides all test rows alike"));
    text
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

fn printed(text: &mut String, rows: &[Row]) {
    line(text, format_args!("Results printed with the code of the paper, Adult"));
    line(text, format_args!("{:36}{:<18}DEO", "", "accuracy"));
    line(
        text,
        format_args!("  kernel  how                C    γ     test    train     test    train  equal"),
    );
    for row in rows {
        let Four { accuracy_test, accuracy_train, deo_test, deo_train } = row.figures;
        let gamma = row.point.gamma.map_or_else(String::new, |gamma| gamma.to_string());
        let equal = row.n_equal().map_or_else(|| "-".to_owned(), |n| format!("{n} of 4"));
        let (kernel, how) = (row.family.name(), row.how.name());
        let figures =
            [accuracy_test, accuracy_train, deo_test, deo_train].map(|figure| format!(" {figure:.6}"));
        let figures = figures.concat();
        line(
            text,
            format_args!("  {kernel:<6}  {how:<15} {:>4} {gamma:>4}{figures}  {equal}", row.point.cost),
        );
    }
    line(text, format_args!("  equal: figures that are the printed ones to the last digit\n"));
}

fn protocol(text: &mut String, options: &Options) {
    let list = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    let limit = |rows: usize| match rows {
        usize::MAX => "all rows".to_owned(),
        rows => format!("at most {rows} rows"),
    };
    line(text, format_args!("Experiment of the paper"));
    line(
        text,
        format_args!(
            "  {} random splits, two thirds to the fit, seed {}; Adult: the split of the code",
            options.splits, options.seed
        ),
    );
    line(
        text,
        format_args!(
            "  {}-fold cross-validation; NVP: least DEO from {SHORTLIST} of the best accuracy on",
            options.folds
        ),
    );
    line(
        text,
        format_args!("  linear: C of {}, fitted to {}", list(&COSTS_LINEAR), limit(options.rows_linear)),
    );
    line(
        text,
        format_args!(
            "  rbf: C of {}, γ of {}, fitted to {}",
            list(&COSTS_RBF),
            list(options.gammas.values()),
            limit(options.rows_rbf)
        ),
    );
}

fn about(text: &mut String, facts: &Facts) {
    let split = match facts.split {
        Split::Given { train } => format!(", {train} to the fit"),
        Split::Random => String::new(),
    };
    line(
        text,
        format_args!(
            "  {}: {} rows{split}, {} columns; +1 is {}\n    {}: {} ({} positives), {} ({})",
            facts.name,
            facts.rows,
            facts.columns,
            facts.positive,
            facts.groups.attribute,
            facts.groups.names[0],
            facts.positives[0],
            facts.groups.names[1],
            facts.positives[1],
        ),
    );
}

fn spreads(text: &mut String, results: &Results, group_in_x: GroupInX) {
    line(text, format_args!("{:25}{:28}rbf", "", "linear"));
    let heads = ["accuracy", "DEO", "accuracy", "DEO"].map(|head| format!("{head:<14}")).concat();
    line(text, format_args!("  {:<11} {:<10}{}", "table", "method", heads.trim_end()));
    for facts in &results.tables {
        for method in Method::ALL {
            let of = |family: Family| {
                let is_it = |series: &&Series| {
                    series.data == facts.name
                        && series.group_in_x == group_in_x
                        && series.family == family
                        && series.method == method
                };
                let found = results.series.iter().find(is_it);
                let is_constant = found.is_some_and(|series| series.n_constant() > 0);
                [(found.and_then(Series::accuracy), is_constant), (found.and_then(Series::deo), is_constant)]
            };
            let cells: String =
                Family::ALL.into_iter().flat_map(of).map(|of| format!("{:<14}", cell(of))).collect();
            line(text, format_args!("  {:<11} {:<10}{}", facts.name, method.name(), cells.trim_end()));
        }
    }
}

fn cell((spread, is_constant): (Option<Spread>, bool)) -> String {
    let mark = if is_constant { "*" } else { "" };
    match spread {
        None => "-".to_owned(),
        Some(Spread { mean, deviation: 0.0 }) => format!("{mean:.3}{mark}"),
        Some(Spread { mean, deviation }) => format!("{mean:.3}±{deviation:.3}{mark}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{Groups, NAMES},
        learner::Point,
        protocol::Run,
        sample::Figures,
    };

    fn figures(accuracy: f64, selected: f64) -> Figures {
        Figures { accuracy, deo: Some(0.25), selected }
    }

    fn series(data: &'static str, family: Family) -> Vec<Series> {
        let point = Point { cost: 10.0, gamma: None };
        let run = |accuracy, selected| Run {
            point,
            figures: figures(accuracy, selected),
            figures_train: figures(accuracy, selected),
        };
        let of = |method| Series {
            data,
            group_in_x: GroupInX::No,
            family,
            method,
            runs: vec![run(0.5, 0.5), run(0.75, 1.0)],
        };
        Method::ALL.map(of).to_vec()
    }

    #[test]
    fn spreads_carry_the_mark_of_constant_decisions_and_gaps_a_dash() {
        let facts = Facts {
            name: "arrhythmia",
            data_set: "arrhythmia",
            positive: "a normal electrocardiogram",
            groups: Groups { attribute: "sex", names: ["men", "women"] },
            rows: 452,
            positives: [85, 160],
            columns: 279,
            split: Split::Random,
        };
        let series = series("arrhythmia", Family::Linear);
        let results = Results { options: Options::quick(), readme: Vec::new(), tables: vec![facts], series };
        let text = text(&results);
        assert!(
            text.contains("  arrhythmia  naive svm 0.625±0.177*  0.250*        -             -\n"),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn names_fit_their_columns() {
        assert!(NAMES.iter().all(|name| name.len() <= 11));
        assert!(Method::ALL.iter().all(|method| method.name().len() <= 9));
    }
}
