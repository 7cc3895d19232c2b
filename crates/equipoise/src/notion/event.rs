//! On which rows, in what, and from which columns: the three things that make a notion.

use std::fmt;

/// The rows inside which nothing may depend on the group: one condition, or one for each value of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// One event: every row.
    AllRows,
    /// One event: the outcome is positive.
    TargetPositive,
    /// One event: the outcome is negative.
    TargetNegative,
    /// One event for each class of the outcome, or for each bin of it in regression.
    EachTarget,
    /// One event for each stratum, the distinct values of the legitimate columns.
    EachStratum,
    /// One event: the prediction is positive.
    PredictionPositive,
    /// One event for each bin of the score.
    EachScoreBin,
}

impl Event {
    /// Returns whether this stands for several events, so that a comparison runs over groups × events.
    pub fn is_family(self) -> bool {
        matches!(self, Self::EachTarget | Self::EachStratum | Self::EachScoreBin)
    }

    /// Returns what has to be known of a row to say in which event it lies, if anything.
    pub fn need(self) -> Option<Need> {
        match self {
            Self::AllRows => None,
            Self::TargetPositive | Self::TargetNegative | Self::EachTarget => Some(Need::Target),
            Self::EachStratum => Some(Need::Strata),
            Self::PredictionPositive => Some(Need::Prediction),
            Self::EachScoreBin => Some(Need::Score),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AllRows => "all rows",
            Self::TargetPositive => "Y = positive",
            Self::TargetNegative => "Y = negative",
            Self::EachTarget => "Y = y for each y",
            Self::EachStratum => "Z = z for each z",
            Self::PredictionPositive => "prediction = positive",
            Self::EachScoreBin => "score in bin b for each b",
        })
    }
}

/// The variable whose law inside an event is compared between groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compared {
    /// The decision (its share of positives), the class, the score, or the predicted value.
    Prediction,
    /// The recorded outcome Y, as positive or not.
    Outcome,
    /// Outcome less score, with a positive outcome as 1 and another as 0.
    Residual,
    /// 1 where the prediction is right, 0 where it is wrong: 1 less the zero-one loss.
    Correctness,
    /// A loss of prediction or score against the outcome, named by the notion.
    Loss,
}

impl Compared {
    /// Returns what has to be known of a row to compute the variable.
    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::Prediction => &[Need::Prediction],
            Self::Outcome => &[Need::Target],
            Self::Residual => &[Need::Target, Need::Score],
            Self::Correctness | Self::Loss => &[Need::Target, Need::Prediction],
        }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prediction => "prediction",
            Self::Outcome => "outcome",
            Self::Residual => "outcome - score",
            Self::Correctness => "correctness",
            Self::Loss => "loss",
        })
    }
}

/// Something that must be there for a statement to be made, so that an audit can say what cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The outcome Y.
    Target,
    /// A prediction of any kind: a decision or class, a score with a threshold, or a predicted value.
    Prediction,
    /// A score or predicted value: a number for each row, not only a decision.
    Score,
    /// The legitimate strata Z.
    Strata,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Target => "target",
            Self::Prediction => "prediction or score",
            Self::Score => "score",
            Self::Strata => "strata",
        })
    }
}
