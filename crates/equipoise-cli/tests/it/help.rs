//! Help, version, completions and manual pages.

use expect_test::expect;

use crate::Place;

const COMMANDS: [&str; 18] = [
    "",
    "audit",
    "merge",
    "train",
    "predict",
    "explain",
    "metrics",
    "notions",
    "methods",
    "datasets",
    "datasets list",
    "datasets path",
    "datasets verify",
    "datasets fetch",
    "reproduce",
    "reproduce ferm",
    "completions",
    "man",
];

#[test]
fn the_first_help_fits_one_screen() {
    let run = Place::new().run("-h").ends(0);
    expect![[r#"
        Measures how unequally a model treats groups of people, and how sure one can be of it

        Usage: equipoise [OPTIONS] <COMMAND>

        Commands:
          audit        Measures groups in a table, with intervals, and decides gates
          merge        Merges saved states of parts of a table into one
          train        Makes a model that treats groups alike, from a table
          predict      Applies a model to a table, row by row
          explain      Says what a model is made of: weights, what carries the group, what the constraint
                       takes out, gaps
          metrics      Lists the metrics, or explains one
          notions      Lists the notions of fairness and the grammar of gates, or explains one notion
          methods      Lists the methods that make models treat groups alike, or explains one with its
                       parameters
          datasets     Lists, finds, checks and fetches the known data sets
          reproduce    Makes published experiments with fair learners again, on the published data
          demo         Audits the Berkeley admissions of 1973, which are built in, and shows why strata
                       matter
          completions  Prints the script that completes commands and flags in a shell
          man          Prints manual pages

        Options:
          -h, --help     Print help (see more with '--help')
          -V, --version  Print version

        Global options:
              --color <WHEN>  When text is coloured: on a terminal that allows it (auto), always or never
                              [default: auto] [possible values: auto, always, never]
          -q, --quiet         Say nothing on stderr but errors

        `equipoise demo` shows an audit in a second; `equipoise COMMAND --help` explains a command.
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn every_help_is_at_most_100_columns_wide() {
    let place = Place::new();
    for command in COMMANDS {
        for flag in ["-h", "--help"] {
            let run = place.run(&format!("{command} {flag}")).ends(0);
            for line in run.stdout.lines() {
                assert!(line.chars().count() <= 100, "{command} {flag}: {line}");
            }
        }
    }
}

#[test]
fn the_version_is_one_line() {
    let run = Place::new().run("--version").ends(0);
    assert_eq!(run.stdout, concat!("equipoise ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn nothing_asked_is_answered_with_help_and_code_2() {
    let run = Place::new().run("").ends(2);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("Usage: equipoise"), "{}", run.stderr);
}

#[test]
fn completions_come_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = place.run(&format!("completions {shell}")).ends(0);
        assert!(run.stdout.contains("from-state"), "{shell}");
    }
    place.run("completions tcsh").ends(2);
}

#[test]
fn manual_pages_come_one_by_one_or_all_into_a_folder() {
    let place = Place::new();
    let audit = place.run("man audit").ends(0).stdout;
    assert!(audit.contains(".TH equipoise-audit 1") && audit.contains("save\\-state"), "{audit}");
    place.run("man -o pages").ends(0);
    let written = std::fs::read(place.path("pages/equipoise-audit.1")).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), audit);
    for command in COMMANDS {
        let name = format!("equipoise {command}").trim().replace(' ', "-");
        assert!(place.path(&format!("pages/{name}.1")).exists(), "{name}");
    }
    let run = place.run("man audits").ends(2);
    assert!(run.stderr.starts_with("error: `audits` is not a command of `equipoise`"), "{}", run.stderr);
}

#[test]
fn help_is_coloured_only_when_asked() {
    let place = Place::new();
    assert!(!place.run("--help").stdout.contains('\x1b'));
    assert!(!place.run("--color never --help").stdout.contains('\x1b'));
    assert!(place.run("--color always --help").stdout.contains('\x1b'));
}
