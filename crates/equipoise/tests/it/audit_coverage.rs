//! How often the interval of the worst gap holds the true one, over seeded samples.

use equipoise::{
    audit::{self, Request},
    groups::Label,
    inference::normals::Stream,
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task},
};

const N_SAMPLES: u32 = 400;

/// Share of samples whose interval holds the true worst gap. Rates by group, and by target class where there are two.
fn coverage(gate: &str, rates: &[[f64; 2]], rows_each: usize, seed: u64) -> f64 {
    let binary = [Label::new("0"), Label::new("1")];
    let names: Vec<Label> = (0..rates.len()).map(|group| Label::new(format!("{group}"))).collect();
    let truth = (0..2)
        .map(|class| {
            let of_class = || rates.iter().map(|rates| rates[class]);
            of_class().fold(f64::MIN, f64::max) - of_class().fold(f64::MAX, f64::min)
        })
        .fold(0.0, f64::max);
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("g")];
    layout.target = Some("y".into());
    layout.prediction = Some("p".into());
    let (mut groups, mut targets): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    for group in 0..rates.len() {
        groups.extend(vec![group as u8; 2 * rows_each]);
        targets.extend((0..2 * rows_each).map(|row| (row % 2) as u8));
    }
    let mut request = Request::new();
    request.metrics = vec!["selection_rate".into()];
    request.quantities = Some(Vec::new());
    request.requirements = vec![gate.parse().unwrap()];
    let mut held = 0;
    for sample in 0..N_SAMPLES {
        let mut stream = Stream::new(seed, u64::from(sample));
        let mut decide = |row: usize| {
            let rate = rates[usize::from(groups[row])][usize::from(targets[row])];
            u8::from(stream.uniform() < rate)
        };
        let decisions: Vec<u8> = (0..groups.len()).map(&mut decide).collect();
        let columns = Columns {
            sensitive: vec![Variable::Categorical(Categorical { codes: Codes::U8(&groups), labels: &names })],
            target: Some(Variable::Categorical(Categorical { codes: Codes::U8(&targets), labels: &binary })),
            prediction: Some(Categorical { codes: Codes::U8(&decisions), labels: &binary }),
            ..Columns::default()
        };
        let statistics = Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap();
        let report = audit::audit(&statistics, &request).unwrap();
        held += u32::from(report.verdicts[0].gap.interval.unwrap().contains(truth));
    }
    f64::from(held) / f64::from(N_SAMPLES)
}

/// 95 % less four Monte-Carlo standard errors, √(0.05·0.95/400) = 0.011 each.
const LEAST: f64 = 0.95 - 4.0 * 0.0109;

#[test]
fn two_groups_in_two_events_are_covered_together() {
    for rates in [[[0.3, 0.6], [0.3, 0.6]], [[0.3, 0.6], [0.4, 0.7]], [[0.2, 0.6], [0.4, 0.6]]] {
        let share = coverage("eodds <= 0.5", &rates, 100, 1);
        assert!(share >= LEAST, "{rates:?}: {share}");
    }
}

#[test]
fn the_worst_of_five_groups_is_covered() {
    let same = [[0.3, 0.3]; 5];
    let one_apart = [[0.3, 0.3], [0.3, 0.3], [0.3, 0.3], [0.3, 0.3], [0.5, 0.5]];
    let spread = [[0.2, 0.2], [0.25, 0.25], [0.3, 0.3], [0.35, 0.35], [0.4, 0.4]];
    for rates in [same, one_apart, spread] {
        let share = coverage("dp <= 0.5", &rates, 50, 2);
        assert!(share >= LEAST, "{rates:?}: {share}");
    }
}
