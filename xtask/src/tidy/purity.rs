//! The library is values in, values out: it opens no file, prints nothing, asks no environment, reads no clock.
//! And no crate but the data sets' opens a connection.

use super::{Finding, modules::LIBRARY, rust_text};
use crate::workspace::TextFile;

/// A path, or a single word, that a folder's source must not use.
struct Ban {
    path: &'static str,
    remedy: &'static str,
}

const fn ban(path: &'static str, remedy: &'static str) -> Ban {
    Ban { path, remedy }
}

const FILES: &str = "the library opens no file: take a reader, a writer or bytes from the caller";
const PRINT: &str = "the library prints nothing: return the value, let the command print it";
const CLOCK: &str = "the library reads no clock: the same input gives the same bytes";
const SURROUNDINGS: &str = "the library does not ask its surroundings: take the value as an argument";
const NETWORK: &str = "only `equipoise-datasets` opens a connection";

const IN_LIBRARY: &[Ban] = &[
    ban("std::fs", FILES),
    ban("std::io::stdin", FILES),
    ban("std::io::stdout", PRINT),
    ban("std::io::stderr", PRINT),
    ban("print!", PRINT),
    ban("println!", PRINT),
    ban("eprint!", PRINT),
    ban("eprintln!", PRINT),
    ban("std::env", SURROUNDINGS),
    ban("std::process", SURROUNDINGS),
    ban("std::time", CLOCK),
    ban("Instant", CLOCK),
    ban("SystemTime", CLOCK),
    ban("std::net", NETWORK),
];

const IN_EVERY_CRATE: &[Ban] = &[ban("std::net", NETWORK)];

/// The one folder that may open a connection.
const NETWORK_CLIENT: &str = "crates/equipoise-datasets/src/";

/// Checks the shipped source of every crate; tests at the foot of a file may read what they like.
pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && is_crate_source(&file.path)) {
        let bans = if file.path.starts_with(LIBRARY) { IN_LIBRARY } else { IN_EVERY_CRATE };
        if !file.path.starts_with(NETWORK_CLIENT) {
            findings.extend(check_file(file, bans));
        }
    }
    findings
}

fn is_crate_source(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/src/")
}

fn check_file(file: &TextFile, bans: &[Ban]) -> Vec<Finding> {
    let code = rust_text::code_of(&file.text);
    let tokens = rust_text::without_tests(&rust_text::tokens(&code));
    let mut findings = Vec::new();
    for path in rust_text::paths(&tokens) {
        let is_banned = |ban: &&Ban| {
            path.starts_with(ban.path) || path.segments.last().is_some_and(|last| last == ban.path)
        };
        if let Some(ban) = bans.iter().find(is_banned) {
            findings.push(Finding::at(file, path.line, format!("`{}` is used", path.text()), ban.remedy));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::tests::facts, *};

    #[track_caller]
    fn check_text(path: &str, text: &str, expected: &[&str]) {
        let found: Vec<String> = facts(&check(&[TextFile::new(path, text)]))
            .into_iter()
            .map(|fact| fact.replace(&format!("{path}:"), ""))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn library_that_opens_a_file_is_found() {
        let text = "use std::{fmt, fs::File, io::{self, Read, stdin}};\nlet x = std::fs::read(p);";
        let expected =
            ["1: `std::fs::File` is used", "1: `std::io::stdin` is used", "2: `std::fs::read` is used"];
        check_text("crates/equipoise/src/stats/state.rs", text, &expected);
    }

    #[test]
    fn library_that_prints_is_found() {
        let text = "fn f() {\n    println!(\"x\");\n    std::eprint!(\"y\");\n}";
        check_text(
            "crates/equipoise/src/verdict.rs",
            text,
            &["2: `println!` is used", "3: `std::eprint!` is used"],
        );
    }

    #[test]
    fn library_that_reads_clock_environment_or_network_is_found() {
        let text = "use std::time::Instant;\nlet a = Instant::now();\nstd::env::var(\"A\");\nuse std::process;\nuse std::net::TcpStream;";
        let expected = [
            "1: `std::time::Instant` is used",
            "2: `Instant::now` is used",
            "3: `std::env::var` is used",
            "4: `std::process` is used",
            "5: `std::net::TcpStream` is used",
        ];
        check_text("crates/equipoise/src/lib.rs", text, &expected);
    }

    #[test]
    fn readers_writers_comments_and_tests_of_the_library_pass() {
        let text = "//! std::fs is not used\nuse std::io::{Read, Write};\nconst V: &str = env!(\"CARGO_PKG_VERSION\");\nlet s = \"println!\";\n#[cfg(test)]\nmod tests { fn f() { println!(\"{}\", std::env::var(\"X\")) } }";
        check_text("crates/equipoise/src/stats/state.rs", text, &[]);
    }

    #[test]
    fn connection_outside_the_data_sets_is_found() {
        let text = "use std::net::TcpStream;\nuse std::fs::File;";
        check_text("crates/equipoise-table/src/lib.rs", text, &["1: `std::net::TcpStream` is used"]);
        check_text("crates/equipoise-datasets/src/fetch.rs", text, &[]);
    }
}
