//! Inputs that are too large, or too odd, to be kept as files.

use std::{fs, io::Write, os::unix::fs::symlink};

use crate::Place;

/// Clears the screen and turns the line around.
const ESCAPES: &str = "\u{1b}[2J\u{202e}";

/// Makes what a row needs, and returns arguments that go behind those of the table; `None` where the row needs nothing.
pub(super) fn make(name: &str, place: &Place) -> Option<Vec<String>> {
    match name {
        "csv_million_columns" => {
            let head: String = (0..999_998).map(|column| format!("c{column},")).collect();
            let row = ",".repeat(999_998);
            let rows = format!("{row}f,yes\n{row}m,no\n").repeat(6);
            place.write("wide.csv", format!("{head}sex,approved\n{rows}"));
        }
        "csv_too_many_columns" => place.write("wide.csv", ",".repeat(1 << 21) + "\n"),
        "csv_huge_field" => place.write("huge.csv", format!("sex,approved\n{},yes\n", "x".repeat(1 << 21))),
        "csv_endless_line" => place.write("huge.csv", "x".repeat(40 << 20)),
        "csv_long_label" => {
            let long = "x".repeat(900_000);
            let rows = format!("{long},yes\n{long},no\nf,yes\nf,no\n").repeat(10);
            place.write("long.csv", format!("sex,approved\n{rows}"));
        }
        "groups_100000" => {
            let rows: String = (0..1_000_000_u32)
                .map(|row| format!("{:05},{}\n", row % 100_000, if row % 7 < 3 { "yes" } else { "no" }))
                .collect();
            place.write("many.csv", format!("who,approved\n{rows}"));
        }
        "classes_2000" => {
            let rows: String = (0..2_000).map(|row| format!("f,{row}\n")).collect();
            place.write("classes.csv", format!("sex,y\n{rows}"));
        }
        "gzip_bomb" => bomb(place),
        "json_deep" => {
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            place.write("deep.jsonl", format!("{{\"sex\": {deep}, \"approved\": 1}}\n"));
        }
        "json_deep_elsewhere" => {
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            place.write("deep.jsonl", format!("{{\"sex\": 1, \"other\": {deep}, \"approved\": 1}}\n"));
        }
        _ => return made_of_names(name, place),
    }
    Some(Vec::new())
}

/// A gibibyte of one letter, compressed: 128 gzip members of 8 MiB.
fn bomb(place: &Place) {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&vec![b'x'; 8 << 20]).expect("memory can be written");
    place.write("bomb.csv.gz", encoder.finish().expect("memory can be written").repeat(128));
}

/// Folders, links and names.
fn made_of_names(name: &str, place: &Place) -> Option<Vec<String>> {
    let folder = |name: &str| fs::create_dir(place.path(name)).expect("the temporary folder can be written");
    let link = |to: &str, from: &str| symlink(to, place.path(from)).expect("links can be made");
    let table = "sex,approved\nf,yes\nf,no\nm,yes\nm,no\n";
    match name {
        "folder_without_files" | "folder_for_a_file" | "output_is_a_folder" => folder("hollow"),
        "folder_named_as_a_file" => {
            folder("hollow");
            folder("hollow/inner.csv");
        }
        "folder_links_to_itself" => {
            folder("loop");
            fs::copy(place.path("loans.csv"), place.path("loop/loans.csv")).expect("the file is there");
            link(".", "loop/again");
        }
        "link_to_nothing" => link("gone.csv", "link.csv"),
        "name_with_escapes" => {
            folder("hollow");
            place.write(&format!("hollow/{ESCAPES}\n.csv"), table.replace("sex", "gender"));
        }
        "output_exists" => place.write("report.txt", "what was there"),
        "config_deep" => {
            place.write("deep.toml", format!("data = {}{}\n", "[".repeat(100_000), "]".repeat(100_000)));
        }
        "gate_huge" => place.write("gate.toml", format!("gate = \"{}\"\n", "dp.".repeat(350_000))),
        "gate_with_escapes" => place.write("gate.toml", "gate = \"dp\\u001b[2J\\u202e <= 0.1\"\n"),
        "argument_with_escapes" => return Some(vec![format!("--format={ESCAPES}")]),
        _ => return made_of_states(name, place),
    }
    Some(Vec::new())
}

/// State files.
fn made_of_states(name: &str, place: &Place) -> Option<Vec<String>> {
    let save = |sensitive: &str, state: &str| {
        let loans = Place::with_loans();
        let line =
            format!("audit loans.csv --prediction approved --sensitive {sensitive} --save-state {state}");
        loans.run(&line).ends(0);
        loans.read(state)
    };
    match name {
        "state_truncated" => {
            let state = save("sex", "one.state");
            place.write("half.state", &state[..state.len() / 2]);
        }
        "state_flipped" => {
            let mut state = save("sex", "one.state");
            let middle = state.len() / 2;
            state[middle] ^= 4;
            place.write("flipped.state", state);
        }
        "state_newer" => {
            let mut state = save("sex", "one.state");
            state[8] = 2;
            let end = state.len() - 4;
            let checksum = crc32c::crc32c(&state[..end]);
            state[end..].copy_from_slice(&checksum.to_le_bytes());
            place.write("newer.state", state);
        }
        "state_other_layout" => {
            place.write("one.state", save("sex", "one.state"));
            place.write("other.state", save("age", "one.state"));
        }
        "state_merge_absent" | "state_disagrees" => place.write("one.state", save("sex", "one.state")),
        _ => return None,
    }
    Some(Vec::new())
}
