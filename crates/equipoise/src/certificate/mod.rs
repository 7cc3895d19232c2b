//! What a fit can show, as data and in words.
//!
//! A fair learner equalises the *mean score* of groups on the rows it was fitted to. People ask something else: whether the
//! *decisions* will be alike, on rows to come. A [`Certificate`] keeps the four apart, and says for each what it rests on:
//!
//! | | on the rows given | on all rows like them |
//! |---|---|---|
//! | mean score | the gap itself | its bound by McDiarmid's inequality, for all scores of that norm at once ([`Training`]) |
//! | rate of f > 0 | the gap itself, and what the means alone say of it ([`RateBound`]) | an interval from rows that had no part in the fit ([`HeldOut`]) |
//!
//! It never says that a model is fair: it names notion, functional, sample, level and assumptions.
//!
//! ```
//! use equipoise::certificate::RateBound;
//! // Equal means of 0.2 and rates of 0.5 and 0.6: the means alone allow 0.1, which is the gap.
//! let bound = RateBound::new([0.2, 0.2], [0.5, 0.6]);
//! assert!((bound.rate_gap + 0.1).abs() < 1e-15 && bound.bound >= 0.1);
//! assert!((bound.bound_scaled - 0.1).abs() < 1e-15);
//! ```
//!
//! Source: Donini et al. 2018 for the linear relaxation and its Δ̂; the concentration of means in a Hilbert space is
//! McDiarmid 1989.

mod training;

mod held_out;

mod words;

pub use held_out::{CellRate, HeldOut, HeldOutGap, HeldOutRows};
pub use training::{Compared, Difference, Radius, RateBound, Training};

use crate::{
    audit::AuditError,
    inference::Confidence,
    methods::{
        Crossing, Fairness, FitError, Pairs, Score, TargetEvents,
        inprocessing::{EventRows, fair_erm},
    },
    notion::Notion,
    sample::SampleError,
    stats::StatsError,
};

/// What a score is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// f > 0 is a decision: rates are spoken of.
    Decision,
    /// f is itself the answer, as in regression: means only.
    Number,
}

/// What a statement rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Assumption {
    /// The rows were drawn independently from the law of those that are spoken of.
    Independent,
    /// φ does not depend on the rows: means and deviations of a standardisation are taken as given.
    FeaturesGiven,
    /// Weights are given numbers, not drawn with the rows.
    WeightsGiven,
    /// No row has a longer φ(x) than the longest seen.
    LongestSeen {
        /// ‖φ(x)‖ of the longest.
        radius: f64,
    },
    /// The rows had no part in fitting the model or in choosing it.
    HeldOut,
    /// The interval holds its level on average over rates, not for each; the guaranteed one does for each.
    AverageLevel,
}

/// What a fit can show. All fields are plain: fronts and files convert them by hand.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Certificate {
    /// The notion.
    pub notion: Notion,
    /// Which differences are compared.
    pub pairs: Pairs,
    /// How attributes became groups.
    pub crossing: Crossing,
    /// The events inside which groups are compared.
    pub events: Vec<EventRows>,
    /// What the score is used for.
    pub predicts: Use,
    /// The names of the sensitive attributes, for the words; where one is lacking it is called by its number.
    pub attributes: Vec<String>,
    /// What the fitting rows show; `None` where only held-out rows were looked at.
    pub training: Option<Training>,
    /// What held-out rows show.
    pub held_out: Option<HeldOut>,
}

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The notion needs outcomes, and there are none.
    #[error("the notion compares rows by their outcome, and no outcomes are given")]
    NoTarget,
    /// A notion whose events depend on the prediction.
    #[error("the events of this notion depend on the prediction, so no mean of the score is equalised")]
    Unsupported,
    /// The columns are out of order.
    #[error(transparent)]
    Rows(#[from] FitError),
    /// The columns are no sample.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The rows cannot be counted.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// The rows cannot be audited.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

impl Certificate {
    /// Returns what a fit shows by itself, from what it says of itself; `None` for the ordinary model, of which nothing
    /// was asked. No rows are needed. O(constraints).
    ///
    /// `confidence` is that of all bounds on true differences together.
    pub fn of_training(
        training: &fair_erm::Training,
        score: &Score,
        predicts: Use,
        confidence: Confidence,
    ) -> Option<Self> {
        let comparison = training.comparison.as_ref()?;
        Some(Self {
            notion: comparison.notion.clone(),
            pairs: comparison.pairs,
            crossing: comparison.crossing,
            events: comparison.events.clone(),
            predicts,
            attributes: Vec::new(),
            training: Some(Training::new(training, comparison, score, predicts, confidence)),
            held_out: None,
        })
    }

    /// Returns what rows show that had no part in the fit.
    ///
    /// # Errors
    /// When the columns are out of order, the notion's events depend on the prediction or need outcomes that are not
    /// there, or there is nothing to compare.
    pub fn of_held_out(
        fairness: &Fairness,
        predicts: Use,
        rows: &HeldOutRows<'_>,
        confidence: Confidence,
    ) -> Result<Self, CertificateError> {
        let (events, held_out) = held_out::look(fairness, predicts, rows, confidence)?;
        Ok(Self {
            notion: fairness.notion.clone(),
            pairs: fairness.pairs,
            crossing: fairness.crossing,
            events,
            predicts,
            attributes: rows.attributes.to_vec(),
            training: None,
            held_out: Some(held_out),
        })
    }

    /// Adds what held-out rows show of the same question, in the same events.
    ///
    /// # Errors
    /// As [`of_held_out`](Self::of_held_out); the certificate is then as it was.
    pub fn add_held_out(
        &mut self,
        rows: &HeldOutRows<'_>,
        confidence: Confidence,
    ) -> Result<(), CertificateError> {
        let mut fairness = Fairness::new(self.notion.clone()).pairs(self.pairs).crossing(self.crossing);
        if let Some(cuts) = self.cuts() {
            fairness = fairness.events(TargetEvents::Cuts(cuts));
        }
        let (_, held_out) = held_out::look(&fairness, self.predicts, rows, confidence)?;
        self.held_out = Some(held_out);
        if !rows.attributes.is_empty() {
            self.attributes = rows.attributes.to_vec();
        }
        Ok(())
    }

    /// Returns where bins of the outcome end, if the events are such.
    fn cuts(&self) -> Option<Vec<f64>> {
        let end = |event: &EventRows| match event {
            EventRows::Bin { to, .. } => Some(*to),
            _ => None,
        };
        let ends: Vec<f64> = self.events.iter().map(end).collect::<Option<_>>()?;
        Some(ends.into_iter().filter(|end| end.is_finite()).collect())
    }
}
