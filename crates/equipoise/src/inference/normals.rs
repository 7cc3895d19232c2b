//! Seeded random numbers that depend on (seed, stream, position) only, never on the number of threads.
//!
//! The generator is SplitMix64 (Steele, Lea, Flood 2014), which is counter-based: draw number i of a stream is
//! `mix(key + (i + 1)·γ)`. The key of stream s is draw s of the generator keyed by `mix(seed + γ)`, so that streams of
//! neighbouring numbers and neighbouring seeds share nothing. Two of 20,000 streams with 100 draws each overlap
//! with probability 2·10⁻⁹. It passes BigCrush, costs about a nanosecond a draw and needs no dependency; it is
//! not for secrets.

use std::sync::LazyLock;

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One stream of random numbers, fixed by a seed and the number of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// Returns stream `stream` of `seed`, at its first draw. One stream per replicate keeps replicates
    /// independent of the order in which, and the thread on which, they are drawn.
    pub fn new(seed: u64, stream: u64) -> Self {
        let base = mix(seed.wrapping_add(GAMMA));
        Self { state: mix(base.wrapping_add(stream.wrapping_add(1).wrapping_mul(GAMMA))) }
    }

    /// Returns the next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// Returns a uniform number in the open interval (0, 1): a multiple of 2⁻⁵³ plus 2⁻⁵⁴.
    pub fn uniform(&mut self) -> f64 {
        open_unit(self.bits() >> 11)
    }

    /// Returns a standard normal number, by the ziggurat of 256 layers (Marsaglia & Tsang 2000; Doornik 2005).
    ///
    /// The layer comes from bits 0–7 and the abscissa from bits 12–63 of one draw, which share none.
    pub fn normal(&mut self) -> f64 {
        self.normal_from(&ZIGGURAT)
    }

    /// Fills a slice with standard normal numbers, the same as one call of [`normal`](Self::normal) for each.
    pub fn fill_normal(&mut self, target: &mut [f64]) {
        let table = &*ZIGGURAT;
        target.fill_with(|| self.normal_from(table));
    }

    #[inline]
    fn normal_from(&mut self, table: &Ziggurat) -> f64 {
        loop {
            let bits = self.bits();
            let layer = (bits & 0xff) as usize;
            // A number in (−1, 1) on a grid of 2⁻⁵¹, symmetric about 0: the shift keeps the sign.
            let u = ((bits as i64 >> 12) as f64 + 0.5) * GRID;
            let x = u * table.x[layer];
            if x.abs() < table.x[layer + 1] {
                return x;
            }
            if layer == 0 {
                return self.normal_tail(u < 0.0);
            }
            let density = (-0.5 * x * x).exp();
            if table.f[layer + 1] + (table.f[layer] - table.f[layer + 1]) * self.uniform() < density {
                return x;
            }
        }
    }

    /// Marsaglia's tail beyond [`ZIGGURAT_R`].
    fn normal_tail(&mut self, negative: bool) -> f64 {
        loop {
            let x = -self.uniform().ln() / ZIGGURAT_R;
            let y = -self.uniform().ln();
            if 2.0 * y >= x * x {
                return if negative { -(ZIGGURAT_R + x) } else { ZIGGURAT_R + x };
            }
        }
    }

    /// Returns a Poisson number of the given mean: exact below a mean of 10,000, and from there the normal
    /// approximation rounded to a whole number and floored at 0 (its error, 0.3 % of a standard deviation in
    /// skewness, is far below the simulation error of any number of replicates that people draw).
    ///
    /// A mean that is not positive, or not a number, gives 0.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean.is_nan() || mean <= 0.0 {
            0.0
        } else if mean < 10.0 {
            self.poisson_by_inversion(mean)
        } else if mean < POISSON_EXACT_BELOW {
            self.poisson_by_rejection(mean)
        } else {
            (mean + mean.sqrt() * self.normal()).round().max(0.0)
        }
    }

    fn poisson_by_inversion(&mut self, mean: f64) -> f64 {
        let u = self.uniform();
        let mut probability = (-mean).exp();
        let mut cumulative = probability;
        let mut k = 0.0;
        // The cap is out of reach: P(X > 200) at mean 10 is below 1e-150; it only guards against rounding in the sum.
        while u > cumulative && k < 200.0 {
            k += 1.0;
            probability *= mean / k;
            cumulative += probability;
        }
        k
    }

    /// PTRS, the transformed rejection with squeeze of Hörmann (1993), exact for means of 10 and more.
    fn poisson_by_rejection(&mut self, mean: f64) -> f64 {
        let log_mean = mean.ln();
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.02483 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let v_r = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= v_r {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let left = v.ln() + inverse_alpha.ln() - (a / (us * us) + b).ln();
            if left <= -mean + k * log_mean - ln_factorial(k) {
                return k;
            }
        }
    }

    /// Returns how many of `marked` among `total` things are among `drawn` taken without replacement.
    ///
    /// Exact: inversion outward from the mode, about one standard deviation of steps. Arguments above `total` are
    /// cut down to it.
    pub fn hypergeometric(&mut self, total: u64, marked: u64, drawn: u64) -> u64 {
        let (marked, drawn) = (marked.min(total), drawn.min(total));
        let lowest = (marked + drawn).saturating_sub(total);
        let highest = marked.min(drawn);
        if lowest == highest {
            return lowest;
        }
        let (n, k, d) = (total as f64, marked as f64, drawn as f64);
        let mode = ((k + 1.0) * (d + 1.0) / (n + 2.0)).floor().clamp(lowest as f64, highest as f64);
        let at_mode = (ln_factorial(k) - ln_factorial(mode) - ln_factorial(k - mode) + ln_factorial(n - k)
            - ln_factorial(d - mode)
            - ln_factorial(n - k - d + mode)
            - ln_factorial(n)
            + ln_factorial(d)
            + ln_factorial(n - d))
        .exp();
        let mut left = self.uniform() - at_mode;
        let (mut up, mut down) = (mode, mode);
        let (mut p_up, mut p_down) = (at_mode, at_mode);
        while left > 0.0 {
            let (can_up, can_down) = (up < highest as f64, down > lowest as f64);
            if !can_up && !can_down {
                // The probabilities sum to a little less than 1 by rounding: the remainder goes to the mode.
                return mode as u64;
            }
            if can_up {
                p_up *= (k - up) * (d - up) / ((up + 1.0) * (n - k - d + up + 1.0));
                up += 1.0;
                left -= p_up;
                if left <= 0.0 {
                    return up as u64;
                }
            }
            if can_down {
                p_down *= down * (n - k - d + down) / ((k - down + 1.0) * (d - down + 1.0));
                down -= 1.0;
                left -= p_down;
                if left <= 0.0 {
                    return down as u64;
                }
            }
        }
        mode as u64
    }
}

/// From this mean on, a Poisson number is drawn by its normal approximation.
pub const POISSON_EXACT_BELOW: f64 = 1e4;

fn open_unit(bits53: u64) -> f64 {
    (bits53 as f64 + 0.5) * (2.0_f64).powi(-53)
}

/// ln k! for whole k ≥ 0: a sum below 10, Stirling's series from there (error below 1e-13).
fn ln_factorial(k: f64) -> f64 {
    if k < 10.0 {
        let mut product = 1.0;
        let mut i = 2.0;
        while i <= k {
            product *= i;
            i += 1.0;
        }
        return product.ln();
    }
    let r = 1.0 / (k * k);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / k;
    (k + 0.5) * k.ln() - k + 0.918_938_533_204_672_7 + series
}

/// 2⁻⁵¹.
const GRID: f64 = 1.0 / (1_u64 << 51) as f64;

/// Right edge of the base layer and the area of each of the 256 layers.
const ZIGGURAT_R: f64 = 3.654_152_885_361_009;
const ZIGGURAT_V: f64 = 0.004_928_673_233_992_3;

struct Ziggurat {
    x: [f64; 257],
    f: [f64; 257],
}

static ZIGGURAT: LazyLock<Ziggurat> = LazyLock::new(|| {
    let density = |x: f64| (-0.5 * x * x).exp();
    let mut x = [0.0; 257];
    x[0] = ZIGGURAT_V / density(ZIGGURAT_R);
    x[1] = ZIGGURAT_R;
    for i in 1..255 {
        x[i + 1] = (-2.0 * (ZIGGURAT_V / x[i] + density(x[i])).ln()).sqrt();
    }
    Ziggurat { x, f: x.map(density) }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_gives_the_published_sequence_of_splitmix64() {
        // Key 1234567: the sequence printed by the reference code of Vigna and on Rosetta Code.
        let mut stream = Stream { state: 1_234_567 };
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        for value in expected {
            assert_eq!(stream.bits(), value);
        }
    }

    #[test]
    fn layers_of_the_ziggurat_have_equal_areas() {
        let table = &*ZIGGURAT;
        for i in 1..255 {
            let area = table.x[i] * (table.f[i + 1] - table.f[i]);
            assert!((area - ZIGGURAT_V).abs() < 1e-15, "layer {i}: {area}");
        }
        // The topmost layer ends at 0, up to the error of the printed constant R.
        let area = table.x[255] * (1.0 - table.f[255]);
        assert!((area - ZIGGURAT_V).abs() < 1e-9, "{area}");
        assert_eq!(table.x[256], 0.0);
    }

    #[test]
    fn normals_have_the_moments_and_tails_of_the_normal_law() {
        let n = 400_000;
        let mut stream = Stream::new(11, 0);
        let z: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        let moment = |p: i32| z.iter().map(|x| x.powi(p)).sum::<f64>() / f64::from(n);
        // Five standard errors: the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
        for (p, value, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0_f64)] {
            let error: f64 = moment(p) - value;
            assert!(error.abs() < 5.0 * (variance / f64::from(n)).sqrt(), "moment {p}: {error}");
        }
        for (edge, tail) in [(1.959_963_984_540_054, 0.05), (3.654_152_885_361_009, 2.580_4e-4_f64)] {
            let share = z.iter().filter(|x| x.abs() > edge).count() as f64 / f64::from(n);
            assert!((share - tail).abs() < 5.0 * (tail / f64::from(n)).sqrt(), "beyond {edge}: {share}");
        }
    }

    #[test]
    fn poisson_has_its_mean_and_variance_in_every_regime() {
        for (i, mean) in [0.5, 3.0, 9.99, 10.0, 47.5, 900.0, 9_999.0, 20_000.0].into_iter().enumerate() {
            let n = 20_000;
            let mut stream = Stream::new(3, i as u64);
            let x: Vec<f64> = (0..n).map(|_| stream.poisson(mean)).collect();
            let average = x.iter().sum::<f64>() / f64::from(n);
            let variance = x.iter().map(|v| (v - average).powi(2)).sum::<f64>() / f64::from(n);
            assert!((average - mean).abs() < 5.0 * (mean / f64::from(n)).sqrt(), "{mean}: {average}");
            // Var of the sample variance ≈ (μ₄ − σ⁴)/n = (2m² + m)/n.
            let error = ((2.0 * mean * mean + mean) / f64::from(n)).sqrt();
            assert!((variance - mean).abs() < 5.0 * error, "{mean}: variance {variance}");
        }
    }

    #[test]
    fn poisson_matches_its_probabilities_at_small_and_middling_means() {
        for mean in [2.0_f64, 12.0] {
            let n = 40_000;
            let mut stream = Stream::new(5, mean as u64);
            let mut counts = [0.0_f64; 60];
            for _ in 0..n {
                counts[stream.poisson(mean) as usize] += 1.0;
            }
            let mut statistic = 0.0;
            let mut cells = 0.0_f64;
            for (k, count) in counts.iter().enumerate() {
                let expected = f64::from(n) * (k as f64 * mean.ln() - mean - ln_factorial(k as f64)).exp();
                if expected > 10.0 {
                    statistic += (count - expected).powi(2) / expected;
                    cells += 1.0;
                }
            }
            // Mean and variance of χ² are df and 2 df.
            assert!(statistic < cells + 5.0 * (2.0 * cells).sqrt(), "mean {mean}: {statistic} of {cells}");
        }
    }

    #[test]
    fn hypergeometric_matches_its_probabilities() {
        let (total, marked, drawn) = (30_u64, 12_u64, 9_u64);
        let n = 40_000;
        let mut stream = Stream::new(8, 0);
        let mut counts = [0.0_f64; 10];
        for _ in 0..n {
            counts[stream.hypergeometric(total, marked, drawn) as usize] += 1.0;
        }
        let choose = |a: f64, b: f64| (ln_factorial(a) - ln_factorial(b) - ln_factorial(a - b)).exp();
        for (k, count) in counts.iter().enumerate() {
            let p = choose(12.0, k as f64) * choose(18.0, 9.0 - k as f64) / choose(30.0, 9.0);
            let error = (f64::from(n) * p).sqrt() + 1.0;
            assert!((count - f64::from(n) * p).abs() < 5.0 * error, "{k}: {count}");
        }
        assert_eq!(stream.hypergeometric(10, 10, 4), 4);
        assert_eq!(stream.hypergeometric(10, 0, 4), 0);
        assert_eq!(stream.hypergeometric(10, 7, 10), 7);
        assert_eq!(stream.hypergeometric(0, 3, 4), 0);
    }

    #[test]
    fn golden_draws_do_not_change() {
        let mut stream = Stream::new(1, 2);
        let normals: Vec<f64> = (0..3).map(|_| stream.normal()).collect();
        let poissons: Vec<f64> = [3.0, 50.0, 5e4].into_iter().map(|m| stream.poisson(m)).collect();
        expect_test::expect!["[0.587322552573534, -0.0137888819902798, -0.563856710893291] [3.0, 47.0, 49942.0] 8692380098711615364"].assert_eq(&format!("{normals:?} {poissons:?} {}", stream.bits()));
    }
}
