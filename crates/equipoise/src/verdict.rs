//! Holds, violated, undecided.

use crate::notion::{Bound, Relation};

/// What an interval says about a bound; the later in the order of the variants, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The whole interval satisfies the bound.
    Holds,
    /// Part of the interval satisfies the bound and part does not, or there is no interval.
    Undecided,
    /// No part of the interval satisfies the bound.
    Violated,
}

impl Outcome {
    /// Returns the name that reports and documents use: `holds`, `undecided` or `violated`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Undecided => "undecided",
            Self::Violated => "violated",
        }
    }

    /// Returns the worst of several outcomes, violated before undecided before holds; `None` of none, since nothing
    /// was decided.
    pub fn worst(outcomes: impl IntoIterator<Item = Self>) -> Option<Self> {
        outcomes.into_iter().max()
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns what the closed interval from `lower` to `upper` says about a bound.
///
/// The bound's band is the closed half-line of numbers that satisfy it. The outcome *holds* if the interval lies
/// inside the band, is *violated* if the two are disjoint, and *undecided* otherwise. So a point on the bound holds,
/// and an interval that touches the band at its end only is undecided. Limits may be infinite. NaN, or limits in the
/// wrong order, are no interval: undecided.
///
/// ```
/// use equipoise::{notion::{Bound, Relation}, verdict::{Outcome, decide}};
/// let bound = Bound::new(Relation::AtMost, 0.1)?;
/// assert_eq!(decide(0.02, 0.09, bound), Outcome::Holds);
/// assert_eq!(decide(0.02, 0.13, bound), Outcome::Undecided);
/// assert_eq!(decide(0.12, 0.13, bound), Outcome::Violated);
/// # Ok::<(), equipoise::notion::RequirementErrorKind>(())
/// ```
pub fn decide(lower: f64, upper: f64, bound: Bound) -> Outcome {
    if lower.is_nan() || upper.is_nan() || upper < lower {
        return Outcome::Undecided;
    }
    let edge = bound.value();
    let (inside, disjoint) = match bound.relation() {
        Relation::AtMost => (upper <= edge, edge < lower),
        Relation::AtLeast => (edge <= lower, upper < edge),
    };
    match (inside, disjoint) {
        (true, _) => Outcome::Holds,
        (_, true) => Outcome::Violated,
        _ => Outcome::Undecided,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Outcome, decide};
    use crate::notion::{Bound, Relation};

    fn relation() -> impl Strategy<Value = Relation> {
        prop_oneof![Just(Relation::AtMost), Just(Relation::AtLeast)]
    }

    /// Few distinct numbers, so that limits and bounds often coincide; the ends of the line too.
    fn limit() -> impl Strategy<Value = f64> {
        prop_oneof![
            8 => (-4_i8..=4).prop_map(|quarter| f64::from(quarter) / 4.0),
            1 => Just(f64::INFINITY),
            1 => Just(f64::NEG_INFINITY),
            1 => Just(-0.0),
        ]
    }

    fn satisfies(x: f64, bound: Bound) -> bool {
        match bound.relation() {
            Relation::AtMost => x <= bound.value(),
            Relation::AtLeast => x >= bound.value(),
        }
    }

    proptest! {
        /// The definition read point by point: a half-line contains an interval, or misses it, exactly if it does so
        /// with both ends.
        #[test]
        fn outcome_is_what_the_ends_of_the_interval_say(
            a in limit(), b in limit(), value in -4_i8..=4, relation in relation(),
        ) {
            let (lower, upper) = (a.min(b), a.max(b));
            let bound = Bound::new(relation, f64::from(value) / 4.0).expect("finite");
            let expected = match (satisfies(lower, bound), satisfies(upper, bound)) {
                (true, true) => Outcome::Holds,
                (false, false) => Outcome::Violated,
                _ => Outcome::Undecided,
            };
            prop_assert_eq!(decide(lower, upper, bound), expected);
        }

        #[test]
        fn a_wider_interval_never_decides_what_a_narrower_one_left_open(
            a in limit(), b in limit(), more in 0_u8..4, value in -4_i8..=4, relation in relation(),
        ) {
            let (lower, upper) = (a.min(b), a.max(b));
            let bound = Bound::new(relation, f64::from(value) / 4.0).expect("finite");
            let narrow = decide(lower, upper, bound);
            let wide = decide(lower - f64::from(more) / 4.0, upper + f64::from(more) / 4.0, bound);
            prop_assert!(wide == narrow || wide == Outcome::Undecided);
        }

        #[test]
        fn mirrored_numbers_have_the_mirrored_bound(a in limit(), b in limit(), value in -4_i8..=4) {
            let (lower, upper) = (a.min(b), a.max(b));
            let value = f64::from(value) / 4.0;
            let at_most = Bound::new(Relation::AtMost, value).expect("finite");
            let at_least = Bound::new(Relation::AtLeast, -value).expect("finite");
            prop_assert_eq!(decide(lower, upper, at_most), decide(-upper, -lower, at_least));
        }
    }

    #[test]
    fn no_interval_is_undecided() {
        let bound = Bound::new(Relation::AtMost, 0.1).expect("finite");
        for (lower, upper) in [(f64::NAN, 0.0), (0.0, f64::NAN), (f64::NAN, f64::NAN), (0.05, 0.01)] {
            assert_eq!(decide(lower, upper, bound), Outcome::Undecided);
        }
    }

    #[test]
    fn violated_beats_undecided_beats_holds() {
        use Outcome::{Holds, Undecided, Violated};
        assert_eq!(Outcome::worst([Holds, Undecided, Holds]), Some(Undecided));
        assert_eq!(Outcome::worst([Undecided, Violated, Holds]), Some(Violated));
        assert_eq!(Outcome::worst([Holds, Holds]), Some(Holds));
        assert_eq!(Outcome::worst([]), None);
    }
}
