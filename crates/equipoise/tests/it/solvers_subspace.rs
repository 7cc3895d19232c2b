//! Constraints as a subspace: rank decisions, right-hand sides, and the projector's properties.

use equipoise::solvers::{Constraints, Subspace, SubspaceError};

use crate::solvers_data::{Sample, all_close, product};

#[test]
fn basis_is_orthonormal_and_spans_the_constraints() {
    let sample = Sample::new();
    let vectors = sample.differences(4);
    let subspace = Subspace::orthogonal_to(&vectors, sample.d).unwrap();
    assert_eq!((subspace.rank(), subspace.n_constraints(), subspace.d()), (4, 4, 5));
    for (j, a) in subspace.basis().chunks(5).enumerate() {
        for (k, b) in subspace.basis().chunks(5).enumerate() {
            assert!((product(a, b) - f64::from(u8::from(j == k))).abs() < 1e-15);
        }
    }
    for u in vectors.chunks(5) {
        let mut rest = u.to_vec();
        subspace.project(&mut rest);
        all_close(&rest, &[0.0; 5], 1e-15);
    }
}

#[test]
fn dependent_and_zero_constraints_do_not_count() {
    let sample = Sample::new();
    let mut vectors = sample.differences(2);
    let (a, b) = (vectors[..5].to_vec(), vectors[5..10].to_vec());
    vectors.extend(a.iter().zip(&b).map(|(a, b)| 1e6 * a - 3.0 * b));
    vectors.extend([0.0; 5]);
    vectors.extend(a.iter().map(|a| 1e-20 * a));
    let subspace = Subspace::orthogonal_to(&vectors, 5).unwrap();
    assert_eq!((subspace.rank(), subspace.n_constraints()), (2, 5));
}

#[test]
fn more_constraints_than_columns_leave_one_point() {
    let subspace = Subspace::orthogonal_to(&[1.0, 0.0, 1.0, 1.0, 3.0, -2.0], 2).unwrap();
    assert_eq!(subspace.rank(), 2);
    let mut w = [5.0, -7.0];
    subspace.move_into(&mut w);
    all_close(&w, &[0.0, 0.0], 1e-15);
}

#[test]
fn nearly_dependent_constraints_are_told_apart_down_to_the_tolerance() {
    let pair = |angle: f64| Subspace::orthogonal_to(&[1.0, 0.0, 1.0, angle], 2).unwrap().rank();
    assert_eq!([pair(1e-3), pair(1e-9), pair(1e-11), pair(0.0)], [2, 2, 1, 1]);
}

#[test]
fn a_difference_below_the_rounding_of_its_terms_is_no_constraint() {
    let of_scale = |scale: f64| {
        let scales = Some(&[scale][..]);
        Subspace::new(Constraints { vectors: &[1e-14, -2e-15], d: 2, values: None, scales }).unwrap().rank()
    };
    assert_eq!([of_scale(0.0), of_scale(1e-14), of_scale(1.0)], [1, 1, 0]);
}

#[test]
fn right_hand_sides_are_met_whatever_their_vectors_scales() {
    let vectors = [2.0, 0.0, 0.0, 1e-3, 1e-3, 0.0];
    let values = Some(&[4.0, 5e-3][..]);
    let subspace = Subspace::new(Constraints { vectors: &vectors, d: 3, values, scales: None }).unwrap();
    all_close(&subspace.nearest_to_zero(), &[2.0, 3.0, 0.0], 1e-12);
    let mut w = [100.0, -50.0, 7.0];
    subspace.move_into(&mut w);
    all_close(&w, &[2.0, 3.0, 7.0], 1e-12);
}

#[test]
fn contradictions_are_refused_and_repetitions_are_not() {
    let vectors = [1.0, 0.0, 2.0, 0.0];
    let make = |values: &[f64]| {
        Subspace::new(Constraints { vectors: &vectors, d: 2, values: Some(values), scales: None })
    };
    assert_eq!(make(&[1.0, 2.0]).unwrap().rank(), 1);
    assert!(matches!(make(&[1.0, 2.5]), Err(SubspaceError::Inconsistent { .. })));
    let zero = Constraints { vectors: &[0.0], d: 1, values: Some(&[1.0]), scales: None };
    assert!(matches!(Subspace::new(zero), Err(SubspaceError::Inconsistent { constraint: 0, .. })));
}

#[test]
fn numbers_out_of_range_and_wrong_lengths_are_refused() {
    fn shape(
        vectors: &[f64],
        d: usize,
        values: Option<&[f64]>,
        scales: Option<&[f64]>,
    ) -> Option<SubspaceError> {
        Subspace::new(Constraints { vectors, d, values, scales }).err()
    }
    assert!(matches!(shape(&[1.0; 3], 2, None, None), Some(SubspaceError::Shape { .. })));
    assert!(matches!(shape(&[1.0; 3], 0, None, None), Some(SubspaceError::Shape { .. })));
    assert!(matches!(shape(&[1.0; 2], 2, Some(&[]), None), Some(SubspaceError::Shape { .. })));
    for bad in [f64::NAN, f64::INFINITY, 1e50] {
        let out = |found| assert!(matches!(found, Some(SubspaceError::OutOfRange { constraint: 0, .. })));
        out(shape(&[0.0, bad], 2, None, None));
        out(shape(&[0.0, 1.0], 2, Some(&[bad]), None));
        out(shape(&[0.0, 1.0], 2, None, Some(&[bad])));
    }
    assert!(matches!(shape(&[0.0, 1.0], 2, None, Some(&[-1.0])), Some(SubspaceError::OutOfRange { .. })));
    assert_eq!(Subspace::orthogonal_to(&[], 3).unwrap().rank(), 0);
}

#[test]
fn coordinates_are_the_rows_in_the_basis_dense_and_sparse() {
    let sample = Sample::new();
    let subspace = Subspace::orthogonal_to(&sample.differences(3), 5).unwrap();
    let csr = crate::solvers_data::Csr::of(&sample.x, 5);
    let dense = subspace.coordinates(&sample.rows());
    all_close(&subspace.coordinates(&csr.rows()), &dense, 1e-14);
    let expected: Vec<f64> =
        sample.x.chunks(5).flat_map(|x| subspace.basis().chunks(5).map(|u| product(u, x))).collect();
    all_close(&dense, &expected, 1e-14);
}
