//! The corrected kernel on the hand set, whose figures come from a quadratic program with the constraints written out
//! (Clarabel 0.11 on the primal, 1e-10), and as the general identities say.

use equipoise::{
    inference::normals::Stream,
    kernels::{Function, Gram, Precomputed},
    solvers::{
        GramRows, Rows,
        correction::{Classes, Corrected, Correction, CorrectionError, MeanMaps},
        smo::{Classification, Solution, classify},
    },
};

use super::svm_twin::{exact, matrix_of, primal_and_dual};

const POINTS: [f64; 24] = [
    0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5, -1.0,
    -2.0, -0.5, 1.0, -0.5,
];
const GROUP: [usize; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0];

fn positive(row: usize) -> bool {
    row < 6
}

fn gram(function: Function) -> Gram<'static> {
    Gram::new(function, Rows::dense(&POINTS, 12, 2).unwrap()).unwrap()
}

const RBF: Function = Function::Rbf { gamma: 0.5 };

/// Mean of one set of rows minus that of another.
fn difference(a: impl Fn(usize) -> bool, b: impl Fn(usize) -> bool) -> Vec<f64> {
    let share = |set: &dyn Fn(usize) -> bool, row: usize| {
        let size = (0..12).filter(|&row| set(row)).count() as f64;
        if set(row) { 1.0 / size } else { 0.0 }
    };
    (0..12).map(|row| share(&a, row) - share(&b, row)).collect()
}

/// Equal opportunity: positives of group 0 minus those of group 1.
fn equal_opportunity() -> Vec<f64> {
    difference(|row| positive(row) && GROUP[row] == 0, |row| positive(row) && GROUP[row] == 1)
}

struct Parts {
    maps: MeanMaps,
    correction: Correction,
    factor: Vec<f64>,
}

fn parts(gram: &dyn GramRows, c: &[f64]) -> Parts {
    let k = c.len() / 12;
    let maps = MeanMaps::of(gram, c, k).unwrap();
    let correction = Correction::new(&maps.moments, k, maps.scale).unwrap();
    let factor = correction.factor(&maps.kappa).unwrap();
    Parts { maps, correction, factor }
}

fn trained(gram: &dyn GramRows, cost: f64, offset: Option<&[f64]>) -> Solution {
    let labels: Vec<bool> = (0..12).map(positive).collect();
    let rows = Classification { positive: &labels, cost: &[cost; 12], offset, start: None };
    let mut settings = exact();
    settings.tolerance = 1e-11;
    classify(gram, &rows, &settings).unwrap()
}

fn fair(function: Function, c: &[f64], cost: f64) -> Solution {
    let gram = gram(function);
    let factor = parts(&gram, c).factor;
    trained(&Corrected::new(&gram, factor).unwrap(), cost, None)
}

#[track_caller]
fn assert_value(solution: &Solution, expected: f64) {
    let (primal, dual) = primal_and_dual(solution);
    assert!((primal - expected).abs() < 1e-8 * expected.max(1.0), "{primal}, expected {expected}");
    assert!(primal - dual < 1e-8, "gap {}", primal - dual);
}

#[test]
fn ordinary_machines_have_the_values_of_the_table() {
    assert_value(&trained(&gram(Function::Linear), 1.0, None), 4.172_839_51);
    assert_value(&trained(&gram(RBF), 1.0, None), 5.185_166_90);
    assert_value(&trained(&gram(RBF), 10.0, None), 9.133_126_94);
}

#[test]
fn corrected_machines_have_the_values_of_the_constrained_program() {
    let c = equal_opportunity();
    assert_value(&fair(Function::Linear, &c, 1.0), 9.689_986_28);
    assert_value(&fair(RBF, &c, 1.0), 5.639_548_88);
    assert_value(&fair(RBF, &c, 10.0), 9.372_264_87);
}

#[test]
fn corrected_machine_has_the_coefficients_of_the_table() {
    let solution = fair(RBF, &equal_opportunity(), 1.0);
    let alpha = [0.0, 1.0, 0.301893, 0.902401, 1.0, 1.0, 1.0, 0.659745, 0.428144, 0.862026, 0.254379, 1.0];
    for (row, (beta, alpha)) in solution.coefficients.iter().zip(alpha).enumerate() {
        let expected = if positive(row) { alpha } else { -alpha };
        assert!((beta - expected).abs() < 1e-6, "row {row}: {beta}, expected {expected}");
    }
    assert!((solution.intercept + 0.225_192).abs() < 1e-6, "{}", solution.intercept);
}

#[test]
fn several_constraints_have_the_values_of_the_constrained_program() {
    let of = |g: usize| move |row: usize| positive(row) && row % 3 == g;
    let pairs = [difference(of(0), of(1)), difference(of(0), of(2)), difference(of(1), of(2))].concat();
    let parts = parts(&gram(RBF), &pairs);
    assert_eq!((parts.correction.k(), parts.correction.rank()), (3, 2));
    for (place, expected) in
        [(0, 0.461644), (4, 0.461644), (8, 1.060202), (1, -0.068457), (2, -0.530101), (5, 0.530101)]
    {
        assert!((parts.maps.moments[place] - expected).abs() < 1e-6);
    }
    assert_value(&fair(RBF, &pairs, 1.0), 6.403_913_62);
    // The third difference says nothing that the first two do not.
    assert_value(&fair(RBF, &pairs[..24], 1.0), 6.403_913_62);
    let odds = [
        equal_opportunity(),
        difference(|row| !positive(row) && GROUP[row] == 0, |row| !positive(row) && GROUP[row] == 1),
    ];
    assert_value(&fair(RBF, &odds.concat(), 1.0), 6.299_907_14);
    let parity = difference(|row| GROUP[row] == 0, |row| GROUP[row] == 1);
    assert_value(&fair(RBF, &parity, 1.0), 5.186_262_82);
}

#[test]
fn offsets_bound_the_difference_from_above_zero() {
    // One constraint |⟨w, u⟩| ≤ ε: offsets t κ/‖u‖² with t = ±ε, and ½ t²/‖u‖² more.
    let c = equal_opportunity();
    let cases = [
        (Function::Linear, 1.0, 0.05, 9.373_257_89),
        (Function::Linear, 1.0, 0.2, 8.429_384_62),
        (RBF, 1.0, 0.05, 5.542_148_01),
        (RBF, 1.0, 0.2, 5.315_276_84),
        (RBF, 10.0, 0.05, 9.262_314_97),
    ];
    for (function, cost, bound, expected) in cases {
        let gram = gram(function);
        let Parts { maps, factor, .. } = parts(&gram, &c);
        // The ordinary solution has ⟨w, u⟩ < 0 in all of these.
        let t = -bound;
        let offset: Vec<f64> = maps.kappa.iter().map(|kappa| t * kappa / maps.moments[0]).collect();
        let solution = trained(&Corrected::new(&gram, factor).unwrap(), cost, Some(&offset));
        let value = primal_and_dual(&solution).0 + 0.5 * t * t / maps.moments[0];
        assert!((value - expected).abs() < 1e-7, "{value}, expected {expected}");
    }
}

#[test]
fn corrected_kernel_sees_nothing_of_the_difference() {
    let gram = gram(RBF);
    let c = equal_opportunity();
    let Parts { maps, correction, factor } = parts(&gram, &c);
    assert!((maps.moments[0] - 0.848_121_90).abs() < 1e-8);
    for (kappa, expected) in maps.kappa.iter().zip([0.401607, -0.305972, 0.305972, -0.401607]) {
        assert!((kappa - expected).abs() < 1e-6);
    }
    let corrected = Corrected::new(&gram, factor).unwrap();
    let matrix = matrix_of(&corrected);
    for (found, expected) in matrix.iter().zip([0.809829, 0.680147, 0.390376, 0.476675]) {
        assert!((found - expected).abs() < 1e-6);
    }
    for (i, row) in matrix.chunks_exact(12).enumerate() {
        let along: f64 = row.iter().zip(&c).map(|(k, c)| k * c).sum();
        assert!(along.abs() < 1e-15, "row {i}: {along}");
        assert_eq!(corrected.diagonal()[i], row[i]);
        for (j, k) in row.iter().enumerate() {
            assert_eq!(*k, matrix[j * 12 + i]);
        }
    }
    // ⟨w, u⟩ = βᵀK̃c is 0, and β − cγ gives the same scores through K.
    let solution = trained(&corrected, 1.0, None);
    let mean: f64 = solution.scores.iter().zip(&c).map(|(score, c)| score * c).sum();
    assert!(mean.abs() < 1e-10, "{mean}");
    let gamma = correction.multipliers(&maps.kappa, &solution.coefficients).unwrap();
    let plain = matrix_of(&gram);
    for (i, score) in solution.scores.iter().enumerate() {
        let through: f64 =
            (0..12).map(|j| plain[i * 12 + j] * (solution.coefficients[j] - c[j] * gamma[0])).sum();
        assert!((through - score).abs() < 1e-8, "row {i}: {through}, {score}");
    }
}

#[test]
fn correcting_twice_changes_nothing() {
    let gram = gram(RBF);
    let c = equal_opportunity();
    let once = Corrected::new(&gram, parts(&gram, &c).factor).unwrap();
    let again = parts(&once, &c);
    // What is left of ‖u‖² is rounding, which must not be taken for a direction.
    assert!(again.maps.moments[0].abs() < 1e-15);
    assert_eq!(again.correction.rank(), 0);
    assert_eq!(matrix_of(&Corrected::new(&once, again.factor).unwrap()), matrix_of(&once));
}

#[test]
fn submatrix_of_the_corrected_is_the_corrected_submatrix() {
    let gram = gram(RBF);
    let c = equal_opportunity();
    let corrected = Corrected::new(&gram, parts(&gram, &c).factor).unwrap();
    let (whole, rows) = (matrix_of(&corrected), [7, 1, 4, 11]);
    let part = corrected.restricted(&rows).unwrap();
    for (a, row) in matrix_of(&*part).chunks_exact(4).zip(rows) {
        let expected: Vec<f64> = rows.iter().map(|&column| whole[row * 12 + column]).collect();
        assert_eq!(a, expected);
    }
}

#[test]
fn equal_means_leave_the_kernel_as_it_is() {
    let gram = gram(Function::Linear);
    // Three points of a line, the middle against the others: 0 up to rounding.
    let line = [0.1, 0.1, 0.3, 0.3, 0.5, 0.5];
    let collinear = Gram::new(Function::Linear, Rows::dense(&line, 3, 2).unwrap()).unwrap();
    let maps = MeanMaps::of(&collinear, &[0.1, -0.2, 0.1], 1).unwrap();
    assert_eq!(Correction::new(&maps.moments, 1, maps.scale).unwrap().rank(), 0);
    let zero = parts(&gram, &[0.0; 12]);
    assert_eq!((zero.correction.rank(), zero.factor.len()), (0, 0));
    let corrected = Corrected::new(&gram, zero.factor).unwrap();
    assert_eq!(matrix_of(&corrected), matrix_of(&gram));
    assert_eq!(zero.correction.multipliers(&zero.maps.kappa, &[1.0; 12]).unwrap(), [0.0]);
}

#[test]
fn corrected_matrix_equals_its_definition_for_many_directions() {
    let mut stream = Stream::new(1, 0);
    let (gram, k) = (gram(RBF), 8);
    let c: Vec<f64> = (0..12 * k).map(|_| stream.normal()).collect();
    let Parts { maps, correction, factor } = parts(&gram, &c);
    assert_eq!(correction.rank(), k);
    let corrected = Corrected::new(&gram, factor).unwrap();
    let (plain, found) = (matrix_of(&gram), matrix_of(&corrected));
    for i in 0..12 {
        // γ = M⁺ κᵀ e_i is the i-th row of κ times M⁺.
        let mut unit = [0.0; 12];
        unit[i] = 1.0;
        let gamma = correction.multipliers(&maps.kappa, &unit).unwrap();
        for j in 0..12 {
            let taken: f64 = (0..k).map(|l| gamma[l] * maps.kappa[l * 12 + j]).sum();
            assert!((found[i * 12 + j] - (plain[i * 12 + j] - taken)).abs() < 1e-12);
        }
    }
}

#[test]
fn shapes_that_do_not_fit_are_errors() {
    let gram = gram(RBF);
    let shape = |what, found, expected| CorrectionError::Shape { what, found, expected };
    assert_eq!(MeanMaps::of(&gram, &[0.0; 13], 1), Err(shape("c", 13, 12)));
    assert_eq!(Correction::new(&[1.0; 3], 2, 0.0), Err(shape("moments", 3, 4)));
    let not_finite = CorrectionError::NotFinite { what: "moments", place: 1 };
    assert_eq!(Correction::new(&[1.0, f64::NAN, 0.0, 1.0], 2, 0.0), Err(not_finite));
    assert_eq!(Corrected::new(&gram, vec![0.0; 13]).err(), Some(shape("factor", 13, 12)));
    let correction = Correction::new(&[1.0], 1, 0.0).unwrap();
    assert_eq!(correction.multipliers(&[1.0; 3], &[1.0; 2]), Err(shape("kappa", 3, 2)));
    assert!(Correction::new(&[], 0, 0.0).unwrap().factor(&[]).unwrap().is_empty());
    let empty = Precomputed::new(&[], 0).unwrap();
    assert!(MeanMaps::of(&empty, &[], 3).unwrap().kappa.is_empty());
}

/// κ and M of classes, against those of the coefficients written out.
#[track_caller]
fn check_classes(gram: &dyn GramRows, seed: u64, n_classes: usize, k: usize) {
    let n = gram.n();
    let mut stream = Stream::new(seed, 0);
    let of_row: Vec<u32> = (0..n)
        .map(|_| (stream.bits() % (n_classes as u64 + 1)) as u32)
        .map(|class| if class as usize == n_classes { Classes::NONE } else { class })
        .collect();
    let weights: Vec<f64> = (0..n).map(|_| (stream.bits() % 4) as f64 / n as f64).collect();
    let factors: Vec<f64> = (0..n_classes * k).map(|_| stream.normal()).collect();
    let found =
        MeanMaps::of_classes(gram, &Classes { of_row: &of_row, weights: &weights, factors: &factors, k })
            .unwrap();
    let entry = |place: usize| match of_row[place % n] {
        Classes::NONE => 0.0,
        class => weights[place % n] * factors[class as usize * k + place / n],
    };
    let c: Vec<f64> = (0..n * k).map(entry).collect();
    let expected = MeanMaps::of(gram, &c, k).unwrap();
    let close = |a: &[f64], b: &[f64]| {
        assert_eq!(a.len(), b.len());
        let scale = b.iter().fold(1e-300_f64, |scale, b| scale.max(b.abs()));
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() <= 1e-12 * scale, "{a} instead of {b} of {scale}");
        }
    };
    close(&found.kappa, &expected.kappa);
    close(&found.moments, &expected.moments);
    close(&[found.scale], &[expected.scale]);
    for place in 0..k * k {
        assert_eq!(found.moments[place], found.moments[place / k + place % k * k], "symmetric to the bit");
    }
}

#[test]
fn classes_of_rows_have_the_maps_of_their_coefficients() {
    let matrix = matrix_of(&gram(RBF));
    for seed in 0..20 {
        for (n_classes, k) in [(1, 1), (2, 1), (5, 3), (3, 7)] {
            check_classes(&gram(RBF), seed, n_classes, k);
            // A matrix that is given has no restriction of its own: whole rows are read.
            check_classes(&Precomputed::new(&matrix, 12).unwrap(), seed, n_classes, k);
        }
    }
}

#[test]
fn classes_of_many_rows_with_sparse_columns_have_the_maps_of_their_coefficients() {
    // More rows than a block of the kernel has, columns with few non-zeros and full ones.
    let (n, d) = (2300, 7);
    let number = |i: usize, j: usize| ((i * 37 + j * 53 + i * j * 11) % 101) as f64 / 50.0 - 1.0;
    let entry =
        |i: usize, j: usize| if j < 5 && !(i * 13 + j).is_multiple_of(9) { 0.0 } else { number(i, j) };
    let x: Vec<f64> = (0..n * d).map(|place| entry(place / d, place % d)).collect();
    let rows = Rows::dense(&x, n, d).unwrap();
    check_classes(&Gram::new(RBF, rows).unwrap(), 1, 4, 3);
    check_classes(&Gram::new(Function::Laplacian { gamma: 0.3 }, rows).unwrap(), 2, 2, 1);
}

#[test]
fn classes_that_do_not_fit_are_refused() {
    let gram = gram(RBF);
    let classes = |of_row, weights, factors| Classes { of_row, weights, factors, k: 2 };
    let maps = |classes| MeanMaps::of_classes(&gram, &classes).unwrap_err();
    let shape = |what, found, expected| CorrectionError::Shape { what, found, expected };
    assert_eq!(maps(classes(&[0; 11], &[1.0; 12], &[1.0; 2])), shape("of_row", 11, 12));
    assert_eq!(maps(classes(&[0; 12], &[1.0; 13], &[1.0; 2])), shape("weights", 13, 12));
    assert_eq!(maps(classes(&[0; 12], &[1.0; 12], &[1.0; 3])), shape("factors", 3, 2));
    assert_eq!(maps(classes(&[1; 12], &[1.0; 12], &[1.0; 2])), shape("factors", 2, 4));
    let not_finite = CorrectionError::NotFinite { what: "weights", place: 0 };
    assert_eq!(maps(classes(&[0; 12], &[f64::NAN; 12], &[1.0; 2])), not_finite);
    let none = MeanMaps::of_classes(&gram, &classes(&[Classes::NONE; 12], &[1.0; 12], &[])).unwrap();
    assert_eq!((none.kappa, none.moments, none.scale), (vec![0.0; 24], vec![0.0; 4], 0.0));
}
