//! Rows: what is refused at the door, and that dense and sparse, f64 and f32 are the same numbers.

use equipoise::solvers::{Rows, RowsError, rows::MAGNITUDE_MAX};
use proptest::prelude::*;

use crate::solvers_data::Csr;

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let x = [1.0; 6];
    assert!(matches!(Rows::dense(&x, 2, 4), Err(RowsError::Shape { found: 6, expected: 8, .. })));
    assert!(matches!(Rows::dense(&x, 2, 2), Err(RowsError::Shape { found: 6, expected: 4, .. })));
    assert!(matches!(Rows::dense(&x, usize::MAX, 3), Err(RowsError::Shape { .. })));
    assert_eq!(Rows::dense_strided(&x, 2, 3, 2).err(), Some(RowsError::Stride { d: 3, stride: 2 }));
    assert!(Rows::dense(&[], 0, 3).is_ok() && Rows::dense(&[], 3, 0).is_ok());
}

#[test]
fn stride_skips_what_lies_between_rows() {
    let x = [1.0, 2.0, f64::NAN, 3.0, 4.0];
    let rows = Rows::dense_strided(&x, 2, 2, 3).unwrap();
    assert_eq!([rows.dot(0, &[1.0, 10.0]), rows.dot(1, &[1.0, 10.0])], [21.0, 43.0]);
    let padded = [1.0, 2.0, 0.0, 3.0, 4.0, 0.0];
    assert_eq!(Rows::dense_strided(&padded, 2, 2, 3).unwrap().dot(1, &[1.0, 10.0]), 43.0);
}

#[test]
fn sparse_rows_that_contradict_themselves_are_refused() {
    let csr =
        |offsets: &[usize], indices: &[u32], values: &[f64]| Rows::csr(offsets, indices, values, 3).err();
    assert!(matches!(csr(&[], &[], &[]), Some(RowsError::Shape { what: "offsets", .. })));
    assert!(matches!(csr(&[0, 1], &[0], &[]), Some(RowsError::Shape { what: "values", .. })));
    let offsets = RowsError::Offsets { row: 0, start: 0, end: 2, n_entries: 1 };
    assert_eq!(csr(&[0, 2], &[0], &[1.0]), Some(offsets));
    let offsets = RowsError::Offsets { row: 1, start: 1, end: 0, n_entries: 1 };
    assert_eq!(csr(&[0, 1, 0], &[0], &[1.0]), Some(offsets));
    assert_eq!(csr(&[0, 1], &[3], &[1.0]), Some(RowsError::ColumnOutOfRange { row: 0, column: 3, d: 3 }));
    let order = |column, before| Some(RowsError::ColumnOrder { row: 0, column, before });
    assert_eq!(csr(&[0, 2], &[1, 0], &[1.0; 2]), order(0, 1));
    assert_eq!(csr(&[0, 2], &[1, 1], &[1.0; 2]), order(1, 1));
    assert_eq!(Rows::csr(&[0], &[], &[], 1 << 33).err(), Some(RowsError::TooManyColumns { d: 1 << 33 }));
}

#[test]
fn numbers_out_of_range_are_refused_where_they_are() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 2.0 * MAGNITUDE_MAX] {
        let found = Rows::dense(&[0.0, 0.0, 0.0, bad], 2, 2).err();
        assert!(matches!(found, Some(RowsError::OutOfRange { row: 1, column: 1, .. })), "{bad}");
        let found = Rows::csr(&[0, 0, 1], &[1], &[bad], 2).err();
        assert!(matches!(found, Some(RowsError::OutOfRange { row: 1, column: 1, .. })), "{bad}");
    }
    assert!(Rows::dense_f32(&[f32::NAN], 1, 1, 1).is_err());
    assert!(Rows::csr_f32(&[0, 1], &[0], &[f32::INFINITY], 1).is_err());
}

#[test]
fn a_part_of_a_larger_sparse_matrix_is_read_in_place() {
    let rows = Rows::csr(&[1, 3], &[0, 0, 2], &[9.0, 1.0, 2.0], 3).unwrap();
    assert_eq!((rows.n(), rows.n_entries()), (1, 2));
    assert_eq!(rows.dot(0, &[1.0, 1.0, 1.0]), 3.0);
}

/// Small integers and quarters: exact in f32, and sums of them are exact in f64 in any order.
fn exact() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-40..40_i32).prop_map(|x| f64::from(x) / 4.0)]
}

proptest! {
    #[test]
    fn every_storage_gives_the_same_numbers(d in 1..21_usize, seed in prop::collection::vec(exact(), 63)) {
        let n = seed.len() / d;
        let x = &seed[..n * d];
        let csr = Csr::of(x, d);
        let single: Vec<f32> = x.iter().map(|x| *x as f32).collect();
        let sparse_single: Vec<f32> = csr.values.iter().map(|x| *x as f32).collect();
        let w: Vec<f64> = (0..d).map(|j| (j % 5) as f64 - 2.0).collect();
        let storages = [
            Rows::dense(x, n, d).unwrap(),
            Rows::dense_f32(&single, n, d, d).unwrap(),
            csr.rows(),
            Rows::csr_f32(&csr.offsets, &csr.indices, &sparse_single, d).unwrap(),
        ];
        for rows in storages {
            for i in 0..n {
                let row = &x[i * d..(i + 1) * d];
                let expected: f64 = row.iter().zip(&w).map(|(x, w)| x * w).sum();
                prop_assert_eq!(rows.dot(i, &w), expected);
                prop_assert_eq!(rows.squared_norm(i), row.iter().map(|x| x * x).sum::<f64>());
                let (mut sum, mut squares) = (w.clone(), w.clone());
                rows.add_scaled(i, -2.0, &mut sum);
                rows.add_scaled_squares(i, 0.5, &mut squares);
                for j in 0..d {
                    prop_assert_eq!(sum[j], w[j] - 2.0 * row[j]);
                    prop_assert_eq!(squares[j], w[j] + 0.5 * row[j] * row[j]);
                }
                let entries: Vec<(usize, f64)> = rows.entries(i).filter(|(_, x)| *x != 0.0).collect();
                let stored = row.iter().copied().enumerate().filter(|(_, x)| *x != 0.0);
                prop_assert_eq!(entries, stored.collect::<Vec<_>>());
            }
        }
    }
}
