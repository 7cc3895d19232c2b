//! Runs of several cases by turns, in seconds of processor time.

use std::time::Duration;

use cpu_time::ProcessTime;

/// A case is repeated within a turn until it has taken about this long.
const TURN: Duration = Duration::from_millis(60);
const REPEATS_MAX: u32 = 2000;

/// The processor time of one run of each case, turn by turn. All cases run once before, which does not count.
pub(crate) struct Turns {
    /// One list a case, one figure a turn.
    seconds: Vec<Vec<f64>>,
}

impl Turns {
    pub(crate) fn run(turns: usize, cases: &mut [Box<dyn FnMut() + '_>]) -> Self {
        let repeats: Vec<u32> = cases.iter_mut().map(|case| repeats(&mut **case)).collect();
        let mut seconds = vec![Vec::new(); cases.len()];
        for _ in 0..turns {
            for ((case, &repeats), seconds) in cases.iter_mut().zip(&repeats).zip(&mut seconds) {
                let start = ProcessTime::now();
                (0..repeats).for_each(|_| case());
                seconds.push(start.elapsed().as_secs_f64() / f64::from(repeats));
            }
        }
        Self { seconds }
    }

    /// Returns the median seconds of a case.
    pub(crate) fn seconds(&self, case: usize) -> f64 {
        median(self.seconds[case].iter().copied())
    }

    /// Returns how many times the seconds of another case a case takes: the median over turns.
    pub(crate) fn ratio(&self, case: usize, to: usize) -> f64 {
        median(self.seconds[case].iter().zip(&self.seconds[to]).map(|(case, to)| case / to))
    }
}

fn repeats(case: &mut (dyn FnMut() + '_)) -> u32 {
    let start = ProcessTime::now();
    case();
    let once = start.elapsed().max(Duration::from_micros(1));
    (TURN.as_nanos() / once.as_nanos()).clamp(1, u128::from(REPEATS_MAX)) as u32
}

pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// Returns the geometric mean.
pub(crate) fn geometric_mean(figures: &[f64]) -> f64 {
    (figures.iter().map(|figure| figure.ln()).sum::<f64>() / figures.len() as f64).exp()
}
