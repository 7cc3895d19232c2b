//! The exact best move of two coefficients whose sum stays.

/// A coefficient and its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) beta: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
}

/// Along a move, the objective is a parabola that the ε|β| bend where a coefficient passes 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Along {
    /// The rate of gain at the start; positive.
    pub(super) gain: f64,
    /// How fast it falls; positive.
    pub(super) curvature: f64,
    /// ε.
    pub(super) tube: f64,
}

/// Moves `rising` up and `falling` down by the same amount, as far as the objective falls and the bounds allow.
///
/// A coefficient that meets a bound or passes 0 is set to it exactly, so that it counts as being there.
pub(super) fn best_move(mut rising: Side, mut falling: Side, along: Along) -> (f64, f64) {
    let Along { mut gain, curvature, tube } = along;
    // At most three pieces: each coefficient passes 0 once.
    while gain > 0.0 {
        let up_to = if tube > 0.0 && rising.beta < 0.0 { 0.0 } else { rising.upper };
        let down_to = if tube > 0.0 && falling.beta > 0.0 { 0.0 } else { falling.lower };
        let (room_up, room_down) = (up_to - rising.beta, falling.beta - down_to);
        let free = gain / curvature;
        if free < room_up && free < room_down {
            return ((rising.beta + free).min(up_to), (falling.beta - free).max(down_to));
        }
        let step = room_up.min(room_down);
        rising.beta = if room_up <= room_down { up_to } else { (rising.beta + step).min(up_to) };
        falling.beta = if room_down <= room_up { down_to } else { (falling.beta - step).max(down_to) };
        if rising.beta >= rising.upper || falling.beta <= falling.lower {
            break;
        }
        gain -= step * curvature;
        // A stretch that led exactly to 0 costs 2ε more from there on.
        let bends = usize::from(room_up <= room_down) + usize::from(room_down <= room_up);
        gain -= 2.0 * tube * bends as f64;
    }
    (rising.beta, falling.beta)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rising: [f64; 3], falling: [f64; 3], along: [f64; 3], expected: (f64, f64)) {
        let side = |[beta, lower, upper]: [f64; 3]| Side { beta, lower, upper };
        let [gain, curvature, tube] = along;
        let along = Along { gain, curvature, tube };
        assert_eq!(best_move(side(rising), side(falling), along), expected);
    }

    #[test]
    fn free_move_ends_where_the_gain_does() {
        check([0.0, 0.0, 9.0], [0.0, -9.0, 0.0], [2.0, 4.0, 0.0], (0.5, -0.5));
    }

    #[test]
    fn bound_is_met_exactly() {
        check([0.1, 0.0, 0.3], [0.2, -1.0, 1.0], [9.0, 1.0, 0.0], (0.3, 0.2 - (0.3 - 0.1)));
        check([0.5, 0.0, 1.0], [0.3, 0.1, 1.0], [9.0, 1.0, 0.0], (0.5 + (0.3 - 0.1), 0.1));
    }

    #[test]
    fn tube_ends_the_move_at_zero_unless_enough_gain_is_left() {
        // From −1 with gain 3 and curvature 1: at 0 the gain is 2, and 2ε = 1 less beyond it.
        check([-1.0, -9.0, 9.0], [-5.0, -9.0, 9.0], [3.0, 1.0, 0.5], (1.0, -7.0));
        check([-1.0, -9.0, 9.0], [-5.0, -9.0, 9.0], [3.0, 1.0, 1.5], (0.0, -6.0));
        check([-1.0, -9.0, 9.0], [1.0, -9.0, 9.0], [6.0, 1.0, 1.0], (1.0, -1.0));
    }
}
