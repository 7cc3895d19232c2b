//! Kernels against their definitions, and the features that approximate them.

use equipoise::{
    inference::normals::Stream,
    kernels::{
        Fourier, Function, Gamma, Gram, Kernel, KernelError, KernelRows, Landmarks, Nystrom, Pairwise,
        Precomputed,
    },
    solvers::{GramRows, Rows},
};

use super::svm_twin::matrix_of;

const FUNCTIONS: [Function; 5] = [
    Function::Linear,
    Function::Rbf { gamma: 0.3 },
    Function::Polynomial { degree: 3, gamma: 0.5, constant: 1.0 },
    Function::Sigmoid { gamma: 0.2, constant: -0.5 },
    Function::Laplacian { gamma: 0.2 },
];

/// By the definition, one pair at a time.
fn naive(function: Function, x: &[f64], z: &[f64]) -> f64 {
    let pairs = || x.iter().zip(z);
    let dot: f64 = pairs().map(|(x, z)| x * z).sum();
    match function {
        Function::Linear => dot,
        Function::Rbf { gamma } => (-gamma * pairs().map(|(x, z)| (x - z).powi(2)).sum::<f64>()).exp(),
        Function::Polynomial { degree, gamma, constant } => (gamma * dot + constant).powi(degree as i32),
        Function::Sigmoid { gamma, constant } => (gamma * dot + constant).tanh(),
        Function::Laplacian { gamma } => (-gamma * pairs().map(|(x, z)| (x - z).abs()).sum::<f64>()).exp(),
    }
}

/// n rows of nine columns: three full, four with few non-zeros, one of zeros, one constant.
fn table(n: usize, seed: u64) -> Vec<f64> {
    let mut stream = Stream::new(seed, 0);
    let mut entry = |column: usize| match column {
        0..3 => stream.normal(),
        3..7 => {
            if stream.uniform() < 0.15 {
                stream.normal()
            } else {
                0.0
            }
        }
        7 => 0.0,
        _ => 1.0,
    };
    (0..9 * n).map(|place| entry(place % 9)).collect()
}

struct Sparse {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl Sparse {
    fn of(x: &[f64], d: usize) -> Self {
        let mut sparse = Self { offsets: vec![0], indices: Vec::new(), values: Vec::new() };
        for row in x.chunks_exact(d) {
            for (column, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                sparse.indices.push(column as u32);
                sparse.values.push(value);
            }
            sparse.offsets.push(sparse.values.len());
        }
        sparse
    }

    fn rows(&self, d: usize) -> Rows<'_> {
        Rows::csr(&self.offsets, &self.indices, &self.values, d).unwrap()
    }
}

#[test]
fn rows_equal_the_definition() {
    let x = table(70, 1);
    let rows = Rows::dense(&x, 70, 9).unwrap();
    for function in FUNCTIONS {
        let gram = Gram::new(function, rows).unwrap();
        let (matrix, diagonal) = (matrix_of(&gram), gram.diagonal());
        for i in 0..70 {
            for j in 0..70 {
                let expected = naive(function, &x[9 * i..][..9], &x[9 * j..][..9]);
                let found = matrix[70 * i + j];
                assert!(
                    (found - expected).abs() < 1e-13 * (1.0 + expected.abs()),
                    "{function:?} {found} {expected}"
                );
            }
            assert!((matrix[71 * i] - diagonal[i]).abs() < 1e-15 * (1.0 + diagonal[i].abs()));
        }
        assert!((0..70).all(|i| (0..i).all(|j| matrix[70 * i + j] == matrix[70 * j + i])));
    }
}

#[test]
fn rows_have_the_same_bytes_dense_or_sparse_whole_or_in_part() {
    // More than two blocks of rows, so that lists are cut.
    let n = 4500;
    let x = table(n, 2);
    let sparse = Sparse::of(&x, 9);
    let part: Vec<usize> = (0..n).rev().filter(|i| i % 3 != 1).collect();
    for function in FUNCTIONS {
        let dense = Gram::new(function, Rows::dense(&x, n, 9).unwrap()).unwrap();
        let other = Gram::new(function, sparse.rows(9)).unwrap();
        let restricted = dense.restricted(&part).unwrap();
        let (mut a, mut b, mut c) = (vec![0.0; n], vec![0.0; n], vec![0.0; part.len()]);
        for position in [0, 17, part.len() - 1] {
            dense.row(part[position], &mut a);
            other.row(part[position], &mut b);
            restricted.row(position, &mut c);
            assert_eq!(a, b);
            assert!(part.iter().zip(&c).all(|(&i, &k)| a[i] == k));
            dense.row_of(&sparse.rows(9), part[position], &mut b);
            assert_eq!(a, b);
        }
    }
}

#[test]
fn rows_have_the_same_bytes_on_any_number_of_threads() {
    // Enough multiplications for a row to be spread.
    let (n, d) = (30_000, 20);
    let mut stream = Stream::new(3, 0);
    let x: Vec<f64> = (0..n * d).map(|_| stream.normal()).collect();
    let gram = Gram::new(Function::Rbf { gamma: 0.05 }, Rows::dense(&x, n, d).unwrap()).unwrap();
    let row_on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut row = vec![0.0; n];
        pool.install(|| gram.row(5, &mut row));
        row
    };
    assert_eq!(row_on(1), row_on(3));
}

#[test]
fn rbf_of_a_row_with_itself_is_one_and_never_more() {
    let x: Vec<f64> = table(40, 4).iter().map(|x| 1e6 + x).collect();
    let gram = Gram::new(Function::Rbf { gamma: 5.0 }, Rows::dense(&x, 40, 9).unwrap()).unwrap();
    let matrix = matrix_of(&gram);
    assert!(matrix.iter().all(|k| (0.0..=1.0).contains(k)));
    assert!((0..40).all(|i| matrix[41 * i] == 1.0));
}

#[test]
fn functions_of_the_callers_own_serve_too() {
    let x = table(30, 5);
    let rows = Rows::dense(&x, 30, 9).unwrap();
    let function = Function::Laplacian { gamma: 0.2 };
    let own = Pairwise(|x: &[f64], z: &[f64]| naive(function, x, z));
    let (own, built_in) = (own.over(rows).unwrap(), function.over(rows).unwrap());
    let (a, b) = (matrix_of(&*own), matrix_of(&*built_in));
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-14));
    let mut row = vec![0.0; 30];
    own.row_of(&Sparse::of(&x, 9).rows(9), 7, &mut row);
    assert_eq!(row, a[210..240]);
    assert_eq!(matrix_of(&*own.restricted(&[3, 1]).unwrap()), [a[93], a[91], a[33], a[31]]);
}

#[test]
fn gamma_follows_the_rules_of_scikit_learn() {
    // numpy: X = [[0, 1, 2], [3, 4, 5]]; 1/(3·X.var()) = 0.1142857142857143 (X.var() = 35/12).
    let rows = Rows::dense(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 2, 3).unwrap();
    assert!((Gamma::Scale.resolve(&rows).unwrap() - 4.0 / 35.0).abs() < 1e-16);
    assert_eq!(Gamma::Auto.resolve(&rows).unwrap(), 1.0 / 3.0);
    assert_eq!(Gamma::Value(0.7).resolve(&rows).unwrap(), 0.7);
    let sparse = Sparse::of(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 3);
    assert!((Gamma::Scale.resolve(&sparse.rows(3)).unwrap() - 4.0 / 35.0).abs() < 1e-16);
    let constant = Rows::dense(&[2.0; 4], 2, 2).unwrap();
    assert_eq!(Gamma::Scale.resolve(&constant).unwrap(), 1.0);
    assert!(Gamma::Auto.resolve(&Rows::dense(&[], 2, 0).unwrap()).is_err());
    assert!(Gamma::Value(0.0).resolve(&rows).is_err());
}

#[test]
fn parameters_out_of_range_are_errors() {
    let rows = Rows::dense(&[1.0, 2.0], 2, 1).unwrap();
    for function in [
        Function::Rbf { gamma: 0.0 },
        Function::Laplacian { gamma: f64::NAN },
        Function::Polynomial { degree: 0, gamma: 1.0, constant: 0.0 },
        Function::Polynomial { degree: 2, gamma: 1.0, constant: f64::INFINITY },
        Function::Sigmoid { gamma: -1.0, constant: 0.0 },
    ] {
        assert!(matches!(Gram::new(function, rows), Err(KernelError::Parameter { .. })), "{function:?}");
    }
    assert_eq!(Precomputed::new(&[1.0; 3], 2).err(), Some(KernelError::NotSquare { n: 2, found: 3 }));
    let lopsided = [1.0, 2.0, 3.0, 1.0];
    let expected = KernelError::NotSymmetric { row: 1, column: 0, value: 3.0, mirrored: 2.0 };
    assert_eq!(Precomputed::new(&lopsided, 2).err(), Some(expected));
    let infinite = [1.0, f64::INFINITY, f64::INFINITY, 1.0];
    assert_eq!(Precomputed::new(&infinite, 2).err(), Some(KernelError::NotFinite { row: 1, column: 0 }));
}

const CHOICES: [Landmarks; 3] =
    [Landmarks::Uniform { seed: 1 }, Landmarks::Pivoted, Landmarks::RandomlyPivoted { seed: 1 }];

fn products(features: &[f64], m: usize) -> Vec<f64> {
    let n = features.len() / m;
    let row = |i: usize| &features[m * i..][..m];
    (0..n * n).map(|p| row(p / n).iter().zip(row(p % n)).map(|(a, b)| a * b).sum()).collect()
}

#[test]
fn nystrom_with_all_rows_is_the_kernel() {
    let x = table(50, 6);
    let rows = Rows::dense(&x, 50, 9).unwrap();
    let function = Function::Rbf { gamma: 0.3 };
    let expected = matrix_of(&Gram::new(function, rows).unwrap());
    for choice in CHOICES {
        let map = Nystrom::new(&function, rows, 500, choice).unwrap();
        assert_eq!(map.rank(), 50);
        let found = products(&map.features(&function, rows).unwrap(), 50);
        let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 1e-10, "{choice:?}: {worst}");
    }
}

#[test]
fn nystrom_is_exact_at_its_landmarks_and_never_above_the_diagonal() {
    let x = table(120, 7);
    let rows = Rows::dense(&x, 120, 9).unwrap();
    let function = Function::Laplacian { gamma: 0.2 };
    let expected = matrix_of(&Gram::new(function, rows).unwrap());
    for choice in CHOICES {
        let map = Nystrom::new(&function, rows, 20, choice).unwrap();
        let found = products(&map.features(&function, rows).unwrap(), map.rank());
        for &i in map.landmarks() {
            for j in 0..120 {
                assert!((found[120 * i + j] - expected[120 * i + j]).abs() < 1e-10);
            }
        }
        assert!((0..120).all(|i| found[121 * i] <= expected[121 * i] + 1e-10));
        let mut sorted = map.landmarks().to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 20);
    }
}

#[test]
fn nystrom_leaves_out_landmarks_that_depend_on_others() {
    // A linear kernel of three columns has rank 3, whatever is asked for; zero rows are no landmarks.
    let mut stream = Stream::new(8, 0);
    let x: Vec<f64> = (0..90).map(|place| if place < 30 { 0.0 } else { stream.normal() }).collect();
    let rows = Rows::dense(&x, 30, 3).unwrap();
    for choice in CHOICES {
        let map = Nystrom::new(&Function::Linear, rows, 25, choice).unwrap();
        assert_eq!(map.rank(), 3, "{choice:?}");
        assert!(map.landmarks().iter().all(|&i| i >= 10));
    }
    let zeros = Rows::dense(&[0.0; 6], 2, 3).unwrap();
    let found = Nystrom::new(&Function::Linear, zeros, 2, Landmarks::Pivoted);
    assert_eq!(found, Err(KernelError::NothingPositive));
    let none = Rows::dense(&[], 0, 3).unwrap();
    assert_eq!(Nystrom::new(&Function::Linear, none, 2, Landmarks::Pivoted), Err(KernelError::NoRows));
    let map = Nystrom::new(&Function::Linear, rows, 3, Landmarks::Pivoted).unwrap();
    assert!(map.features(&Function::Linear, Rows::dense(&x, 45, 2).unwrap()).is_err());
}

#[test]
fn chance_depends_on_the_seed_alone() {
    let x = table(100, 9);
    let rows = Rows::dense(&x, 100, 9).unwrap();
    let function = Function::Rbf { gamma: 0.1 };
    let landmarks = |choice| Nystrom::new(&function, rows, 5, choice).unwrap().landmarks().to_vec();
    // Pinned: the bytes of a model depend on them.
    assert_eq!(landmarks(Landmarks::Uniform { seed: 7 }), [60, 99, 53, 41, 12]);
    assert_eq!(landmarks(Landmarks::RandomlyPivoted { seed: 7 }), [60, 38, 99, 8, 48]);
    assert_ne!(landmarks(Landmarks::Uniform { seed: 7 }), landmarks(Landmarks::Uniform { seed: 8 }));
    let few = Fourier::new(function, 9, 3, 5).unwrap().features(rows).unwrap();
    let many = Fourier::new(function, 9, 4, 5).unwrap().features(rows).unwrap();
    // More pairs extend fewer; only the scale differs.
    let ratio = (4.0_f64 / 3.0).sqrt();
    assert!((0..3).all(|p| (few[p] - many[p] * ratio).abs() < 1e-15));
}

#[test]
fn fourier_features_average_to_the_kernel() {
    let x = table(25, 10);
    let rows = Rows::dense(&x, 25, 9).unwrap();
    let pairs = 4000;
    for function in [Function::Rbf { gamma: 0.1 }, Function::Laplacian { gamma: 0.1 }] {
        let map = Fourier::new(function, 9, pairs, 11).unwrap();
        let found = products(&map.features(rows).unwrap(), map.n_features());
        let expected = matrix_of(&Gram::new(function, rows).unwrap());
        // 300 pairs of rows, each within 5 standard errors of at most √(1/(2·pairs)): fails once in 6000 seeds.
        let error = 5.0 * (0.5 / pairs as f64).sqrt();
        for (a, b) in found.iter().zip(&expected) {
            assert!((a - b).abs() < error, "{function:?}: {a} and {b}");
        }
        assert!((0..25).all(|i| (found[26 * i] - 1.0).abs() < 1e-12));
    }
    assert_eq!(Fourier::new(Function::Linear, 9, 3, 0), Err(KernelError::NoFourier));
    assert!(Fourier::new(FUNCTIONS[1], 9, 0, 0).is_err());
    assert!(Fourier::new(FUNCTIONS[1], 8, 3, 0).unwrap().features(rows).is_err());
}

#[test]
fn features_have_the_same_bytes_on_any_number_of_threads() {
    let x = table(333, 12);
    let rows = Rows::dense(&x, 333, 9).unwrap();
    let function = Function::Rbf { gamma: 0.2 };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let map = Nystrom::new(&function, rows, 30, Landmarks::RandomlyPivoted { seed: 1 }).unwrap();
            let fourier = Fourier::new(function, 9, 20, 1).unwrap();
            (map.features(&function, rows).unwrap(), fourier.features(rows).unwrap())
        })
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn rows_from_a_place_on_have_the_bytes_of_whole_rows() {
    // One row more than a block of sums, and then some.
    let n = 2100;
    let x = table(n, 5);
    for function in FUNCTIONS {
        let gram = Gram::new(function, Rows::dense(&x, n, 9).unwrap()).unwrap();
        let mut whole = vec![0.0; n];
        gram.row(17, &mut whole);
        for first in [0, 1, 2047, 2048, 2049, 2099] {
            let mut out = vec![f64::NAN; n];
            gram.row_from(17, first, &mut out);
            assert_eq!(out[first..], whole[first..], "{function:?} from {first}");
        }
    }
}
