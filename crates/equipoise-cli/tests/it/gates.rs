//! Gates decide the exit code: 0 they hold, 1 one is violated, 3 one is undecided.

use crate::Place;

/// Selection rates of 0.50 and 0.30 among 1,000 each, and a group of 5.
fn place() -> Place {
    let place = Place::new();
    let mut text = String::from("g,y,n\n");
    for (group, selected, rows) in [("a", 500, 1000), ("b", 300, 1000), ("tiny", 5, 5)] {
        text.push_str(&format!("{group},1,{selected}\n{group},0,{}\n", rows - selected));
    }
    place.write("counts.csv", text);
    place
}

#[track_caller]
fn check(flags: &str, code: i32) {
    let line =
        "audit counts.csv --prediction y --sensitive g --weight n --weight-kind frequency --rows-min 10";
    place().run(&format!("{line} {flags}")).ends(code);
}

#[test]
fn a_gate_that_holds_is_code_0() {
    check("--gate 'dp.difference <= 0.3'", 0);
    check("", 0);
}

#[test]
fn a_violated_gate_is_code_1() {
    check("--gate 'dp.difference <= 0.1'", 1);
    check("--gate 'dp.ratio >= 0.8'", 1);
}

#[test]
fn an_undecided_gate_is_code_3_or_passes() {
    check("--gate 'dp.difference <= 0.2'", 3);
    check("--gate 'dp.difference <= 0.2' --undecided fail", 3);
    check("--gate 'dp.difference <= 0.2' --undecided pass", 0);
}

#[test]
fn violated_beats_undecided_and_undecided_beats_holds() {
    check("--gate 'dp.difference <= 0.2' --gate 'dp.difference <= 0.1' --gate 'dp.difference <= 0.3'", 1);
    check("--gate 'dp.difference <= 0.1' --gate 'dp.difference <= 0.2' --undecided pass", 1);
    check("--gate 'dp.difference <= 0.3' --gate 'dp.difference <= 0.2'", 3);
}

#[test]
fn gates_name_pairs_attributes_and_metrics() {
    check("--gate 'dp.difference(g = a, reference = b) <= 0.1'", 1);
    check("--gate 'selection_rate.max[g] <= 0.6'", 0);
    check("--reference g=a --gate 'dp.difference_to_reference <= 0.1'", 1);
}

#[test]
fn gates_that_cannot_be_said_are_errors() {
    check("--gate 'eo.difference <= 0.1'", 2);
    check("--gate 'dp.difference[race] <= 0.1'", 2);
    check("--gate 'dp.difference(g = z, reference = b) <= 0.1'", 2);
    check("--gate 'dp.difference_to_reference <= 0.1'", 2);
    check("--gate 'fairness.difference <= 0.1'", 2);
}

#[test]
fn a_level_of_confidence_may_decide() {
    check("--gate 'dp.difference <= 0.23' --confidence 0.5", 0);
    check("--gate 'dp.difference <= 0.23' --confidence 99.9%", 3);
}

#[test]
fn a_report_is_written_whatever_the_gates_say() {
    let place = place();
    let line = "audit counts.csv --prediction y --sensitive g --weight n --weight-kind frequency \
                --gate 'dp.difference <= 0.1' -o report.txt --save-state s.state";
    place.run(line).ends(1);
    assert!(!place.read("report.txt").is_empty() && !place.read("s.state").is_empty());
    place.run("audit --from-state s.state --gate 'dp.difference <= 0.1'").ends(1);
}
