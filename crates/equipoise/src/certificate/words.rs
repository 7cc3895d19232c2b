//! The certificate in words: one statement a sentence, each with what it rests on, and never "fair".

use std::fmt;

use super::{
    Assumption, CellRate, Certificate, Compared, Difference, HeldOut, HeldOutGap, Radius, Training, Use,
};
use crate::{
    groups::Label,
    inference::Interval,
    methods::inprocessing::{EventRows, fair_erm::Refinement},
    notion::Event,
};

impl fmt::Display for Certificate {
    /// Writes the sentences, one a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences().join("\n"))
    }
}

impl Certificate {
    /// Returns what was shown, sentence by sentence. Numbers are rounded to four decimals, upper limits upwards.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![format!(
            "The question is {}: whether {} differs between groups {}.",
            self.notion,
            match self.predicts {
                Use::Decision => "f, of which f > 0 is the positive decision,",
                Use::Number => "f",
            },
            within(self.notion.event())
        )];
        if let Some(training) = &self.training {
            self.say_training(training, &mut sentences);
        }
        if let Some(held_out) = &self.held_out {
            say_held_out(self, held_out, &mut sentences);
        }
        sentences
    }

    fn say_training(&self, training: &Training, sentences: &mut Vec<String>) {
        let stopped = match training.converged {
            true => "",
            false => {
                " The solver stopped before its tolerance, so the model is not the best under its bounds."
            }
        };
        sentences.push(format!(
            "{} was fitted to {} rows with a bound on differences of the mean of f, not of rates.{stopped}",
            training.method, training.rows,
        ));
        let given_up = training.refinement.as_ref().is_some_and(|refinement| refinement.solves > 0);
        if let Some(refinement) = &training.refinement {
            say_refinement(refinement, sentences);
        }
        for difference in &training.differences {
            let asked = match given_up {
                true => "to which no bound applies any more".to_owned(),
                false => format!("where at most {} was allowed", difference.bound),
            };
            self.say_difference(difference, &asked, sentences);
        }
        if training.n_empty > 0 {
            let cases = count(training.n_empty, "case");
            sentences.push(format!(
                "In {cases} a group had no rows in an event, so nothing was asked of it there."
            ));
        }
        let radius = match training.radius {
            Radius::Known(radius) => format!("no row can have a longer φ(x) than {radius}"),
            Radius::Observed(radius) => {
                format!("no row has a longer φ(x) than {}, the longest that was seen", rounded_up(radius))
            }
        };
        sentences.push(format!(
            "The limits on true means hold together with confidence {} %, for every score with ‖w‖ of at most {}, if {}, and {radius}. They say nothing of rates.",
            percent(training.confidence),
            rounded_up(training.norm),
            conditions(&training.assumptions),
        ));
    }

    fn say_difference(&self, difference: &Difference, asked: &str, sentences: &mut Vec<String>) {
        let [n_first, n_second] = difference.rows;
        let (group, against) = (
            self.group(difference.grouping, &difference.group),
            match &difference.against {
                Compared::Group(labels) => self.group(difference.grouping, labels),
                Compared::Pooled => "all of these rows".to_owned(),
            },
        );
        let inside = event(&difference.event);
        sentences.push(format!(
            "On the fitting rows ({inside}) the mean of f for {group} ({n_first} rows) minus that for {against} ({n_second} rows) is {}, {asked}; on all such rows it is at most {} in magnitude.",
            signed(difference.gap),
            rounded_up(difference.gap_true_max),
        ));
        if let Some(rates) = &difference.rates {
            sentences.push(format!(
                "Their rates of f > 0 differ by {} on these rows; from the means alone it follows that they differ by at most {} (½ · gap + Δ̂ with Δ̂ = {}), at the best scale of f by at most {}.",
                signed(rates.rate_gap),
                rounded_up(rates.bound),
                rounded_up(rates.distance),
                rounded_up(rates.bound_scaled),
            ));
        }
    }

    /// Returns `sex = Female` or, without names, `attribute 1 = Female`.
    fn group(&self, grouping: usize, labels: &[Label]) -> String {
        let named = |(place, label): (usize, &Label)| {
            // Crossed attributes all have a label, a separate one has one.
            let attribute = if labels.len() > 1 { place } else { grouping };
            match self.attributes.get(attribute) {
                Some(name) => format!("{name} = {label}"),
                None => format!("attribute {} = {label}", attribute + 1),
            }
        };
        labels.iter().enumerate().map(named).collect::<Vec<_>>().join(", ")
    }
}

fn say_refinement(refinement: &Refinement, sentences: &mut Vec<String>) {
    let [before, after] = refinement.largest();
    let Refinement { bound, reached, solves, .. } = refinement;
    sentences.push(match (solves, reached) {
        (0, _) => format!("On the fitting rows the rates of f > 0 differ by at most {}, within the {bound} asked for.", rounded_up(after)),
        (_, true) => format!(
            "Then the rates of f > 0 of the fitting rows were driven together, in place of the means: their largest difference fell from {before:.4} to {after:.4}, within the {bound} asked for. Rows that had no part in it need not agree.",
        ),
        (_, false) => format!(
            "Then the rates of f > 0 of the fitting rows were driven together, in place of the means: their largest difference went from {before:.4} to {after:.4}, and the {bound} asked for was not reached.",
        ),
    });
}

fn say_held_out(certificate: &Certificate, held_out: &HeldOut, sentences: &mut Vec<String>) {
    let what = match certificate.predicts {
        Use::Decision => "rates of f > 0",
        Use::Number => "means of f",
    };
    for gap in &held_out.gaps {
        say_gap(gap, held_out, what, sentences);
    }
    for cell in &held_out.cells {
        let CellRate { rate, interval, n, .. } = cell;
        sentences.push(format!(
            "For {} (held-out rows, {}) the rate of f > 0 is {rate:.4} of {n:.0}, with confidence {} % between {:.4} and {:.4} ({}, each group by itself).",
            certificate.group(cell.grouping, &cell.group),
            event(&cell.event),
            percent(held_out.confidence),
            interval.lower,
            interval.upper,
            cell.method,
        ));
    }
    sentences.push(format!("What held-out rows show holds if {}.", conditions(&held_out.assumptions)));
}

fn say_gap(gap: &HeldOutGap, held_out: &HeldOut, what: &str, sentences: &mut Vec<String>) {
    let attributes = gap.attributes.join(" × ");
    let value = match &gap.value {
        Ok(value) => *value,
        Err(why) => {
            sentences.push(format!(
                "On {} held-out rows the difference of {what} by {attributes} is undefined: {why}.",
                held_out.rows
            ));
            return;
        }
    };
    let interval = match (gap.interval, gap.method) {
        (Some(Interval { lower, upper }), Some(method)) => format!(
            ", with confidence {} % between {lower:.4} and {} ({method}{})",
            percent(held_out.confidence),
            rounded_up(upper),
            match gap.n_comparisons {
                0 | 1 => String::new(),
                several => format!(", {several} comparisons at once"),
            },
        ),
        _ => ", without an interval".to_owned(),
    };
    let where_from = match (&gap.low, &gap.high) {
        (Some(low), Some(high)) => format!(" ({low} the lower, {high} the higher{})", inside(gap)),
        (Some(low), None) => format!(" ({low} against all rows{})", inside(gap)),
        _ => String::new(),
    };
    sentences.push(format!(
        "On {} held-out rows the largest difference of {what} by {attributes} is {value:.4}{where_from}{interval}.",
        held_out.rows
    ));
    if let Some(Interval { lower, upper }) = gap.guaranteed {
        sentences.push(format!(
            "Whatever the true rates are, it is between {lower:.4} and {} with confidence of at least {} %.",
            rounded_up(upper),
            percent(held_out.confidence),
        ));
    }
    if let Some(expected) = gap.expected_if_equal {
        sentences
            .push(format!("Groups of these sizes with equal rates would show {expected:.4} on average."));
    }
    if gap.left_out.n_groups > 0 {
        sentences.push(format!(
            "{} with fewer than {} rows ({:.2} % of the weight) took no part, so nothing is said of them.",
            count(gap.left_out.n_groups, "group"),
            held_out.rows_min,
            100.0 * gap.left_out.share,
        ));
    }
    for (group, why) in &gap.undefined {
        sentences.push(format!("Of {group} nothing can be said: {why}."));
    }
}

fn inside(gap: &HeldOutGap) -> String {
    gap.event.as_ref().map_or_else(String::new, |event| format!(", where {event}"))
}

fn within(event: Event) -> &'static str {
    match event {
        Event::AllRows => "over all rows",
        Event::TargetPositive => "among rows with the positive outcome",
        Event::TargetNegative => "among rows with the negative outcome",
        Event::EachTarget => "among rows with the same outcome",
        Event::EachStratum => "within strata",
        Event::PredictionPositive => "among rows with the positive decision",
        Event::EachScoreBin => "among rows with the same score",
    }
}

/// Returns which rows an event holds.
pub(super) fn event(event: &EventRows) -> String {
    match event {
        EventRows::All => "all rows".to_owned(),
        EventRows::Positive => "outcome +1".to_owned(),
        EventRows::Negative => "outcome −1".to_owned(),
        EventRows::Bin { above, to } if above.is_infinite() => format!("outcome of at most {to}"),
        EventRows::Bin { above, to } if to.is_infinite() => format!("outcome above {above}"),
        EventRows::Bin { above, to } => format!("outcome above {above} and at most {to}"),
        EventRows::Stratum(labels) => {
            let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
            format!("stratum {}", labels.join(", "))
        }
    }
}

fn conditions(assumptions: &[Assumption]) -> String {
    let condition = |assumption: &Assumption| match assumption {
        Assumption::Independent => {
            Some("the rows were drawn independently from the law of the rows that the model will meet")
        }
        Assumption::FeaturesGiven => Some(
            "the columns are a given function of a row (a standardisation found from the same rows is taken as given)",
        ),
        Assumption::WeightsGiven => Some("weights are given numbers, not drawn with the rows"),
        Assumption::HeldOut => Some("they had no part in fitting the model or in choosing it"),
        Assumption::AverageLevel => Some(
            "an interval that is right on average over true rates is enough where no guarantee is spoken of",
        ),
        // Said with the radius.
        Assumption::LongestSeen { .. } => None,
    };
    assumptions.iter().filter_map(condition).collect::<Vec<_>>().join(", and ")
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn percent(confidence: f64) -> String {
    let percent = 100.0 * confidence;
    // 100 · 0.95 is 95 up to rounding.
    format!("{}", (percent * 1e9).round() / 1e9)
}

/// Returns a number with a sign and four decimals, without −0.
fn signed(x: f64) -> String {
    let text = format!("{x:+.4}");
    if text == "-0.0000" { "+0.0000".to_owned() } else { text }
}

/// Returns an upper limit with four decimals, rounded upwards but for rounding of the computation.
fn rounded_up(x: f64) -> String {
    format!("{:.4}", (x * 1e4 - 1e-6).ceil().max(0.0) / 1e4)
}
