//! The results printed with the code of the paper. All six rows, the exact ones too, are in `docs/reproduction.md`.

use equipoise_reproduction::{
    learner::Family,
    readme::{self, How},
};

#[test]
fn printed_results_of_the_fair_machines_come_out_to_the_last_digit() {
    let Some(data) = super::table("adult") else { return };
    let rows =
        readme::run_some(&data, |_, how| matches!(how, How::Elimination | How::RestrictedDual)).unwrap();
    let [linear, rbf] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((linear.family, linear.n_equal()), (Family::Linear, Some(4)));
    // The objective is that of the reference table A.7.
    assert!((linear.objective / 139.488749 - 1.0).abs() < 1e-6, "{}", linear.objective);
    assert_eq!((rbf.family, rbf.n_equal(), rbf.support), (Family::Rbf, Some(4), Some(959)));
}
