//! What is asked of a repair: parameters as data, checked once.

use crate::{groups::Label, methods::PlanError, sample::MAGNITUDE_MAX};

/// Which rows the quantiles and the ranks come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sample {
    /// All rows serve both: the best use of few rows, and all that the certificate of a fitted model needs.
    #[default]
    Whole,
    /// Each group is halved at random, quantiles from one half and ranks from the other (the larger): parity holds exactly
    /// on average over the data for groups of equal size.
    Split {
        /// Which halves.
        seed: u64,
    },
}

/// What is done about equal scores, which no function of the score alone can tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Jitter {
    /// A row whose score is an atom of its group is spread over the atom's ranks by its own random number; scores that
    /// are not tied are not touched. The limit of ever smaller noise, without its rounding.
    #[default]
    Auto,
    /// Equal scores stay equal: deterministic, and without a guarantee where there are ties.
    Never,
    /// Uniform noise of this half-width is added to every score, at the fit and when the repair is applied.
    Width(f64),
}

/// How a rank becomes a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    /// The distribution function is right-continuous, the quantile its left-continuous inverse: Algorithm 1 of the paper.
    #[default]
    Step,
    /// Mid-distribution ranks, quantiles linear between the ranks i − ½: symmetric under a change of sign.
    Midpoint,
}

/// How much of each group's law is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantiles {
    /// At most so many values a group; a law with no more distinct values than that is kept as it is.
    Number(usize),
    /// Every distinct score. The model then holds the people's own scores.
    Exact,
}

/// Whose change counts how much: the weights p of the barycenter. Parity does not depend on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Shares {
    /// The groups' shares of weight in the fit: the least mean squared change over all rows.
    #[default]
    Data,
    /// The same for every group.
    Equal,
    /// Given by group; scaled to sum to 1.
    Given(Vec<(Vec<Label>, f64)>),
}

/// The law that all groups get.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Target {
    /// The Wasserstein barycenter of the groups' laws: the least change.
    #[default]
    Barycenter,
    /// The law of one group, by its labels.
    Group(Vec<Label>),
    /// A law given by equally likely values, in any order.
    Law(Vec<f64>),
}

/// What happens to a row whose group did not occur in the fit. Neither choice but the error keeps a promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unseen {
    /// It is an error.
    #[default]
    Error,
    /// Its rank among all rows of the fit stands for its rank in its group.
    Pooled,
    /// Its score stays.
    Untouched,
}

/// What happens to a score beyond those of its group in the fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beyond {
    /// It gets the first or the last value of the target: the guarantee holds, the tail is flat.
    #[default]
    Clamp,
    /// The distance to the last fitted score is kept: order is kept, the guarantee is not.
    Extend,
}

/// The parameters of a repair. Set fields, then [`Plan::new`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameters {
    /// Which rows the quantiles and the ranks come from.
    pub sample: Sample,
    /// The share of the squared Wasserstein unfairness that is left, in [0, 1]: 0 for full repair, 1 for none. The score is
    /// √α f + (1 − √α) g.
    pub alpha: f64,
    /// How a rank becomes a value.
    pub interpolation: Interpolation,
    /// How much of each group's law is kept.
    pub quantiles: Quantiles,
    /// Whose change counts how much.
    pub shares: Shares,
    /// The law that all groups get.
    pub target: Target,
    /// What is done about equal scores.
    pub jitter: Jitter,
    /// The range that scores have and keep, both ends included. Fitted scores outside it are an error, later ones are cut.
    pub range: Option<(f64, f64)>,
    /// What happens to a row of an unseen group.
    pub unseen: Unseen,
    /// What happens to a score beyond those of the fit.
    pub beyond: Beyond,
    /// The seed of everything random but the split.
    pub seed: u64,
}

impl Default for Parameters {
    /// Full repair to the barycenter on the whole sample, a thousand quantiles a group.
    fn default() -> Self {
        Self {
            sample: Sample::Whole,
            alpha: 0.0,
            interpolation: Interpolation::Step,
            quantiles: Quantiles::Number(1000),
            shares: Shares::Data,
            target: Target::Barycenter,
            jitter: Jitter::Auto,
            range: None,
            unseen: Unseen::Error,
            beyond: Beyond::Clamp,
            seed: 0,
        }
    }
}

/// Checked parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub(super) parameters: Parameters,
}

/// The most quantiles a group may keep.
const QUANTILES_MAX: usize = 1 << 30;

impl Plan {
    /// Checks the parameters.
    ///
    /// # Errors
    /// When a number is out of its range.
    pub fn new(parameters: Parameters) -> Result<Self, PlanError> {
        check_alpha(parameters.alpha)?;
        if let Quantiles::Number(n) = parameters.quantiles
            && !(1..=QUANTILES_MAX).contains(&n)
        {
            let (parameter, allowed) = ("quantiles", "from 1 to 2^30");
            return Err(PlanError::OutOfRange { parameter, value: n as f64, allowed });
        }
        if let Jitter::Width(width) = parameters.jitter
            && !(width > 0.0 && width <= MAGNITUDE_MAX)
        {
            let allowed = "positive and at most 1e40";
            return Err(PlanError::OutOfRange { parameter: "jitter", value: width, allowed });
        }
        if let Some((lower, upper)) = parameters.range {
            let fits = |x: f64| x.abs() <= MAGNITUDE_MAX;
            if !(fits(lower) && fits(upper)) {
                let value = if fits(lower) { upper } else { lower };
                let allowed = "finite and at most 1e40 in magnitude";
                return Err(PlanError::OutOfRange { parameter: "range", value, allowed });
            }
            if lower >= upper {
                let allowed = "above the lower end";
                return Err(PlanError::OutOfRange { parameter: "range's upper end", value: upper, allowed });
            }
        }
        check_shares(&parameters.shares)?;
        check_target(&parameters)?;
        Ok(Self { parameters })
    }

    /// Returns the parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }
}

pub(super) fn check_alpha(alpha: f64) -> Result<(), PlanError> {
    if (0.0..=1.0).contains(&alpha) {
        Ok(())
    } else {
        Err(PlanError::OutOfRange { parameter: "alpha", value: alpha, allowed: "from 0 to 1" })
    }
}

fn check_shares(shares: &Shares) -> Result<(), PlanError> {
    let Shares::Given(given) = shares else { return Ok(()) };
    let is_share = |share: f64| (0.0..=MAGNITUDE_MAX).contains(&share);
    if let Some((_, share)) = given.iter().find(|(_, share)| !is_share(*share)) {
        let allowed = "not negative and at most 1e40";
        return Err(PlanError::OutOfRange { parameter: "a share", value: *share, allowed });
    }
    let sum: f64 = given.iter().map(|(_, share)| share).sum();
    if sum < f64::MIN_POSITIVE {
        return Err(PlanError::OutOfRange {
            parameter: "the sum of shares",
            value: sum,
            allowed: "positive",
        });
    }
    Ok(())
}

fn check_target(parameters: &Parameters) -> Result<(), PlanError> {
    let Target::Law(values) = &parameters.target else { return Ok(()) };
    if values.is_empty() {
        return Err(PlanError::OutOfRange {
            parameter: "number of values of the target",
            value: 0.0,
            allowed: "at least 1",
        });
    }
    let (lower, upper) = parameters.range.unwrap_or((-MAGNITUDE_MAX, MAGNITUDE_MAX));
    match values.iter().find(|value| !(lower..=upper).contains(*value)) {
        Some(&value) => Err(PlanError::OutOfRange {
            parameter: "a value of the target",
            value,
            allowed: "finite, at most 1e40 in magnitude, and in the range if one is kept",
        }),
        None => Ok(()),
    }
}
