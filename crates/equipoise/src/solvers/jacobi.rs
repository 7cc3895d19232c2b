//! Eigenvalues of small symmetric matrices, by Jacobi's rotations.

/// Sweeps after which the off-diagonal part is as small as it gets; five to eight are usual.
const SWEEPS_MAX: usize = 64;

/// Returns eigenvalues and eigenvectors (vector after vector, in the order of the values) of a symmetric k × k matrix.
///
/// Cyclic Jacobi: small eigenvalues come out with an error of rounding times the largest, and vectors orthogonal to
/// rounding. O(k³) a sweep; for matrices with a row a constraint, not a row a person.
pub(super) fn eigen_symmetric(matrix: &[f64], k: usize) -> (Vec<f64>, Vec<f64>) {
    let mut a = matrix.to_vec();
    let mut v = vec![0.0; k * k];
    for i in 0..k {
        v[i * k + i] = 1.0;
    }
    let scale = a.iter().fold(0.0_f64, |max, x| max.max(x.abs()));
    for _ in 0..SWEEPS_MAX {
        let mut rotated = false;
        for p in 0..k {
            for q in p + 1..k {
                // Below this an entry cannot change any eigenvalue's bits.
                if a[p * k + q].abs() > f64::EPSILON * f64::EPSILON * scale {
                    rotate(&mut a, &mut v, k, p, q);
                    rotated = true;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    ((0..k).map(|i| a[i * k + i]).collect(), v)
}

/// Makes entry (p, q) zero. The smaller of the two angles is taken, which keeps the process stable.
fn rotate(a: &mut [f64], v: &mut [f64], k: usize, p: usize, q: usize) {
    let (a_pp, a_qq, a_pq) = (a[p * k + p], a[q * k + q], a[p * k + q]);
    let theta = 0.5 * (a_qq - a_pp) / a_pq;
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = t.hypot(1.0).recip();
    let s = t * c;
    for i in 0..k {
        let (x, y) = (a[i * k + p], a[i * k + q]);
        a[i * k + p] = c * x - s * y;
        a[i * k + q] = s * x + c * y;
    }
    for i in 0..k {
        let (x, y) = (a[p * k + i], a[q * k + i]);
        a[p * k + i] = c * x - s * y;
        a[q * k + i] = s * x + c * y;
    }
    a[p * k + q] = 0.0;
    a[q * k + p] = 0.0;
    for i in 0..k {
        let (x, y) = (v[p * k + i], v[q * k + i]);
        v[p * k + i] = c * x - s * y;
        v[q * k + i] = s * x + c * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_values_give_the_matrix_back() {
        let k = 5;
        let entry = |i: usize, j: usize| ((1 + i.min(j)) as f64).sin() + if i == j { 2.0 } else { 0.3 };
        let matrix: Vec<f64> = (0..k * k).map(|place| entry(place / k, place % k)).collect();
        let (values, vectors) = eigen_symmetric(&matrix, k);
        for i in 0..k {
            for j in 0..k {
                let back: f64 = (0..k).map(|r| values[r] * vectors[r * k + i] * vectors[r * k + j]).sum();
                assert!((back - matrix[i * k + j]).abs() < 1e-14, "{back} at {i}, {j}");
            }
        }
    }

    #[test]
    fn singular_and_empty_matrices_are_no_trouble() {
        let (mut values, _) = eigen_symmetric(&[1.0, 1.0, 1.0, 1.0], 2);
        values.sort_by(f64::total_cmp);
        assert!(values[0].abs() < 1e-15 && (values[1] - 2.0).abs() < 1e-15);
        assert_eq!(eigen_symmetric(&[0.0; 4], 2).0, [0.0, 0.0]);
        assert_eq!(eigen_symmetric(&[], 0), (vec![], vec![]));
    }
}
