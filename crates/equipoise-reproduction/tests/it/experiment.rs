//! The experiment of the paper, small.

use equipoise_reproduction::{
    learner::Family,
    protocol::{self, Method, Options, Spread},
    sample::GroupInX,
    splits::folds,
};

fn small() -> Options {
    let mut options = Options::quick();
    (options.splits, options.folds, options.rows_rbf) = (2, 3, 200);
    options
}

#[test]
fn result_does_not_depend_on_the_number_of_threads() {
    let Some(data) = super::table("drug") else { return };
    let run = || protocol::run(&data, GroupInX::Yes, Family::Rbf, &small()).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(run);
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(run);
    assert_eq!(one, three);
    assert_eq!(one.iter().map(|series| series.method).collect::<Vec<_>>(), Method::ALL);
    assert!(one.iter().all(|series| series.runs.len() == 2));
}

#[test]
fn folds_share_out_each_class_and_group() {
    let Some(data) = super::table("drug") else { return };
    let sample =
        equipoise_reproduction::sample::Sample::of(&data, &(0..data.n()).collect::<Vec<_>>(), GroupInX::No);
    let fold_of_row = folds(&sample, 10, 0, 0);
    for (class, group) in [(1.0, 0), (1.0, 1), (-1.0, 0), (-1.0, 1)] {
        let mut counts = [0_usize; 10];
        let members = (0..sample.n()).filter(|&row| sample.y[row] == class && sample.s[row] == group);
        members.for_each(|row| counts[fold_of_row[row]] += 1);
        assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{counts:?}");
    }
}

#[test]
fn options_out_of_range_are_refused() {
    for change in [|options: &mut Options| options.splits = 0, |options: &mut Options| options.folds = 1] {
        let mut options = small();
        change(&mut options);
        assert!(options.check().is_err());
    }
}

#[test]
fn spread_is_that_of_a_sample() {
    assert_eq!(Spread::of(&[]), None);
    assert_eq!(Spread::of(&[0.5]).map(|spread| spread.deviation), Some(0.0));
    let spread = Spread::of(&[1.0, 2.0, 3.0]).unwrap();
    assert_eq!((spread.mean, spread.deviation), (2.0, 1.0));
}
