//! What rows show that had no part in the fit: the audit's own intervals, and guaranteed ones.
//!
//! The gap is asked of [`audit()`](crate::audit::audit()) itself, so a certificate and an audit of the same rows say the same:
//! Miettinen–Nurminen for two groups, Newcombe at the max-t value for more, Welch for means; events share the level.
//!
//! These intervals hold their level on average over the true rates, not for each. Where "at least" is wanted there is also a
//! guaranteed interval: each cell's Clopper–Pearson interval at α / cells, and the extremes of their differences.

use super::{Assumption, CertificateError, Use};
use crate::{
    audit::{self, Gap, GroupName, Grouping, LeftOut, Quantity, Request},
    groups::Label,
    inference::{
        Confidence, Interval,
        rates::clopper_pearson,
        weighted::{WeightedSums, weighted_rate},
    },
    methods::{
        Crossing, Fairness, FitError, Labelled, Pairs, TargetEvents,
        inprocessing::{Cell, Constraints, EventRows},
    },
    metrics::Undefined,
    notion::{Bound, ColumnNames, Comparison, Event, Functional, Notion, Relation, Subject},
    sample::{Categorical, Codes, Columns, Sample, Variable},
    solvers::Rows,
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
    verdict::{Outcome, decide},
};

/// Rows that had no part in the fit, unchecked: what the model says of them, and what is known of them.
#[derive(Clone, Copy, Debug)]
pub struct HeldOutRows<'a> {
    /// f of each row.
    pub scores: &'a [f64],
    /// The outcome, −1 or +1 (any number for regression); `None` where the notion needs none.
    pub target: Option<&'a [f64]>,
    /// The sensitive attributes.
    pub sensitive: &'a [Categorical<'a>],
    /// The legitimate columns of conditional parity; else empty.
    pub strata: &'a [Categorical<'a>],
    /// Weights and what they say; `None` for 1.
    pub weights: Option<(&'a [f64], WeightKind)>,
    /// The names of the sensitive attributes, all different; of none, they are called by their numbers.
    pub attributes: &'a [String],
}

/// What held-out rows show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HeldOut {
    /// Rows.
    pub rows: usize,
    /// The level: of the interval of each gap, over all that it compares.
    pub confidence: f64,
    /// Groups with fewer rows take no part in gaps.
    pub rows_min: u64,
    /// One for each grouping.
    pub gaps: Vec<HeldOutGap>,
    /// The rate of each group in each event, each interval by itself; empty where the score is no decision.
    pub cells: Vec<CellRate>,
    /// What the intervals rest on.
    pub assumptions: Vec<Assumption>,
}

/// The largest difference between groups of one grouping.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HeldOutGap {
    /// The names of its attributes.
    pub attributes: Vec<String>,
    /// Which difference, as a requirement spells it.
    pub quantity: String,
    /// The gap of the rates of f > 0 (of mean scores where the score is no decision), or why there is none.
    pub value: Result<f64, Undefined>,
    /// Its interval, simultaneous over groups and events.
    pub interval: Option<Interval>,
    /// The interval's method.
    pub method: Option<&'static str>,
    /// Comparisons that the interval covers together.
    pub n_comparisons: usize,
    /// What groups of these sizes would show on average if they were equal.
    pub expected_if_equal: Option<f64>,
    /// The group with the smaller value.
    pub low: Option<GroupName>,
    /// The group with the larger value; `None` for all rows.
    pub high: Option<GroupName>,
    /// The event, where there are several.
    pub event: Option<String>,
    /// Groups that were compared.
    pub n_groups: usize,
    /// Groups with too few rows.
    pub left_out: LeftOut,
    /// Groups in which the value is undefined.
    pub undefined: Vec<(GroupName, Undefined)>,
    /// An interval that covers with at least the confidence whatever the true rates are; `None` under sampling weights,
    /// for mean scores, and where fewer than two groups are compared.
    pub guaranteed: Option<Interval>,
}

impl HeldOutGap {
    /// Returns what the interval says about an upper bound on the gap, as a gate of the audit would: undecided without
    /// an interval or with a group whose value is undefined.
    pub fn verdict(&self, bound: f64) -> Outcome {
        match (self.interval, Bound::new(Relation::AtMost, bound)) {
            (Some(interval), Ok(bound)) if self.undefined.is_empty() => {
                decide(interval.lower, interval.upper, bound)
            }
            _ => Outcome::Undecided,
        }
    }
}

/// The rate of f > 0 in one group in one event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellRate {
    /// Which grouping.
    pub grouping: usize,
    /// The event.
    pub event: EventRows,
    /// The group's labels.
    pub group: Vec<Label>,
    /// Rows; with weights, the effective number of them.
    pub n: f64,
    /// Share of f > 0.
    pub rate: f64,
    /// Clopper and Pearson's interval, which covers with at least the confidence; under sampling weights Korn and
    /// Graubard's, which does so approximately.
    pub interval: Interval,
    /// Which of the two.
    pub method: &'static str,
}

/// Looks at held-out rows; returns the events and what was seen.
pub(super) fn look(
    fairness: &Fairness,
    predicts: Use,
    rows: &HeldOutRows<'_>,
    confidence: Confidence,
) -> Result<(Vec<EventRows>, HeldOut), CertificateError> {
    let n = rows.scores.len();
    if let Some(row) = rows.scores.iter().position(|score| !score.is_finite()) {
        return Err(FitError::OutOfRange { argument: "scores", row, value: rows.scores[row] }.into());
    }
    let event = fairness.notion.event();
    let by_target = matches!(event, Event::TargetPositive | Event::TargetNegative | Event::EachTarget);
    if matches!(event, Event::PredictionPositive | Event::EachScoreBin) {
        return Err(CertificateError::Unsupported);
    }
    let zeros = vec![0.0; if rows.target.is_some() { 0 } else { n }];
    let target = match rows.target {
        Some(target) => target,
        None if by_target => return Err(CertificateError::NoTarget),
        None => &zeros,
    };
    let labelled = Labelled {
        rows: Rows::dense(&[], n, 0).map_err(FitError::from)?,
        target,
        sensitive: rows.sensitive,
        strata: rows.strata,
        weights: rows.weights.map(|weights| weights.0),
    };
    let default = match predicts {
        Use::Decision => TargetEvents::Classes,
        Use::Number => TargetEvents::Quantiles(3),
    };
    let constraints = Constraints::new(&labelled, fairness, &default)?;
    let mut request = Request::new();
    request.confidence = confidence;
    let is_class = |y: &f64| *y == 1.0 || *y == -1.0;
    let natural = predicts == Use::Decision && (!by_target || target.iter().all(is_class));
    let groups = match natural && event != Event::EachStratum {
        true => {
            let all = Fairness::new(Notion::DemographicParity).crossing(fairness.crossing);
            Constraints::new(&labelled, &all, &default)?.cells().to_vec()
        }
        false => Vec::new(),
    };
    let question = Question { fairness, rows, target, constraints: &constraints, groups };
    let gaps = if natural {
        question.by_notion(&mut request)?
    } else {
        question.by_event(predicts, &mut request)?
    };
    let mut held_out = HeldOut {
        rows: n,
        confidence: confidence.get(),
        rows_min: request.rows_min,
        gaps,
        cells: Vec::new(),
        assumptions: vec![Assumption::HeldOut, Assumption::Independent, Assumption::AverageLevel],
    };
    if predicts == Use::Decision {
        held_out.cells = question.cells(confidence)?;
        for (grouping, gap) in held_out.gaps.iter_mut().enumerate() {
            gap.guaranteed = question.guaranteed(grouping, request.rows_min, confidence)?;
        }
    }
    if rows.weights.is_some() {
        held_out.assumptions.push(Assumption::WeightsGiven);
    }
    Ok((constraints.events().to_vec(), held_out))
}

struct Question<'a> {
    fairness: &'a Fairness,
    rows: &'a HeldOutRows<'a>,
    target: &'a [f64],
    constraints: &'a Constraints,
    /// The groups over all rows, by whose size the audit tells whether they are large enough; empty where events are
    /// strata, in each of which it is told by itself.
    groups: Vec<Cell>,
}

/// Codes of a column with the labels −1 and 1.
fn signs(positive: impl Iterator<Item = bool>) -> Vec<u8> {
    positive.map(u8::from).collect()
}

impl Question<'_> {
    fn decisions(&self) -> Vec<f64> {
        self.rows.scores.iter().map(|&score| f64::from(u8::from(score > 0.0))).collect()
    }

    fn layout(&self, task: Task) -> Layout {
        let name = |place: usize| {
            let given = self.rows.attributes.get(place).cloned();
            Attribute::new(given.unwrap_or_else(|| format!("attribute {}", place + 1)))
        };
        let mut layout = Layout::new(task);
        layout.sensitive = (0..self.rows.sensitive.len()).map(name).collect();
        layout.weight = self.rows.weights.map(|(_, kind)| ("weight".to_owned(), kind));
        layout
    }

    fn sensitive(&self) -> Vec<Variable<'_>> {
        self.rows.sensitive.iter().map(|column| Variable::Categorical(*column)).collect()
    }

    /// Asks the audit for the notion as it is.
    fn by_notion(&self, request: &mut Request) -> Result<Vec<HeldOutGap>, CertificateError> {
        let labels = ["-1", "1"].map(Label::new);
        let (outcome, decision) = (
            signs(self.target.iter().map(|&y| y > 0.0)),
            signs(self.rows.scores.iter().map(|&score| score > 0.0)),
        );
        let column = |codes| Categorical { codes: Codes::U8(codes), labels: &labels };
        let mut layout = self.layout(Task::Binary);
        layout.prediction = Some("decision".to_owned());
        let mut columns = Columns {
            sensitive: self.sensitive(),
            prediction: Some(column(&decision)),
            weights: self.rows.weights.map(|weights| weights.0),
            ..Columns::default()
        };
        match self.fairness.notion.event() {
            Event::EachStratum => {
                let name = |place: usize| Attribute::new(format!("stratum {}", place + 1));
                layout.strata = (0..self.rows.strata.len()).map(name).collect();
                columns.strata = self.rows.strata.iter().map(|s| Variable::Categorical(*s)).collect();
            }
            Event::AllRows => {}
            _ => {
                layout.target = Some("target".to_owned());
                columns.target = Some(Variable::Categorical(column(&outcome)));
            }
        }
        layout.positive = vec!["1".to_owned()];
        let notion = match &self.fairness.notion {
            // The strata are those that were given, whatever the notion calls them.
            Notion::ConditionalParity(_) => Notion::ConditionalParity(ColumnNames::none()),
            notion => notion.clone(),
        };
        self.ask(&layout, columns, notion, request)
    }

    /// Asks the audit for parity within the events, which are told as strata: bins of the outcome, and mean scores.
    fn by_event(&self, predicts: Use, request: &mut Request) -> Result<Vec<HeldOutGap>, CertificateError> {
        let n = self.rows.scores.len();
        let inside: Vec<usize> = (0..n).filter(|&row| self.constraints.event_of_row(row).is_some()).collect();
        let event = |&row: &usize| self.constraints.event_of_row(row).unwrap_or_default() as u32;
        let events: Vec<u32> = inside.iter().map(event).collect();
        let of = |column: &Categorical<'_>| inside.iter().map(|&row| column.codes.get(row) as u32).collect();
        let codes: Vec<Vec<u32>> = self.rows.sensitive.iter().map(of).collect();
        let of_codes =
            |(column, codes): (&Categorical<'_>, &'_ Vec<u32>)| (column.labels.to_vec(), codes.clone());
        let sensitive: Vec<(Vec<Label>, Vec<u32>)> =
            self.rows.sensitive.iter().zip(&codes).map(of_codes).collect();
        let pick = |values: &[f64]| inside.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        let (scores, weights) = (pick(self.rows.scores), self.rows.weights.map(|weights| pick(weights.0)));
        let decisions = signs(scores.iter().map(|&score| score > 0.0));
        let labels: Vec<Label> =
            self.constraints.events().iter().map(|event| Label::new(super::words::event(event))).collect();
        let signs = ["-1", "1"].map(Label::new);
        let mut layout = self.layout(if predicts == Use::Decision { Task::Binary } else { Task::Regression });
        let mut columns = Columns {
            sensitive: sensitive
                .iter()
                .map(|(labels, codes)| {
                    Variable::Categorical(Categorical { codes: Codes::U32(codes), labels })
                })
                .collect(),
            weights: weights.as_deref(),
            ..Columns::default()
        };
        if predicts == Use::Decision {
            layout.prediction = Some("decision".to_owned());
            layout.positive = vec!["1".to_owned()];
            columns.prediction = Some(Categorical { codes: Codes::U8(&decisions), labels: &signs });
        } else {
            layout.score = Some("score".to_owned());
            columns.score = Some(&scores);
        }
        let notion = match self.constraints.events() {
            [_] => Notion::DemographicParity,
            _ => {
                layout.strata = vec![Attribute::new("event")];
                let events = Categorical { codes: Codes::U32(&events), labels: &labels };
                columns.strata = vec![Variable::Categorical(events)];
                Notion::ConditionalParity(ColumnNames::none())
            }
        };
        self.ask(&layout, columns, notion, request)
    }

    fn ask(
        &self,
        layout: &Layout,
        columns: Columns<'_>,
        notion: Notion,
        request: &mut Request,
    ) -> Result<Vec<HeldOutGap>, CertificateError> {
        let comparison = match self.fairness.pairs {
            Pairs::All => Comparison::Difference,
            Pairs::Pooled => Comparison::DifferenceToOverall,
        };
        request.grouping = match self.fairness.crossing {
            Crossing::Separate => Grouping::Each,
            Crossing::Crossed => Grouping::Crossed,
        };
        request.quantities = Some(vec![Quantity::new(Subject::Notion(notion), Functional::Mean, comparison)]);
        let statistics = Statistics::collect(layout, &Sample::new(columns)?, 1)?;
        let report = audit::audit(&statistics, request)?;
        let of_section = |section: audit::Section| {
            let attributes = section.attributes;
            section.gaps.into_iter().map(move |gap| of_gap(attributes.clone(), gap)).collect::<Vec<_>>()
        };
        Ok(report.sections.into_iter().flat_map(of_section).collect())
    }

    /// The number of rows and of those with f > 0 in each cell: real numbers, since weighted rows have an effective number.
    fn counts(&self) -> Result<Vec<(f64, f64)>, CertificateError> {
        let decisions = self.decisions();
        let rates = self.constraints.cell_means(&decisions);
        let kind = self.rows.weights.map(|weights| weights.1);
        let count = |(cell, &rate): (&Cell, &f64)| match kind {
            None => (cell.rows as f64, (rate * cell.rows as f64).round()),
            Some(WeightKind::Frequency) => (cell.weight, (rate * cell.weight).min(cell.weight)),
            // Filled below: it needs squares of weights.
            Some(WeightKind::Sampling) => (0.0, 0.0),
        };
        if kind != Some(WeightKind::Sampling) {
            return Ok(self.constraints.cells().iter().zip(&rates).map(count).collect());
        }
        let weights = self.rows.weights.map_or(&[][..], |weights| weights.0);
        let hit: Vec<f64> = decisions.iter().zip(weights).map(|(hit, weight)| hit * weight).collect();
        let squares = self.constraints.cell_means(&hit);
        let effective = |(place, cell): (usize, &Cell)| {
            let weight_square = cell.concentration * cell.weight * cell.weight;
            let rate = weighted_rate(&WeightedSums {
                rows: cell.rows as f64,
                weight: cell.weight,
                weight_square,
                event_weight: (rates[place] * cell.weight).min(cell.weight),
                event_weight_square: (squares[place] * cell.weight).min(weight_square),
            });
            rate.map(|rate| (rate.rows_effective, rate.rate * rate.rows_effective))
                .map_err(|_| FitError::NoRows.into())
        };
        self.constraints.cells().iter().enumerate().map(effective).collect()
    }

    fn is_large(&self, cell: &Cell, rows_min: u64) -> bool {
        let is_same = |size: &&Cell| (size.grouping, size.group) == (cell.grouping, cell.group);
        let size = self.groups.iter().find(is_same).unwrap_or(cell);
        match self.rows.weights {
            Some((_, WeightKind::Frequency)) => size.weight >= rows_min as f64,
            _ => size.rows as u64 >= rows_min,
        }
    }

    fn cells(&self, confidence: Confidence) -> Result<Vec<CellRate>, CertificateError> {
        let counts = self.counts()?;
        let groups = self.constraints.groups();
        let method = match self.rows.weights {
            Some((_, WeightKind::Sampling)) => "Korn–Graubard",
            _ => "Clopper–Pearson",
        };
        let rate = |(cell, (n, k)): (&Cell, (f64, f64))| {
            let interval = clopper_pearson(k.min(n), n, confidence).ok()?;
            Some(CellRate {
                grouping: cell.grouping,
                event: self.constraints.events()[cell.event].clone(),
                group: groups[cell.grouping][cell.group].clone(),
                n,
                rate: if n > 0.0 { k / n } else { 0.0 },
                interval,
                method,
            })
        };
        Ok(self.constraints.cells().iter().zip(counts).filter_map(rate).collect())
    }

    /// From intervals of all cells at once (Bonferroni): every difference lies between theirs.
    fn guaranteed(
        &self,
        grouping: usize,
        rows_min: u64,
        confidence: Confidence,
    ) -> Result<Option<Interval>, CertificateError> {
        if matches!(self.rows.weights, Some((_, WeightKind::Sampling))) {
            return Ok(None);
        }
        let counts = self.counts()?;
        let cells: Vec<(usize, (f64, f64))> = (self.constraints.cells().iter().zip(counts))
            .filter(|(cell, _)| cell.grouping == grouping && self.is_large(cell, rows_min))
            .map(|(cell, counts)| (cell.event, counts))
            .collect();
        let Ok(level) = Confidence::from_alpha(confidence.alpha() / cells.len().max(1) as f64) else {
            return Ok(None);
        };
        let interval = |&(event, (n, k)): &(usize, (f64, f64))| {
            clopper_pearson(k, n, level).ok().map(|interval| (event, interval))
        };
        let intervals: Vec<(usize, Interval)> = cells.iter().filter_map(interval).collect();
        let mut found: Option<Interval> = None;
        for (place, (event, a)) in intervals.iter().enumerate() {
            for (_, b) in intervals[place + 1..].iter().filter(|(other, _)| other == event) {
                let apart = (a.lower - b.upper).max(b.lower - a.upper).max(0.0);
                let farthest = (a.upper - b.lower).max(b.upper - a.lower);
                let so_far = found.unwrap_or(Interval { lower: 0.0, upper: 0.0 });
                // A group is no farther from all rows together than from the farthest group, but may be nearer.
                let lower = if self.fairness.pairs == Pairs::All { apart } else { 0.0 };
                found = Some(Interval { lower: so_far.lower.max(lower), upper: so_far.upper.max(farthest) });
            }
        }
        Ok(found)
    }
}

fn of_gap(attributes: Vec<String>, gap: Gap) -> HeldOutGap {
    let (low, high, event) = match gap.extremes {
        Some(extremes) => (Some(extremes.low), extremes.high, extremes.event),
        None => (None, None, None),
    };
    HeldOutGap {
        attributes,
        quantity: gap.quantity.to_string(),
        value: gap.value,
        interval: gap.interval,
        method: gap.method,
        n_comparisons: gap.n_comparisons,
        expected_if_equal: gap.expected_if_equal,
        low,
        high,
        event,
        n_groups: gap.n_groups,
        left_out: gap.left_out,
        undefined: gap.undefined,
        guaranteed: None,
    }
}
