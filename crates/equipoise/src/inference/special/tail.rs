//! One integral behind the tails of the beta and gamma laws.
//!
//! In the variable s = ln(t/(1 − t)) (beta) or s = ln t (gamma) the density is log-concave whatever the shapes:
//! relative to its value at the point x, with σ the way walked into the tail, it is e^{g(σ)} with
//! g(σ) = −slope·σ − N·K(±σ), K the cumulant generating function of a centred Bernoulli or Poisson variable.
//! g falls from 0 without a turn, so a few panels of Gauss–Legendre between 0 and the point where e^{g} is
//! negligible give the tail to rounding, at a cost that does not depend on the size of the shapes. (A continued
//! fraction needs 10⁶ terms for shapes of 10¹² near the mean.)

/// Positive nodes and their weights of the Gauss–Legendre rule with 20 points on [−1, 1].
const GAUSS_LEGENDRE_20: [(f64, f64); 10] = [
    (0.07652652113349734, 0.15275338713072584),
    (0.22778585114164507, 0.14917298647260374),
    (0.37370608871541955, 0.14209610931838204),
    (0.5108670019508271, 0.13168863844917664),
    (0.636053680726515, 0.11819453196151841),
    (0.7463319064601508, 0.10193011981724044),
    (0.8391169718222188, 0.08327674157670475),
    (0.912234428251326, 0.06267204833410907),
    (0.9639719272779138, 0.04060142980038694),
    (0.9931285991850949, 0.017614007139152118),
];

/// Where the integrand is cut: e^{−42} = 6e-19 of its largest value.
const CUT: f64 = -42.0;

/// The longest panel in σ: the nearest singularities of K lie π away from the real axis.
const PANEL_MAX: f64 = 2.5;

/// The most panels: a way of 1500 in σ, longer than the logarithm of any two doubles' ratio.
const PANELS_MAX: f64 = 600.0;

/// A tail decays at least like e^{−rate·σ} from here on, exactly to rounding.
pub(super) struct Asymptote {
    /// The σ from which the exponent is a straight line.
    pub(super) from: f64,
    /// The steepness of that line.
    pub(super) rate: f64,
}

/// Returns ∫₀^∞ e^{g(σ)} dσ for a concave g with g(0) = 0 that falls from there.
///
/// `scale` is a guess of the length over which g falls by about 1.
pub(super) fn integrate(g: impl Fn(f64) -> f64, scale: f64, asymptote: Option<Asymptote>) -> f64 {
    let mut end = end_of_support(&g, scale);
    let mut beyond = 0.0;
    if let Some(line) = asymptote
        && end > line.from
    {
        end = line.from;
        beyond = g(end).exp() / line.rate;
    }
    // At most 15 e-folds of a straight exponential to a panel would do; ten keep a margin.
    let panels = (end / PANEL_MAX).ceil().clamp(4.0, PANELS_MAX);
    let half = 0.5 * end / panels;
    let mut sum = 0.0;
    let mut panel = 0.0;
    while panel < panels {
        let middle = (2.0 * panel + 1.0) * half;
        for (node, weight) in GAUSS_LEGENDRE_20 {
            sum += weight * (g(middle - half * node).exp() + g(middle + half * node).exp());
        }
        panel += 1.0;
    }
    sum * half + beyond
}

/// Returns a σ where g is at the cut, to a factor of about 1.2 (on the far side).
///
/// The guess is cut at 1: for vanishing shapes 1/slope says nothing, and the way is found by doubling.
fn end_of_support(g: &impl Fn(f64) -> f64, scale: f64) -> f64 {
    let mut low = 0.0;
    let mut high = scale.min(1.0);
    for _ in 0..1100 {
        let exponent = g(high);
        // An exponent that overflowed to no number ends the search too.
        if exponent < CUT || exponent.is_nan() {
            break;
        }
        low = high;
        high *= 2.0;
    }
    // Doubling overshoots, and panels should not be spent on nothing.
    for _ in 0..60 {
        if high - low < 0.15 * high {
            break;
        }
        let middle = 0.5 * (low + high);
        if g(middle) < CUT {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// One tail of a law at a point, computed directly; the other is its complement.
#[derive(Clone, Copy)]
pub(super) struct Tails {
    /// The logarithm of the tail that was computed.
    pub(super) ln_direct: f64,
    /// Whether that is the lower tail.
    pub(super) direct_is_lower: bool,
    /// The logarithm of the density with respect to s.
    pub(super) ln_density: f64,
}

impl Tails {
    /// Returns the logarithm of the lower tail.
    pub(super) fn ln_lower(self) -> f64 {
        if self.direct_is_lower { self.ln_direct.min(0.0) } else { ln_complement(self.ln_direct) }
    }

    /// Returns the logarithm of the upper tail.
    pub(super) fn ln_upper(self) -> f64 {
        if self.direct_is_lower { ln_complement(self.ln_direct) } else { self.ln_direct.min(0.0) }
    }

    /// Returns the lower tail.
    pub(super) fn lower(self) -> f64 {
        let direct = self.ln_direct.min(0.0);
        if self.direct_is_lower { direct.exp() } else { -direct.exp_m1() }
    }

    /// Returns the upper tail.
    pub(super) fn upper(self) -> f64 {
        let direct = self.ln_direct.min(0.0);
        if self.direct_is_lower { -direct.exp_m1() } else { direct.exp() }
    }

    /// Returns the same tails seen from the other end.
    pub(super) fn mirrored(self) -> Self {
        Self { direct_is_lower: !self.direct_is_lower, ..self }
    }
}

/// Returns ln(1 − e^l) for l ≤ 0.
fn ln_complement(l: f64) -> f64 {
    let l = l.min(0.0);
    if l > -std::f64::consts::LN_2 { (-l.exp_m1()).ln() } else { (-l.exp()).ln_1p() }
}

/// The most steps of the search for a quantile: bisection alone ends within this number.
const STEPS_MAX: usize = 200;

/// Returns the s in [`lowest`, `highest`] at which ln F(s), an increasing concave function, equals `target`.
///
/// `at` gives ln F and its derivative. Newton's step on a concave function lands left of the root and from there
/// climbs to it without overshooting, so the bracket is a guard against rounding more than a method; where a step
/// leaves it, it is halved instead. A decreasing concave function is solved by passing −s.
pub(super) fn solve_concave(
    at: impl Fn(f64) -> (f64, f64),
    target: f64,
    start: f64,
    lowest: f64,
    highest: f64,
) -> f64 {
    let (mut low, mut high) = (lowest, highest);
    let mut s = start.max(low).min(high);
    for _ in 0..STEPS_MAX {
        let (value, slope) = at(s);
        let gap = value - target;
        if gap == 0.0 {
            return s;
        }
        if gap < 0.0 {
            low = s;
        } else {
            high = s;
        }
        let mut next = s - gap / slope;
        // (A step that is no number is outside too.)
        if !(low..=high).contains(&next) {
            next = 0.5 * (low + high);
        }
        if (next - s).abs() <= f64::EPSILON * (1.0 + s.abs()) {
            return next;
        }
        s = next;
    }
    s
}

/// Shapes outside are refused: beyond them the logarithms of the laws overflow or say nothing.
const SHAPES: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// Returns whether a law has a shape that these functions can work with.
pub(super) fn is_shape(shape: f64) -> bool {
    SHAPES.contains(&shape)
}
